package cairn.hypervisor.libvirt;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.hypervisor.TestMachines;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;

/**
 * A libvirtd for tests: the run's shared one, or one of its own for a test that kills it. Both come
 * from {@code scripts/libvirt-daemons}.
 */
record PrivateLibvirt(Path directory, @Nullable Process supervisor) implements AutoCloseable {

  /** The one that {@code scripts/private-host} started. */
  static PrivateLibvirt shared() {
    return new PrivateLibvirt(
        Path.of(
            requireNonNull(
                System.getenv("CAIRN_TEST_LIBVIRT_DIR"),
                "CAIRN_TEST_LIBVIRT_DIR is not set: run the tests by scripts/private-host")),
        null);
  }

  // Names are short because a unix socket's path may have 107 bytes.

  /** One that a test may kill; it is started again by its supervisor. */
  static PrivateLibvirt ofOurOwn() throws IOException {
    Path directory = reachable(Files.createTempDirectory("cl"));
    Process supervisor =
        new ProcessBuilder("../scripts/libvirt-daemons", "private", directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader said =
        new BufferedReader(
            new InputStreamReader(supervisor.getInputStream(), StandardCharsets.UTF_8));
    assertEquals("ready", said.readLine());
    return new PrivateLibvirt(directory, supervisor);
  }

  LibvirtSettings settings(String instance) {
    return LibvirtSettings.under(directory, instance);
  }

  TestMachines machines() throws IOException {
    return new TestMachines(reachable(Files.createTempDirectory(directory, "g")));
  }

  long daemonPid() throws IOException {
    return Long.parseLong(Files.readString(directory.resolve("run/libvirtd.pid")).strip());
  }

  private static Path reachable(Path directory) throws IOException {
    return Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Override
  public void close() throws IOException {
    if (supervisor != null) {
      supervisor.getOutputStream().close();
      supervisor.onExit().join();
    }
  }
}
