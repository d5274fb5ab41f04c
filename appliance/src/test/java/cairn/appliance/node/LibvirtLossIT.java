package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libvirt dies while machines run: it is started again, and nobody notices for long. */
class LibvirtLossIT {

  @Test
  void aKilledLibvirtIsWaitedForAndNothingFails(@TempDir Path folder, @TempDir Path home)
      throws Exception {
    try (OwnLibvirt libvirt = new OwnLibvirt(folder);
        Node node = new Node(home, folder);
        Hello hello = new Hello(node, folder)) {
      hello.apply();
      hello.awaitPhase("Running");
      hello.awaitGuest("GUEST READY", 1);
      long guest = hello.guestPid();

      long libvirtd = libvirt.pid();
      assertTrue(ProcessHandle.of(libvirtd).orElseThrow().destroyForcibly());
      hello.operate("Restart");

      hello.awaitPhase("Running");
      hello.awaitGuest("GUEST COUNT 2", 1);
      assertTrue(libvirt.pid() != libvirtd, "libvirtd was not started again");
      assertTrue(hello.guestPid() != guest, "a restart makes a new instance");
      assertFalse(hello.log().contains("phase=Failed"), hello.log());
      assertEquals("Running", hello.field("status", "phase").orElseThrow());
      hello.delete();
    }
  }
}
