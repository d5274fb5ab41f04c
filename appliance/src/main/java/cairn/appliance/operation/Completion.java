package cairn.appliance.operation;

import cairn.appliance.machine.MachinePhase;
import cairn.appliance.machine.PowerRequests;
import cairn.appliance.resource.Resource;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.node.ObjectNode;

/**
 * Whether a machine has done what an operation asked of it. Such an operation may still be shown as
 * under way for a moment, and then stands in nobody's way. Pure.
 */
final class Completion {

  private static final String REPLACES = "replaces";
  private static final String ASKED = "asked";

  private Completion() {}

  /**
   * Notes in the operation's private record that the machine was asked.
   *
   * @param replaced the instance that ran then, if one did
   */
  static void noteAsked(ObjectNode privateDocument, OptionalLong replaced) {
    privateDocument.put(ASKED, true);
    replaced.ifPresent(pid -> privateDocument.put(REPLACES, pid));
  }

  static boolean asked(Resource operation) {
    return operation.privateDocument().path(ASKED).asBoolean(false);
  }

  /** Whether the machine, given to this operation, has done it. */
  static boolean reached(Resource operation, OperationType type, Resource machine) {
    return asked(operation)
        && PowerRequests.holder(machine).equals(Optional.of(operation.uid()))
        && done(operation, type, machine);
  }

  private static boolean done(Resource operation, OperationType type, Resource machine) {
    MachinePhase phase = MachinePhase.of(machine);
    OptionalLong now = PowerRequests.instance(machine);
    boolean heeded = !PowerRequests.open(machine, operation.uid());
    boolean up =
        phase == MachinePhase.RUNNING
            || (heeded && (phase == MachinePhase.PAUSE || cameAndWent(phase)));
    return switch (type) {
      case START -> up;
      // Stopped, and started again by its run policy, is stopped too.
      case STOP -> phase == MachinePhase.STOPPED || (heeded && now.isPresent());
      // The one node has nowhere to move a machine to.
      case MIGRATE, EVICT -> false;
      case RESTART -> {
        long before = operation.privateDocument().path(REPLACES).asLong(-1);
        yield up && heeded && (now.isEmpty() || now.getAsLong() != before);
      }
    };
  }

  /** The instance that was asked for ended by itself before it was ever seen running. */
  private static boolean cameAndWent(MachinePhase phase) {
    return phase == MachinePhase.STOPPED || phase == MachinePhase.PENDING;
  }
}
