package cairn.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LibvirtErrorTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "internal error: process exited while connecting to monitor: qemu-system-x86_64: cannot set up guest memory 'pc.ram': Cannot allocate memory | cannot set up guest memory 'pc.ram': Cannot allocate memory",
        "internal error: QEMU unexpectedly closed the monitor (vm='cairn-ab-1'): qemu-system-x86_64: warning: host lacks it@qemu-system-x86_64: -blockdev {'driver':'raw','file':'a: b'}: Failed to get lock@Is another process using the image? | Failed to get lock",
        "Requested operation is not valid: domain is running | Requested operation is not valid: domain is running",
        "internal error: @ | no reason was given",
      })
  void whatPeopleReadIsOneLineWithoutTheProgramsWordsAboutItself(String message, String brief) {
    assertEquals(brief, new LibvirtError(1, 10, message.replace('@', '\n')).brief());
  }

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
