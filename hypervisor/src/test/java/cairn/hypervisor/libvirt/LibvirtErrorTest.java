package cairn.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class LibvirtErrorTest {

  @Test
  void theSameTroubleReadsTheSameAtEveryAttempt() {
    assertEquals(
        "internal error: process exited while connecting to monitor: qemu-system-x86_64: -blockdev:"
            + " Permission denied",
        LibvirtError.undated(
            "internal error: process exited while connecting to monitor:"
                + " 2026-11-22T19:09:48.123456Z qemu-system-x86_64: -blockdev: Permission denied"));
  }
}
