package cairn.appliance.address;

import static java.util.Objects.requireNonNull;

import cairn.appliance.address.AddressPlan.Taken;
import cairn.appliance.address.AddressPlan.Wanted;
import cairn.appliance.api.Conditions;
import cairn.appliance.api.Finalizers;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.blockdevice.NamingMachines;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Heed;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.network.Ipv4Address;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Gives every claim an address, and keeps it while the claim stands. */
public final class AddressReconciler implements Reconciler {

  public static final Declaration DECLARATION =
      new Declaration(
          "address",
          ResourceNames.ADDRESSES,
          Optional.of(Finalizers.ADDRESS_CLEANUP),
          List.of(
              new Waker(ResourceNames.LEASES, "its lease, or one come free", AddressReconciler::of),
              new Waker(
                  ResourceNames.MACHINES,
                  "the machine that holds it",
                  Heed.WHAT_IS_WANTED,
                  (machine, others) ->
                      others
                          .mentioning(
                              machine.uid().toString(),
                              new Selection(ResourceNames.ADDRESSES, machine.namespace(), ""))
                          .stream()
                          .filter(claim -> holds(machine, claim))
                          .map(Resource::key)
                          .toList()),
              new Waker(ResourceNames.MODULE_CONFIGS, "the pools", (_, others) -> unbound(others))),
          Set.of(
              new Write(ResourceNames.ADDRESSES, Aspect.STATUS),
              new Write(ResourceNames.ADDRESSES, Aspect.PRIVATE),
              new Write(ResourceNames.LEASES, Aspect.CREATE),
              new Write(ResourceNames.LEASES, Aspect.SPEC)),
          List.of());

  private static final String BOUND = "bound";

  private final Resources resources;
  private final EventRecorder events;
  private final Clock clock;

  public AddressReconciler(Resources resources, EventRecorder events, Clock clock) {
    this.resources = requireNonNull(resources, "resources is null");
    this.events = requireNonNull(events, "events is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public Outcome reconcile(Resource claim) {
    dropDeadHolders(claim);
    List<Lease> leases = leases(claim);
    AddressPlan plan =
        AddressPlan.between(
            wanted(claim), AddressPools.configured(resources), taken(claim, leases));
    return switch (plan) {
      case AddressPlan.Keep keep -> bound(claim, keep.address());
      case AddressPlan.Create create -> create(claim, create.address());
      case AddressPlan.TakeBack back -> takeBack(claim, back.address());
      case AddressPlan.Refuse refusal -> {
        report(claim, Optional.empty(), refusal.reason(), refusal.message());
        yield new Outcome.WaitingFor(refusal.message());
      }
    };
  }

  @Override
  public Outcome release(Resource claim) {
    dropDeadHolders(claim);
    Optional<Resource> held = resources.get(claim.key());
    if (held.isPresent() && !Claims.of(held.get()).isEmpty()) {
      return new Outcome.WaitingFor("machine that holds address " + claim.name());
    }
    Lease.naming(claim.name(), resources).stream()
        .filter(lease -> lease.heldBy(claim))
        .forEach(lease -> letGo(lease, claim));
    return Outcome.SETTLED;
  }

  private Outcome create(Resource claim, Ipv4Address address) {
    try {
      resources.create(Lease.document(address, claim), JsonNodeFactory.instance.objectNode());
    } catch (Refusal refusal) {
      if (refusal.reason() == Reason.ALREADY_EXISTS) {
        // Another claim was faster; the next pass sees its lease.
        return new Outcome.LookAgain(Duration.ZERO);
      }
      throw refusal;
    }
    return bound(claim, address);
  }

  private Outcome takeBack(Resource claim, Ipv4Address address) {
    Optional<Resource> found = resources.get(Lease.key(address));
    if (found.isEmpty()) {
      return new Outcome.LookAgain(Duration.ZERO);
    }
    Optional<Resource> after =
        resources.amend(
            found.get(),
            lease -> {
              boolean free =
                  lease
                          .document()
                          .path("spec")
                          .path("virtualMachineIPAddressRef")
                          .path("name")
                          .asString("")
                          .isEmpty()
                      && !lease.document().path("metadata").has("deletionTimestamp");
              if (free) {
                Lease.hold(lease.document(), claim);
              }
              return lease;
            });
    boolean mine = after.flatMap(Lease::read).filter(lease -> lease.heldBy(claim)).isPresent();
    return mine ? bound(claim, address) : new Outcome.LookAgain(Duration.ZERO);
  }

  private Outcome bound(Resource claim, Ipv4Address address) {
    boolean news = remembered(claim).isEmpty();
    if (news) {
      resources.amend(
          claim,
          object -> {
            object.privateDocument().put(BOUND, address.toString());
            return object;
          });
      events.normal(claim, "Bound", "The address " + address + " is bound to this object.");
    }
    report(claim, Optional.of(address), "Bound", "");
    return Outcome.SETTLED;
  }

  private void report(
      Resource claim, Optional<Ipv4Address> address, String reason, String message) {
    Optional<String> holder =
        resources.get(claim.key()).map(Claims::of).orElse(List.of()).stream()
            .map(Claims.Claim::machine)
            .findFirst();
    ObjectNode status = AddressReport.of(claim, address, holder, reason, message, clock.instant());
    resources.updateStatus(
        claim,
        object -> {
          object.document().set("status", status);
          return object;
        });
  }

  private void letGo(Lease lease, Resource claim) {
    resources.amend(
        lease.resource(),
        object -> {
          String uid =
              object.document().path("metadata").path("labels").path(Lease.UID_LABEL).asString("");
          if (uid.equals(claim.uid().toString())) {
            Lease.letGo(object.document());
          }
          return object;
        });
  }

  private void dropDeadHolders(Resource claim) {
    for (Claims.Claim holder : Claims.of(claim)) {
      if (NamingMachines.holder(holder, resources).isEmpty()) {
        new Claims(resources).release(claim, holder.uid());
      }
    }
  }

  private static Wanted wanted(Resource claim) {
    boolean fixed = claim.document().path("spec").path("type").asString("").equals("Static");
    return new Wanted(
        claim.namespace(),
        fixed
            ? Optional.of(
                Ipv4Address.parse(claim.document().path("spec").path("staticIP").asString("")))
            : Optional.empty(),
        remembered(claim));
  }

  private static Optional<Ipv4Address> remembered(Resource claim) {
    String address = claim.privateDocument().path(BOUND).asString("");
    return address.isEmpty() ? Optional.empty() : Optional.of(Ipv4Address.parse(address));
  }

  /** Its own if it has one; all of them matter only to who still looks for one. */
  private List<Lease> leases(Resource claim) {
    List<Lease> own = Lease.naming(claim.name(), resources);
    return own.stream().anyMatch(lease -> lease.heldBy(claim)) ? own : Lease.all(resources);
  }

  private static List<Taken> taken(Resource claim, List<Lease> leases) {
    return leases.stream()
        .map(lease ->
            new Taken(
                lease.address(),
                lease.heldBy(claim),
                lease.released() && !lease.resource().deleting(),
                lease.holderNamespace()))
        .toList();
  }

  private static List<Key> of(Resource lease, ResourceReader others) {
    Optional<Lease> read = Lease.read(lease);
    return read.isPresent() && !read.get().released()
        ? List.of(read.get().holder())
        : unbound(others);
  }

  private static List<Key> unbound(ResourceReader others) {
    return others.list(new Selection(ResourceNames.ADDRESSES, "", "")).stream()
        .filter(claim -> !Conditions.holds(claim.document(), "Bound"))
        .map(Resource::key)
        .toList();
  }

  private static boolean holds(Resource machine, Resource claim) {
    return Claims.of(claim).stream().anyMatch(each -> each.uid().equals(machine.uid()));
  }
}
