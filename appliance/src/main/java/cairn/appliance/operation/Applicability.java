package cairn.appliance.operation;

import cairn.appliance.machine.MachinePhase;
import cairn.appliance.machine.RunPolicy;
import java.util.Optional;

/** The contract's tables: which operation may be done when, and which may replace which. Pure. */
final class Applicability {

  private Applicability() {}

  /** Why it may not be done, as reason of the condition; the run policy is looked at first. */
  static Optional<String> obstacle(
      OperationType type, boolean force, RunPolicy policy, MachinePhase phase) {
    if (!allowed(type, policy)) {
      return Optional.of("NotApplicableForVirtualMachineRunPolicy");
    }
    return allowed(type, force, phase)
        ? Optional.empty()
        : Optional.of("NotApplicableForVirtualMachinePhase");
  }

  private static boolean allowed(OperationType type, boolean force, MachinePhase phase) {
    return switch (type) {
      case START ->
          switch (phase) {
            case STOPPED, STOPPING -> true;
            case PENDING, STARTING, RUNNING, PAUSE, TERMINATING, DEGRADED -> false;
          };
      case STOP ->
          switch (phase) {
            case RUNNING, DEGRADED, STARTING, PAUSE, PENDING -> true;
            case STOPPING -> force;
            case STOPPED, TERMINATING -> false;
          };
      case RESTART ->
          switch (phase) {
            case RUNNING, DEGRADED, STARTING, PAUSE -> true;
            case STOPPING -> force;
            case PENDING, STOPPED, TERMINATING -> false;
          };
      case MIGRATE, EVICT -> phase == MachinePhase.RUNNING;
    };
  }

  /** What may take the place of an unfinished operation, as part of a sentence. */
  static String successors(OperationType running, boolean forced) {
    if (running == OperationType.START) {
      return ", replace it by a Stop";
    }
    if (running == OperationType.MIGRATE || running == OperationType.EVICT) {
      return ", replace it by a Stop or Restart";
    }
    return forced ? "" : ", replace it by a Stop or Restart with force: true";
  }

  /** Whether the operation is one for machines of that run policy. */
  static boolean allowed(OperationType type, RunPolicy policy) {
    boolean byHand =
        policy == RunPolicy.MANUAL || policy == RunPolicy.ALWAYS_ON_UNLESS_STOPPED_MANUALLY;
    return switch (type) {
      case START, STOP -> byHand;
      case RESTART, MIGRATE, EVICT -> policy != RunPolicy.ALWAYS_OFF;
    };
  }

  /** Whether an unfinished operation may be replaced by a newer one. */
  static boolean superseded(
      OperationType running, boolean runningForced, OperationType newer, boolean newerForced) {
    return switch (running) {
      case START -> newer == OperationType.STOP;
      case STOP, RESTART -> !runningForced && newerForced && endsInstance(newer);
      case MIGRATE, EVICT -> endsInstance(newer);
    };
  }

  private static boolean endsInstance(OperationType type) {
    return type == OperationType.STOP || type == OperationType.RESTART;
  }

  /**
   * Why a move may not be done, by what the machine says of moves: the policy forces what the
   * operation does not, or forbids what it does.
   *
   * @param force what the operation says; empty if it says nothing
   */
  static Optional<String> obstacleToMove(Optional<Boolean> force, String policy) {
    boolean against =
        (policy.equals("AlwaysSafe") && force.equals(Optional.of(true)))
            || (policy.equals("AlwaysForced") && force.equals(Optional.of(false)));
    return against ? Optional.of("NotApplicableForLiveMigrationPolicy") : Optional.empty();
  }
}
