package cairn.appliance.machine;

import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.storage.ByteSize;

/** Why a guest stands still, and what makes it go on, for people. Pure. */
final class Standstill {

  /** Room that a guest finds before it goes on: with less it would stand still again at once. */
  static final ByteSize ROOM = ByteSize.ofMebibytes(256);

  private Standstill() {}

  /**
   * Whether a guest goes on by itself.
   *
   * @param free in the pool of its disks
   */
  static boolean goesOn(Power.Paused paused, ByteSize free) {
    return paused.cause() == PauseCause.DISK_FULL && free.compareTo(ROOM) >= 0;
  }

  /** One or two sentences; the first says what happened, the last what to do about it. */
  static String sentence(Power.Paused paused) {
    return switch (paused.cause()) {
      case REQUESTED -> "The guest is paused: somebody asked the hypervisor for it.";
      case DISK_FULL ->
          "The guest is paused: the host has no room for what it wrote%s. Make room: it goes on by itself when %d MiB are free."
              .formatted(bracketed(paused.detail()), ROOM.bytes() >> 20);
      case DISK_ERROR ->
          "The guest is paused: a disk failed%s. Repair the storage and resume it, or restart it."
              .formatted(bracketed(paused.detail()));
      case GUEST_PANICKED ->
          "The guest is paused: its kernel gave up (panic). Only a restart helps.";
      case INTERNAL_ERROR -> internal(paused.detail());
      case INSTANCE_LOST ->
          "The guest is paused in name only: its process is gone, and what is left of it is cleared away.";
      case OTHER ->
          "The guest is paused by the hypervisor%s.".formatted(bracketed(paused.detail()));
    };
  }

  /** What the machine's event is called; {@code Paused} is nobody's fault. */
  static boolean isTrouble(Power.Paused paused) {
    return paused.cause() != PauseCause.REQUESTED && paused.cause() != PauseCause.OTHER;
  }

  /** Suberror 1 is an instruction that KVM had to interpret and does not know. */
  private static String internal(String detail) {
    String why =
        detail.contains("Suberror: 1") || detail.contains("emulation failure")
            ? "this host's KVM cannot run an instruction of its code, which nested or limited KVM"
                + " does not know"
            : "KVM or QEMU met an error it cannot go on from";
    return "The guest is paused: %s%s. Only a restart helps, or emulation where it is allowed."
        .formatted(why, bracketed(detail));
  }

  private static String bracketed(String detail) {
    return detail.isEmpty() ? "" : " (" + detail + ")";
  }
}
