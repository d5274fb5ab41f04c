package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A libvirt for one test, which may kill it: its supervisor starts it again. */
final class OwnLibvirt implements AutoCloseable {

  private final Path folder;
  private final Process daemons;

  /**
   * @param folder empty; QEMU must be able to reach it
   */
  OwnLibvirt(Path folder) throws IOException {
    this.folder = folder;
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    this.daemons =
        new ProcessBuilder("../scripts/libvirt-daemons", "private", folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader words =
        new BufferedReader(new InputStreamReader(daemons.getInputStream(), StandardCharsets.UTF_8));
    assertEquals("ready", words.readLine());
  }

  Path folder() {
    return folder;
  }

  long pid() throws IOException {
    return Long.parseLong(Files.readString(folder.resolve("run/libvirtd.pid")).strip());
  }

  /** Processes of guests, by the files that libvirt keeps of them. */
  List<ProcessHandle> guests() throws IOException {
    return processes(folder.resolve("run/qemu"));
  }

  /** Processes of virtual TPMs. */
  List<ProcessHandle> tpms() throws IOException {
    return processes(folder.resolve("run/qemu/swtpm"));
  }

  private static List<ProcessHandle> processes(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          // Beside them lies driver.pid, which is libvirtd's.
          .filter(file -> file.getFileName().toString().matches("(.*-)?cairn-.*\\.pid"))
          .flatMap(file -> process(file).stream())
          .toList();
    }
  }

  /** A file that goes while we look is one of a process that went. */
  private static Optional<ProcessHandle> process(Path file) {
    try {
      return ProcessHandle.of(Long.parseLong(Files.readString(file).strip()));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public void close() throws IOException {
    daemons.getOutputStream().close();
    try {
      daemons.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
