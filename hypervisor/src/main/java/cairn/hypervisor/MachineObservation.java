package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.OptionalLong;

/**
 * A machine as the host sees it.
 *
 * @param instancePid process of the running instance: it changes when, and only when, a new
 *     instance was started
 * @param persistent whether the definition outlives the instance
 * @param lastLaunch while nothing runs, a mark of the last attempt to start the machine: it changes
 *     when, and only when, another was made, so an instance that came and went unseen shows
 */
public record MachineObservation(
    MachineId id,
    Power power,
    OptionalLong instancePid,
    boolean persistent,
    Optional<String> lastLaunch) {

  public MachineObservation {
    requireNonNull(id, "id is null");
    requireNonNull(power, "power is null");
    requireNonNull(instancePid, "instancePid is null");
    requireNonNull(lastLaunch, "lastLaunch is null");
  }

  /** What the machine does, with the reason where the host knows one. */
  public sealed interface Power {

    record Stopped(StopCause cause) implements Power {}

    record Running() implements Power {}

    /**
     * It stands still.
     *
     * @param detail what QEMU says beyond the cause, for people: which disk, which error; may be
     *     empty
     */
    record Paused(PauseCause cause, String detail) implements Power {

      public Paused {
        requireNonNull(cause, "cause is null");
        requireNonNull(detail, "detail is null");
      }

      public Paused(PauseCause cause) {
        this(cause, "");
      }
    }

    /** The power button was pressed and the guest has not gone yet. */
    record ShuttingDown() implements Power {}
  }

  /** Why the last instance ended, as far as the host remembers. */
  public enum StopCause {
    /** Never ran, or the host does not remember. */
    UNKNOWN,
    /** The guest powered itself off. */
    GUEST_POWER_OFF,
    /** The guest reset itself: it is to have a new instance. */
    GUEST_REBOOT,
    /** We pulled the plug. */
    PLUG_PULLED,
    /** The instance died. */
    CRASHED,
    /** It could not be started. */
    START_FAILED
  }

  /** Why the instance stands still. */
  public enum PauseCause {
    /** Somebody asked for it. */
    REQUESTED,
    /**
     * The host had no room for what the guest wrote; it goes on after {@link Hypervisor#resume}.
     */
    DISK_FULL,
    /** A disk failed; it goes on after {@link Hypervisor#resume}, and tries again. */
    DISK_ERROR,
    /** The guest's kernel gave up; only a reset or a new start helps. */
    GUEST_PANICKED,
    /** KVM or QEMU gave up; only a reset or a new start helps. */
    INTERNAL_ERROR,
    /**
     * Its process is gone and the host's daemon still believes in it; {@link Hypervisor#pullPlug}
     * makes it see.
     */
    INSTANCE_LOST,
    /** Anything else: a migration, a snapshot, a watchdog. */
    OTHER
  }
}
