package cairn.appliance;

import cairn.appliance.machine.HostPaths;
import cairn.appliance.settings.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;

/**
 * Where everything is on the host. Folders on the way to what QEMU or dnsmasq must open can be
 * passed through by all and listed by nobody else.
 */
record HostFolders(Path state, Path run) {

  private static final Set<PosixFilePermission> PASSABLE =
      PosixFilePermissions.fromString("rwx--x--x");

  /** First-boot data may hold passwords: QEMU's group reads it, nobody else passes. */
  private static final Set<PosixFilePermission> READ_BY_QEMU =
      PosixFilePermissions.fromString("rwxr-x---");

  /** QEMU makes the sockets of screens by itself; nobody else reaches them. */
  private static final Set<PosixFilePermission> WRITTEN_BY_QEMU =
      PosixFilePermissions.fromString("rwxrwx---");

  static HostFolders make(Settings settings) {
    HostFolders folders = new HostFolders(settings.paths().state(), settings.paths().run());
    folders.makeAll(settings.hypervisor().qemuGroup());
    return folders;
  }

  private void makeAll(String qemuGroup) {
    for (Path folder :
        List.of(
            state,
            run,
            images(),
            pools(),
            network(),
            machines().logs(),
            machines().sockets(),
            machines().screens(),
            machines().variables(),
            machines().seeds())) {
      try {
        Files.createDirectories(folder);
        Files.setPosixFilePermissions(folder, PASSABLE);
      } catch (IOException e) {
        throw new UncheckedIOException("folder " + folder + " cannot be made", e);
      }
    }
    give(machines().seeds(), qemuGroup, READ_BY_QEMU);
    give(machines().screens(), qemuGroup, WRITTEN_BY_QEMU);
  }

  private static void give(Path folder, String qemuGroup, Set<PosixFilePermission> permissions) {
    try {
      Files.getFileAttributeView(folder, PosixFileAttributeView.class)
          .setGroup(
              folder
                  .getFileSystem()
                  .getUserPrincipalLookupService()
                  .lookupPrincipalByGroupName(qemuGroup));
      Files.setPosixFilePermissions(folder, permissions);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "folder %s cannot be given to group '%s' (hypervisor.qemuGroup in cairn.yaml)"
              .formatted(folder, qemuGroup),
          e);
    }
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
    return new HostPaths(
        run.resolve("console"),
        run.resolve("screen"),
        state.resolve("serial"),
        state.resolve("seeds"),
        state.resolve("nvram"));
  }
}
