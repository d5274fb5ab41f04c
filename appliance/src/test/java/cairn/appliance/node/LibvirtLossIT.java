package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** libvirt dies while machines run: it is started again, and nobody notices for long. */
class LibvirtLossIT {

  @Test
  void aKilledLibvirtIsWaitedForAndNothingFails(@TempDir Path folder, @TempDir Path home)
      throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Process daemons = daemons(folder);
    try (Node node = new Node(home, folder);
        Hello hello = new Hello(node, folder)) {
      hello.apply();
      hello.awaitPhase("Running");
      hello.awaitGuest("GUEST READY", 1);
      long guest = hello.guestPid();

      long libvirtd = pid(folder);
      assertTrue(ProcessHandle.of(libvirtd).orElseThrow().destroyForcibly());
      hello.operate("Restart");

      hello.awaitPhase("Running");
      hello.awaitGuest("GUEST COUNT 2", 1);
      assertTrue(pid(folder) != libvirtd, "libvirtd was not started again");
      assertTrue(hello.guestPid() != guest, "a restart makes a new instance");
      assertFalse(hello.log().contains("phase=Failed"), hello.log());
      assertEquals("Running", hello.field("status", "phase").orElseThrow());
      hello.delete();
    } finally {
      daemons.getOutputStream().close();
      daemons.waitFor();
    }
  }

  private static Process daemons(Path folder) throws IOException {
    Process daemons =
        new ProcessBuilder("../scripts/libvirt-daemons", "private", folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader words =
        new BufferedReader(new InputStreamReader(daemons.getInputStream(), StandardCharsets.UTF_8));
    assertEquals("ready", words.readLine());
    return daemons;
  }

  private static long pid(Path folder) throws IOException {
    return Long.parseLong(Files.readString(folder.resolve("run/libvirtd.pid")).strip());
  }
}
