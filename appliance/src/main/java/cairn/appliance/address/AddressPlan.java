package cairn.appliance.address;

import static java.util.Objects.requireNonNull;

import cairn.network.Ipv4Address;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What a claim on an address comes to, given what is leased already. Pure. */
sealed interface AddressPlan {

  /** The claim holds this lease. */
  record Keep(Ipv4Address address) implements AddressPlan {}

  /** Make the lease of this address; another may be faster. */
  record Create(Ipv4Address address) implements AddressPlan {}

  /** Take the released lease of this address back. */
  record TakeBack(Ipv4Address address) implements AddressPlan {}

  /** It cannot be had as things are. */
  record Refuse(String reason, String message) implements AddressPlan {}

  /** A lease as far as it matters here. */
  record Taken(Ipv4Address address, boolean mine, boolean released, String namespace) {
    public Taken {
      requireNonNull(address, "address is null");
      requireNonNull(namespace, "namespace is null");
    }
  }

  /**
   * What the claim wants.
   *
   * @param fixed the address it names, for type Static
   * @param before the address it was bound to before, if it ever was
   */
  record Wanted(String namespace, Optional<Ipv4Address> fixed, Optional<Ipv4Address> before) {
    public Wanted {
      requireNonNull(namespace, "namespace is null");
      requireNonNull(fixed, "fixed is null");
      requireNonNull(before, "before is null");
    }
  }

  static AddressPlan between(Wanted wanted, AddressPools pools, List<Taken> leases) {
    Optional<Taken> mine = leases.stream().filter(Taken::mine).findFirst();
    if (mine.isPresent()) {
      return new Keep(mine.get().address());
    }
    if (wanted.before().isPresent()) {
      return new Refuse(
          "VirtualMachineIPAddressLeaseLost",
          "The lease %s of the address %s is gone; delete this object and create it again."
              .formatted(LeaseName.of(wanted.before().get()), wanted.before().get()));
    }
    if (wanted.fixed().isPresent()) {
      return fixed(wanted.namespace(), wanted.fixed().get(), pools, leases);
    }
    Predicate<Ipv4Address> used =
        address -> leases.stream().anyMatch(lease -> lease.address().equals(address));
    return pools
        .firstFree(used)
        .<AddressPlan>map(Create::new)
        .orElseGet(() ->
            new Refuse(
                "VirtualMachineIPAddressLeaseNotReady",
                "No free address is left in %s; it is given as soon as one comes free."
                    .formatted(pools)));
  }

  private static AddressPlan fixed(
      String namespace, Ipv4Address address, AddressPools pools, List<Taken> leases) {
    if (!pools.assignable(address)) {
      return new Refuse(
          "VirtualMachineIPAddressIsOutOfTheValidRange",
          "The address %s is not one that machines may have; the pools are %s."
              .formatted(address, pools));
    }
    Optional<Taken> lease =
        leases.stream().filter(each -> each.address().equals(address)).findFirst();
    if (lease.isEmpty()) {
      return new Create(address);
    }
    return lease.get().released() && lease.get().namespace().equals(namespace)
        ? new TakeBack(address)
        : new Refuse(
            "VirtualMachineIPAddressLeaseAlreadyExists",
            "The address %s is taken: the lease %s stands."
                .formatted(address, LeaseName.of(address)));
  }
}
