package cairn.hypervisor.libvirt;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.MachineObservation.StopCause;
import java.util.List;
import java.util.Optional;

/**
 * What libvirt's log of a domain says of its last instance. libvirt forgets why an instance ended
 * when its daemon ends, and never knows whether the guest powered off or reset itself; the log,
 * where QEMU's traces and libvirt's own words come together, does. Pure; words are those of libvirt
 * 9.0 to 11.3 and QEMU 7.2 to 10.0.
 *
 * @param launch the moment that libvirt wrote over the last attempt to start; empty if there is
 *     none
 * @param traced whether QEMU told what it did
 * @param halt what ended the guest, as QEMU saw it
 * @param reason why libvirt ended the instance; empty while it has not
 * @param complaint what QEMU wrote when KVM gave the guest up; empty while it has not
 */
record InstanceLog(
    Optional<String> launch, boolean traced, Halt halt, Optional<String> reason, String complaint) {

  static final InstanceLog EMPTY =
      new InstanceLog(Optional.empty(), false, Halt.UNTOLD, Optional.empty(), "");

  private static final String STARTING = ": starting up libvirt version";
  private static final String ENDING = ": shutting down, reason=";

  /** Beginnings of the lines that QEMU writes when KVM hands it an exit it has no answer for. */
  private static final List<String> KVM_GAVE_UP =
      List.of(
          "KVM internal error", "emulation failure", "KVM: entry failed", "error: kvm run failed");

  private static final int LONGEST = 200;

  /** What QEMU says of the end of the guest. */
  enum Halt {
    UNTOLD,
    /** A request came before QEMU stopped: the guest powered off, or somebody else wanted it. */
    REQUESTED,
    /**
     * Somebody who is not libvirt ended the process: an administrator, or a host that goes down.
     */
    SIGNALLED,
    /** QEMU stopped without a request, which is what a reset is where resets are not allowed. */
    RESET
  }

  InstanceLog {
    requireNonNull(launch, "launch is null");
    requireNonNull(halt, "halt is null");
    requireNonNull(reason, "reason is null");
  }

  /** Reads the end of a log; what is told of earlier instances is left out. */
  static InstanceLog read(List<String> lines) {
    InstanceLog last = EMPTY;
    for (String line : lines) {
      last = last.then(line);
    }
    return last;
  }

  private InstanceLog then(String line) {
    int starting = line.indexOf(STARTING);
    if (starting >= 0) {
      return new InstanceLog(
          Optional.of(line.substring(0, starting)), false, Halt.UNTOLD, Optional.empty(), "");
    }
    int ending = line.indexOf(ENDING);
    if (ending >= 0) {
      String word = line.substring(ending + ENDING.length()).strip();
      return new InstanceLog(launch, traced, halt, Optional.of(word), complaint);
    }
    if (line.contains(":runstate_set ")) {
      boolean stopped = line.contains("(running) new_state") && line.endsWith("(shutdown)");
      return new InstanceLog(launch, true, stopped ? first(Halt.RESET) : halt, reason, complaint);
    }
    if (KVM_GAVE_UP.stream().anyMatch(line::startsWith)) {
      String added = complaint.isEmpty() ? line.strip() : complaint + "; " + line.strip();
      return new InstanceLog(
          launch, traced, halt, reason, added.length() <= LONGEST ? added : complaint);
    }
    if (line.contains(":qemu_system_shutdown_request ")) {
      return new InstanceLog(launch, traced, first(Halt.REQUESTED), reason, complaint);
    }
    if (line.contains("terminating on signal ")) {
      // Without traces a guest that powers off is seen by libvirt alone, which then ends QEMU.
      boolean foreign = traced && !line.contains("(libvirtd)") && !line.contains("(virtqemud)");
      return new InstanceLog(
          launch, traced, first(foreign ? Halt.SIGNALLED : Halt.REQUESTED), reason, complaint);
    }
    return this;
  }

  /** Only the first word counts: when QEMU has stopped, libvirt ends it by a signal. */
  private Halt first(Halt told) {
    return halt == Halt.UNTOLD ? told : halt;
  }

  /** Whether QEMU's word on the end is still on its way: its log is written by another process. */
  boolean awaited() {
    return traced && halt == Halt.UNTOLD;
  }

  /** The cause, where libvirt says that the guest ended by itself. */
  StopCause causeOfShutdown() {
    return switch (halt) {
      case RESET -> StopCause.GUEST_REBOOT;
      case SIGNALLED -> StopCause.PLUG_PULLED;
      case REQUESTED, UNTOLD -> StopCause.GUEST_POWER_OFF;
    };
  }

  /** The cause, where libvirt's daemon has forgotten it. */
  StopCause causeFromMemory() {
    return switch (reason.orElse("")) {
      case "shutdown" -> causeOfShutdown();
      case "destroyed" -> StopCause.PLUG_PULLED;
      case "crashed" -> StopCause.CRASHED;
      case "failed" -> StopCause.START_FAILED;
      default -> StopCause.UNKNOWN;
    };
  }
}
