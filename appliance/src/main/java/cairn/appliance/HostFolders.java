package cairn.appliance;

import cairn.appliance.machine.HostPaths;
import cairn.appliance.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Where everything is on the host. Folders on the way to what QEMU or dnsmasq must open can be
 * passed through by all and listed by nobody else.
 */
record HostFolders(Path state, Path run) {

  private static final Set<PosixFilePermission> PASSABLE =
      PosixFilePermissions.fromString("rwx--x--x");

  static HostFolders make(Settings.Paths paths) {
    HostFolders folders = new HostFolders(paths.state(), paths.run());
    for (Path folder :
        new Path[] {
          folders.state,
          folders.run,
          folders.images(),
          folders.pools(),
          folders.network(),
          folders.machines().logs(),
          folders.machines().seeds(),
          folders.machines().sockets()
        }) {
      try {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PASSABLE);
      } catch (IOException e) {
        throw new UncheckedIOException("folder " + folder + " cannot be made", e);
      }
    }
    return folders;
  }

  Path images() {
    return state.resolve("images");
  }

  Path pools() {
    return state.resolve("pools");
  }

  Path network() {
    return state.resolve("network");
  }

  HostPaths machines() {
    return new HostPaths(run.resolve("console"), state.resolve("serial"), state.resolve("seeds"));
  }
}
