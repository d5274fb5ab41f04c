package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestReport;
import cairn.network.Ipv4Address;
import java.util.List;
import java.util.Optional;

/**
 * The machine's address: claimed, the one that the guest took, and those it says it has. Always
 * present.
 */
final class AddressCondition {

  private static final String NOT_ASSIGNED = "VirtualMachineIPAddressNotAssigned";

  private AddressCondition() {}

  static void write(Conditions conditions, Seen seen) {
    String type = "VirtualMachineIPAddressReady";
    if (seen.agent() instanceof GuestAgent.Unknown && notAssigned(seen, type)) {
      // The agent that said so has not been asked again yet.
      return;
    }
    Optional<String> other =
        seen.needs()
            .address()
            .found()
            .map(Needs.Address::address)
            .flatMap(claimed -> notAssigned(claimed, seen.leased(), seen.agent()));
    if (other.isPresent()) {
      conditions.set(type, Status.FALSE, NOT_ASSIGNED, other.get());
      return;
    }
    NeedConditions.write(conditions, type, seen.needs().address());
  }

  private static boolean notAssigned(Seen seen, String type) {
    return Conditions.find(seen.machine().document(), type)
        .filter(known -> known.path("reason").asString("").equals(NOT_ASSIGNED))
        .isPresent();
  }

  /** Why the guest does not have the address that was claimed for it. */
  static Optional<String> notAssigned(
      Ipv4Address claimed, Optional<Ipv4Address> leased, GuestAgent agent) {
    if (leased.filter(took -> !took.equals(claimed)).isPresent()) {
      return Optional.of("The guest took %s instead of %s.".formatted(leased.get(), claimed));
    }
    if (!(agent instanceof GuestAgent.Answering(GuestReport report))
        || report.missing().contains("guest-network-get-interfaces")) {
      return Optional.empty();
    }
    List<String> all =
        report.cards().stream().flatMap(card -> card.addresses().stream()).distinct().toList();
    if (all.contains(claimed.toString())) {
      return Optional.empty();
    }
    List<String> usable = all.stream().filter(address -> !linkLocal(address)).toList();
    if (!usable.isEmpty()) {
      return Optional.of(
          "The guest reports %s instead of %s.".formatted(String.join(", ", usable), claimed));
    }
    // The agent may have been asked a moment before the guest had what it was given.
    return leased.isPresent()
        ? Optional.empty()
        : Optional.of("The guest reports no address instead of %s.".formatted(claimed));
  }

  private static boolean linkLocal(String address) {
    return address.startsWith("fe80:") || address.startsWith("169.254.");
  }
}
