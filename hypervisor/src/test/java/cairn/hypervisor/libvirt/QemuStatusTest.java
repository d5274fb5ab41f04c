package cairn.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers as QEMU 7.2 gives them, shortened. */
class QemuStatusTest {

  @ParameterizedTest
  @CsvSource({
    "internal-error,INTERNAL_ERROR",
    "io-error,DISK_ERROR",
    "guest-panicked,GUEST_PANICKED",
    "paused,OTHER",
    "watchdog,OTHER"
  })
  void theStatusOfQemuIsACause(String status, PauseCause cause) {
    assertEquals(Optional.of(cause), QemuStatus.pauseCause(status(status)));
  }

  @Test
  void aGuestThatRunsDoesNotStandStill() {
    assertEquals(Optional.empty(), QemuStatus.pauseCause(status("running")));
  }

  @Test
  void whatIsNoAnswerIsNoCause() {
    assertEquals(Optional.of(PauseCause.OTHER), QemuStatus.pauseCause("{"));
    assertEquals(new Power.Paused(PauseCause.DISK_ERROR), QemuStatus.diskError("nothing"));
  }

  @Test
  void aDiskWithoutRoomIsNamed() {
    assertEquals(
        new Power.Paused(PauseCause.DISK_FULL, "disk0: no space left (ENOSPC)"),
        QemuStatus.diskError(
            disks(
                disk("ua-disk1", "ok"),
                disk("ua-disk0", "nospace"),
                "{\"device\":\"\",\"qdev\":\"/machine/peripheral/ua-seed/virtio-backend\"}")));
  }

  @Test
  void oneFailedDiskAmongFullOnesIsAFailure() {
    assertEquals(
        new Power.Paused(
            PauseCause.DISK_ERROR, "disk0: no space left (ENOSPC), disk1: input/output error"),
        QemuStatus.diskError(
            disks(
                disk("/machine/peripheral/ua-disk0/virtio-backend", "nospace"),
                disk("ua-disk1", "failed"))));
  }

  private static String status(String word) {
    return "{\"return\":{\"status\":\"" + word + "\",\"running\":false},\"id\":\"libvirt-9\"}";
  }

  private static String disks(String... disks) {
    return "{\"return\":[" + String.join(",", disks) + "],\"id\":\"libvirt-10\"}";
  }

  private static String disk(String qdev, String status) {
    return "{\"io-status\":\"%s\",\"device\":\"\",\"locked\":false,\"qdev\":\"%s\"}"
        .formatted(status, qdev);
  }
}
