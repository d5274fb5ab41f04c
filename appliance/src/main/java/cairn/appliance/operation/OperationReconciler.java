package cairn.appliance.operation;

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
import cairn.appliance.machine.MachinePhase;
import cairn.appliance.machine.PowerMemory.Manner;
import cairn.appliance.machine.PowerRequests;
import cairn.appliance.machine.PowerRequests.Answer;
import cairn.appliance.machine.RunPolicy;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Hands operations to their machines, and finishes them when the machine has done them. */
public final class OperationReconciler implements Reconciler {

  public static final Declaration DECLARATION =
      new Declaration(
          "operation",
          ResourceNames.OPERATIONS,
          Optional.empty(),
          List.of(
              new Waker(
                  ResourceNames.MACHINES,
                  "its machine",
                  (machine, others) ->
                      others
                          .mentioning(
                              machine.name(),
                              new Selection(ResourceNames.OPERATIONS, machine.namespace(), ""))
                          .stream()
                          .filter(each -> OperationType.about(each, machine.name()))
                          .filter(each -> !OperationType.finished(each.document()))
                          .map(Resource::key)
                          .toList())),
          Set.of(
              new Write(ResourceNames.OPERATIONS, Aspect.STATUS),
              new Write(ResourceNames.OPERATIONS, Aspect.METADATA),
              new Write(ResourceNames.OPERATIONS, Aspect.PRIVATE),
              new Write(ResourceNames.OPERATIONS, Aspect.DELETE),
              new Write(ResourceNames.MACHINES, Aspect.PRIVATE)),
          List.of("time"));

  /** How long a finished operation is kept. */
  static final Duration KEPT = Duration.ofHours(24);

  /** How many finished operations of a machine are kept. */
  static final int MOST_KEPT = 10;

  /**
   * How long an operation is shown as under way at least: clients that only wait for {@code
   * InProgress} begin to watch after the create was answered, and would miss a shorter one.
   */
  static final Duration SHOWN = Duration.ofSeconds(2);

  /** How often one that waits for its turn looks whether it has come. */
  private static final Duration TURN = Duration.ofMillis(100);

  /** In the private record: the revision that the operation was created at. */
  private static final String CREATED_AT = "createdAt";

  private static final String MACHINE_UID = ResourceNames.GROUP + "/virtual-machine-uid";

  private final Resources resources;
  private final PowerRequests power;
  private final EventRecorder events;
  private final StoredAge age;
  private final Clock clock;

  public OperationReconciler(
      Resources resources, EventRecorder events, StoredAge age, Clock clock) {
    this.resources = requireNonNull(resources, "resources is null");
    this.power = new PowerRequests(resources);
    this.events = requireNonNull(events, "events is null");
    this.age = requireNonNull(age, "age is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public Outcome reconcile(Resource operation) {
    if (OperationType.finished(operation.document())) {
      return retain(operation);
    }
    Optional<OperationType> type = OperationType.read(operation.document());
    Optional<Resource> machine =
        resources.get(
            new Key(
                ResourceNames.MACHINES,
                operation.namespace(),
                operation.document().path("spec").path("virtualMachineName").asString("")));
    machine
        .filter(_ -> machineUid(operation).isEmpty())
        .ifPresent(found -> label(operation, found));
    if (type.isEmpty() || machine.isEmpty()) {
      return finish(operation, "Failed", "VirtualMachineNotFound", "The machine does not exist.");
    }
    return Completion.asked(operation)
        ? follow(operation, type.get(), machine.get())
        : begin(operation, type.get(), machine.get());
  }

  @Override
  public Outcome release(Resource operation) {
    resources.amend(
        operation,
        object -> {
          Finalizers.remove(object.document(), Finalizers.OPERATION_CLEANUP);
          return object;
        });
    age.forget(operation.uid());
    return Outcome.SETTLED;
  }

  private Outcome begin(Resource operation, OperationType type, Resource machine) {
    if (older(operation, machine)) {
      report(
          operation,
          "Pending",
          "NotReadyToBeExecuted",
          "An operation that was created before it comes first.",
          Status.FALSE);
      return new Outcome.LookAgain(TURN);
    }
    boolean force = OperationType.forced(operation.document());
    Optional<UUID> holder =
        PowerRequests.holder(machine).filter(uid -> !uid.equals(operation.uid()));
    Optional<Resource> other = holder.flatMap(uid -> unfinished(operation, uid));
    if (other.isPresent() && !makesWay(other.get(), machine, operation, type)) {
      return finish(
          operation,
          "Failed",
          "NotReadyToBeExecuted",
          "Operation \"%s\" is not finished.".formatted(other.get().name()));
    }
    RunPolicy policy = policy(machine);
    MachinePhase phase = MachinePhase.of(machine);
    // Granted already: a pass that was cut short, and what was asked for may have begun to show.
    boolean granted = PowerRequests.holder(machine).filter(operation.uid()::equals).isPresent();
    Optional<String> obstacle =
        granted ? Optional.empty() : Applicability.obstacle(type, force, policy, phase);
    if (obstacle.isPresent()) {
      return finish(
          operation,
          "Failed",
          obstacle.get(),
          "%s is not possible for a machine in phase %s with run policy %s."
              .formatted(type.word(), phase.word(), policy.word()));
    }
    if (type.kind().isEmpty()) {
      return refuseToMove(operation, type, machine);
    }
    Manner manner = force ? Manner.HARD : Manner.GRACEFUL;
    return switch (power.ask(machine, operation.uid(), holder, type.kind().get(), manner)) {
      case Answer.Taken _ -> new Outcome.LookAgain(Duration.ZERO);
      case Answer.Granted grant -> {
        begun(operation, type, machine, grant.replaces());
        yield new Outcome.LookAgain(SHOWN);
      }
    };
  }

  /** As for any machine that cannot move. */
  private Outcome refuseToMove(Resource operation, OperationType type, Resource machine) {
    JsonNode force = operation.document().path("spec").path("force");
    String policy =
        machine.document().path("spec").path("liveMigrationPolicy").asString("PreferSafe");
    Optional<String> against =
        Applicability.obstacleToMove(
            force.isBoolean() ? Optional.of(force.asBoolean()) : Optional.empty(), policy);
    if (against.isPresent()) {
      return finish(
          operation,
          "Failed",
          against.get(),
          "%s with force: %s is not possible for a machine with liveMigrationPolicy %s."
              .formatted(type.word(), force, policy));
    }
    String why =
        Conditions.find(machine.document(), "Migratable")
            .map(condition -> condition.path("message").asString(""))
            .orElse("The machine cannot move.");
    return finish(operation, "Failed", "OperationFailed", why);
  }

  /** The first write to an operation; what it was created at is forgotten with it. */
  private void label(Resource operation, Resource machine) {
    resources.amend(
        operation,
        object -> {
          if (!object.privateDocument().has(CREATED_AT)) {
            object.privateDocument().put(CREATED_AT, operation.revision().value());
          }
          object
              .document()
              .withObject("/metadata")
              .withObject("labels")
              .put(MACHINE_UID, machine.uid().toString());
          return object;
        });
  }

  private static String machineUid(Resource operation) {
    return operation.document().path("metadata").path("labels").path(MACHINE_UID).asString("");
  }

  private void begun(
      Resource operation, OperationType type, Resource machine, OptionalLong replaced) {
    resources.amend(
        operation,
        object -> {
          Completion.noteAsked(object.privateDocument(), replaced);
          Finalizers.add(object.document(), Finalizers.OPERATION_CLEANUP);
          return object;
        });
    label(operation, machine);
    age.restart(operation.uid());
    events.normal(operation, "VirtualMachineOperationStarted", type.word() + " has begun.");
    report(operation, "InProgress", type.progress(), "", Status.FALSE);
  }

  private Outcome follow(Resource operation, OperationType type, Resource machine) {
    Optional<String> failure = failure(operation, type, machine);
    if (failure.isPresent()) {
      power.withdraw(machine, operation.uid());
      return finish(operation, "Failed", "OperationFailed", failure.get());
    }
    if (!Completion.reached(operation, type, machine)) {
      report(operation, "InProgress", type.progress(), "", Status.FALSE);
      return Outcome.SETTLED;
    }
    Duration shown = age.of(operation.uid(), JsonNodeFactory.instance.objectNode());
    if (shown.compareTo(SHOWN) < 0) {
      return new Outcome.LookAgain(SHOWN.minus(shown));
    }
    return complete(operation, type);
  }

  private Outcome complete(Resource operation, OperationType type) {
    events.normal(operation, "VirtualMachineOperationSucceeded", type.word() + " is completed.");
    return finish(operation, "Completed", "OperationCompleted", "");
  }

  /** Why what has begun will never be done. */
  private static Optional<String> failure(
      Resource operation, OperationType type, Resource machine) {
    if (machine.deleting()) {
      return Optional.of("The machine is being deleted.");
    }
    if (!machineUid(operation).equals(machine.uid().toString())) {
      return Optional.of("The machine was deleted; another one has its name now.");
    }
    if (!PowerRequests.holder(machine).equals(Optional.of(operation.uid()))) {
      return Optional.of("Another operation took its place.");
    }
    boolean open = PowerRequests.open(machine, operation.uid());
    return open && !Applicability.allowed(type, policy(machine))
        ? Optional.of(
            "The run policy was changed to %s, which does not allow it."
                .formatted(policy(machine).word()))
        : Optional.empty();
  }

  private static RunPolicy policy(Resource machine) {
    return RunPolicy.read(machine.document().path("spec").path("runPolicy").asString(""));
  }

  /** Whether one that was created before waits for its turn. */
  private boolean older(Resource operation, Resource machine) {
    return others(operation, machine.name())
        .filter(each -> !each.deleting() && !Completion.asked(each))
        .anyMatch(each -> created(each).compareTo(created(operation)) < 0);
  }

  private Optional<Resource> unfinished(Resource operation, UUID uid) {
    return others(
            operation, operation.document().path("spec").path("virtualMachineName").asString(""))
        .filter(each -> each.uid().equals(uid))
        .findFirst();
  }

  /** Other operations on the machine that are not finished. */
  private Stream<Resource> others(Resource operation, String machine) {
    return resources
        .list(new Selection(ResourceNames.OPERATIONS, operation.namespace(), ""))
        .stream()
        .filter(each -> !each.uid().equals(operation.uid()))
        .filter(each -> OperationType.about(each, machine))
        .filter(each -> !OperationType.finished(each.document()));
  }

  /** Whether the one that has the machine is done, and only shown, or may be replaced. */
  private boolean makesWay(
      Resource other, Resource machine, Resource operation, OperationType type) {
    Optional<OperationType> running = OperationType.read(other.document());
    if (running.isPresent() && Completion.reached(other, running.get(), machine)) {
      complete(other, running.get());
      return true;
    }
    boolean may =
        running.isPresent()
            && Applicability.superseded(
                running.get(),
                OperationType.forced(other.document()),
                type,
                OperationType.forced(operation.document()));
    if (may) {
      finish(
          other,
          "Superseded",
          "Superseded",
          "Operation \"%s\" took its place.".formatted(operation.name()));
    }
    return may;
  }

  private Outcome finish(Resource operation, String phase, String reason, String message) {
    resources.amend(
        operation,
        object -> {
          Finalizers.remove(object.document(), Finalizers.OPERATION_CLEANUP);
          return object;
        });
    if (phase.equals("Failed")) {
      events.warning(operation, "VirtualMachineOperationFailed", message);
    }
    report(operation, phase, reason, message, Status.of(!phase.equals("Failed")));
    age.restart(operation.uid());
    return Outcome.SETTLED;
  }

  private void report(
      Resource operation, String phase, String reason, String message, Status completed) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("phase", phase);
    if (phase.equals("Completed")) {
      status.put("progress", "100%");
    }
    Conditions conditions = new Conditions(operation.document(), clock.instant());
    conditions.set("Completed", completed, reason, message);
    if (phase.equals("InProgress")) {
      conditions.set("SignalSent", Status.TRUE, "SignalSentSuccess", "");
    }
    status.set("conditions", conditions.toJson());
    status.put("observedGeneration", operation.generation());
    resources.updateStatus(
        operation,
        object -> {
          // Whichever end was written first stands.
          if (!OperationType.finished(object.document())) {
            object.document().set("status", status);
          }
          return object;
        });
  }

  /** Keeps the newest, each for a day. */
  private Outcome retain(Resource operation) {
    List<Resource> newest =
        resources.list(new Selection(ResourceNames.OPERATIONS, operation.namespace(), "")).stream()
            .filter(each ->
                OperationType.about(
                    each,
                    operation.document().path("spec").path("virtualMachineName").asString("")))
            .filter(each -> OperationType.finished(each.document()))
            .sorted(Comparator.comparing(OperationReconciler::created).reversed())
            .toList();
    newest.stream().skip(MOST_KEPT).forEach(old -> resources.delete(old));
    Duration lasted = age.of(operation.uid(), operation.privateDocument());
    if (lasted.compareTo(KEPT) >= 0) {
      resources.delete(operation);
      return Outcome.SETTLED;
    }
    if (lasted.toMinutes() >= 10 && age.due(operation.uid())) {
      resources.amend(
          operation,
          object -> {
            age.store(lasted, object.privateDocument());
            return object;
          });
      age.restart(operation.uid());
    }
    return new Outcome.LookAgain(Duration.ofMinutes(10));
  }

  /** Times are of whole seconds; within one, revisions tell the order. */
  private static String created(Resource operation) {
    return operation.document().path("metadata").path("creationTimestamp").asString("")
        + "/"
        + String.format(
            "%020d",
            operation.privateDocument().path(CREATED_AT).asLong(operation.revision().value()));
  }
}
