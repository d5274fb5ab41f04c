package cairn.appliance.address;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.api.Finalizers;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.controller.StoredAge;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Keeps leases true: released when their holder is gone, and removed when nobody took them back.
 */
public final class LeaseReconciler implements Reconciler {

  /** How long an address stays with its namespace after its release. */
  public static final Duration RETENTION = Duration.ofMinutes(10);

  public static final Declaration DECLARATION =
      new Declaration(
          "lease",
          ResourceNames.LEASES,
          Optional.of(Finalizers.LEASE_CLEANUP),
          List.of(
              new Waker(
                  ResourceNames.ADDRESSES,
                  "the claim that holds it",
                  (claim, others) ->
                      Lease.naming(claim.name(), others).stream()
                          .filter(lease -> lease.holder().equals(claim.key()))
                          .map(lease -> lease.resource().key())
                          .toList())),
          Set.of(
              new Write(ResourceNames.LEASES, Aspect.STATUS),
              new Write(ResourceNames.LEASES, Aspect.SPEC),
              new Write(ResourceNames.LEASES, Aspect.PRIVATE),
              new Write(ResourceNames.LEASES, Aspect.DELETE)),
          List.of("time"));

  private final Resources resources;
  private final EventRecorder events;
  private final StoredAge released;
  private final Clock clock;

  public LeaseReconciler(
      Resources resources, EventRecorder events, StoredAge released, Clock clock) {
    this.resources = requireNonNull(resources, "resources is null");
    this.events = requireNonNull(events, "events is null");
    this.released = requireNonNull(released, "released is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public Outcome reconcile(Resource resource) {
    Optional<Lease> lease = Lease.read(resource);
    if (lease.isEmpty()) {
      return Outcome.SETTLED;
    }
    if (held(lease.get())) {
      released.forget(resource.uid());
      forgetAge(resource);
      report(resource, "Bound");
      return Outcome.SETTLED;
    }
    letGo(lease.get());
    report(resource, "Released");
    return retain(resource);
  }

  @Override
  public Outcome release(Resource resource) {
    Optional<Lease> lease = Lease.read(resource);
    if (lease.isPresent() && held(lease.get())) {
      return new Outcome.WaitingFor("release of lease " + resource.name());
    }
    released.forget(resource.uid());
    return Outcome.SETTLED;
  }

  private boolean held(Lease lease) {
    return !lease.released() && resources.get(lease.holder()).filter(lease::heldBy).isPresent();
  }

  /** The holder is gone without having let go: it was deleted while nobody looked. */
  private void letGo(Lease lease) {
    if (lease.released()) {
      return;
    }
    resources.amend(
        lease.resource(),
        object -> {
          // Another claim may have taken it since it was read.
          String holder =
              object.document().path("metadata").path("labels").path(Lease.UID_LABEL).asString("");
          if (holder.equals(lease.holderUid())) {
            Lease.letGo(object.document());
          }
          return object;
        });
    events.normal(lease.resource(), "Released", "The address is released.");
  }

  private Outcome retain(Resource resource) {
    Duration age = released.of(resource.uid(), resource.privateDocument());
    if (age.compareTo(RETENTION) >= 0) {
      resources.delete(resource);
      return Outcome.SETTLED;
    }
    if (released.due(resource.uid())) {
      resources.amend(
          resource,
          object -> {
            released.store(age, object.privateDocument());
            return object;
          });
      released.restart(resource.uid());
    }
    Duration left = RETENTION.minus(age);
    return new Outcome.LookAgain(
        left.compareTo(StoredAge.STORE_EVERY) < 0 ? left : StoredAge.STORE_EVERY);
  }

  private void forgetAge(Resource resource) {
    if (resource.privateDocument().isEmpty()) {
      return;
    }
    resources.amend(
        resource,
        object -> {
          object.privateDocument().removeAll();
          return object;
        });
  }

  private void report(Resource lease, String phase) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("phase", phase);
    Conditions conditions = new Conditions(lease.document(), clock.instant());
    conditions.set("Bound", Status.of(phase.equals("Bound")), phase, "");
    status.set("conditions", conditions.toJson());
    status.put("observedGeneration", lease.generation());
    resources.updateStatus(
        lease,
        object -> {
          object.document().set("status", status);
          return object;
        });
  }
}
