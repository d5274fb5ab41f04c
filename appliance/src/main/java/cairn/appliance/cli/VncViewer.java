package cairn.appliance.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The viewer that this computer has. */
final class VncViewer {

  private VncViewer() {}

  /**
   * How it is started for a screen at a port of this computer; empty if none is installed.
   *
   * @param path folders of programs, with colons between
   */
  static Optional<List<String>> command(@Nullable String path, int port) {
    String folders = path == null ? "" : path;
    if (installed(folders, "remote-viewer")) {
      return Optional.of(List.of("remote-viewer", "vnc://127.0.0.1:" + port));
    }
    if (installed(folders, "vncviewer")) {
      return Optional.of(List.of("vncviewer", "127.0.0.1::" + port));
    }
    return Optional.empty();
  }

  private static boolean installed(String folders, String program) {
    for (String folder : folders.split(":", -1)) {
      if (!folder.isEmpty() && Files.isExecutable(Path.of(folder, program))) {
        return true;
      }
    }
    return false;
  }
}
