package cairn.hypervisor.libvirt;

import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineObservation.StopCause;

/**
 * What {@code virDomainGetState} says, in libvirt's numbers ({@code virDomainState} and the reasons
 * of each state, libvirt 9.0).
 */
record DomainState(int state, int reason) {

  private static final int PAUSED = 3;
  private static final int SHUTDOWN = 4;
  private static final int SHUTOFF = 5;
  private static final int CRASHED = 6;
  private static final int PM_SUSPENDED = 7;
  private static final int REASON_UNKNOWN = 0;

  /** Reasons of {@link #PAUSED}. */
  private static final int IO_ERROR = 5;

  private static final int GUEST_CRASHED = 10;

  /** Whether a QEMU process belongs to it. */
  boolean active() {
    return state != SHUTOFF && state != CRASHED;
  }

  boolean paused() {
    return state == PAUSED;
  }

  /**
   * Whether QEMU must be asked why it stands still: libvirt has no word for a KVM that gave up, and
   * none for which disk failed and how.
   */
  boolean pausedForReasonOfQemu() {
    return state == PAUSED
        && (reason == REASON_UNKNOWN || reason == IO_ERROR || reason == GUEST_CRASHED);
  }

  Power power() {
    return switch (state) {
      case PAUSED -> new Power.Paused(pauseCause());
      case SHUTDOWN -> new Power.ShuttingDown();
      case SHUTOFF -> new Power.Stopped(stopCause(InstanceLog.EMPTY));
      case CRASHED -> new Power.Stopped(StopCause.CRASHED);
      case PM_SUSPENDED -> new Power.Paused(PauseCause.OTHER);
      // Running, blocked on a resource, or a state that this libvirt has no number for.
      default -> new Power.Running();
    };
  }

  private PauseCause pauseCause() {
    return switch (reason) {
      case 1 -> PauseCause.REQUESTED;
      case IO_ERROR -> PauseCause.DISK_ERROR;
      case GUEST_CRASHED -> PauseCause.GUEST_PANICKED;
      // Migration, save, dump, snapshot, watchdog, starting up and the like.
      default -> PauseCause.OTHER;
    };
  }

  /** Whether libvirt knows that the guest ended by itself; not whether it wants to come back. */
  boolean endedByGuest() {
    return state == SHUTOFF && reason == 1;
  }

  /**
   * Why the last instance ended, while none runs.
   *
   * @param log what was written about it: libvirt's own memory ends with its daemon
   */
  StopCause stopCause(InstanceLog log) {
    if (state == CRASHED) {
      return StopCause.CRASHED;
    }
    return switch (reason) {
      case REASON_UNKNOWN -> log.causeFromMemory();
      case 1 -> log.causeOfShutdown();
      case 2 -> StopCause.PLUG_PULLED;
      case 3 -> StopCause.CRASHED;
      case 6 -> StopCause.START_FAILED;
      default -> StopCause.UNKNOWN;
    };
  }
}
