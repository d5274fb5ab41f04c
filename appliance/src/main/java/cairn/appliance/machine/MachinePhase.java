package cairn.appliance.machine;

import cairn.appliance.resource.Resource;

/** Where a machine is in its life, as {@code status.phase} says it. */
public enum MachinePhase {
  /** Should run, but something it needs is not there, or it could not be started. */
  PENDING("Pending"),
  /** An instance is being prepared. */
  STARTING("Starting"),
  RUNNING("Running"),
  /** The instance stands still: a disk without room, or by hand. */
  PAUSE("Pause"),
  /** The instance was asked to end and has not yet. */
  STOPPING("Stopping"),
  /** No instance, and none expected. */
  STOPPED("Stopped"),
  /** Deletion was asked for. */
  TERMINATING("Terminating"),
  /** In the contract, accepted by operations, never set. */
  DEGRADED("Degraded");

  private final String word;

  MachinePhase(String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }

  /** Whether there is an instance in this phase. */
  boolean hasInstance() {
    return this == RUNNING || this == PAUSE || this == STOPPING;
  }

  /** Whether no guest runs yet or any more: what only a running guest has is not spoken of. */
  boolean quiet() {
    return this == PENDING || this == STARTING || this == STOPPED;
  }

  /** The phase that a machine's status says; one without a status is pending. */
  public static MachinePhase of(Resource machine) {
    return read(machine.document().path("status").path("phase").asString(""));
  }

  private static MachinePhase read(String word) {
    for (MachinePhase phase : values()) {
      if (phase.word.equals(word)) {
        return phase;
      }
    }
    return PENDING;
  }
}
