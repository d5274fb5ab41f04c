package cairn.storage.directory;

import static java.util.Objects.requireNonNull;

import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/**
 * Who besides us may open what we make.
 *
 * @param group name of the group that QEMU belongs to, where QEMU runs as a user of its own
 */
public record FileAccess(Optional<String> group) {

  public FileAccess {
    requireNonNull(group, "group is null");
  }

  public static FileAccess ours() {
    return new FileAccess(Optional.empty());
  }

  public static FileAccess sharedWith(String group) {
    return new FileAccess(Optional.of(group));
  }

  /** A folder for nobody but us: what is half-made is nobody else's to see. */
  void closed(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
  }

  /** A folder that the group may pass through and read. */
  void passable(Path folder) throws IOException {
    grant(folder, "rwxr-x---");
  }

  /** A file that the group may read and write. */
  void writable(Path file) throws IOException {
    grant(file, "rw-rw----");
  }

  /** A file that nobody may write, not even we. */
  void readOnly(Path file) throws IOException {
    grant(file, "r--r-----");
  }

  private void grant(Path file, String permissions) throws IOException {
    if (group.isPresent()) {
      Files.getFileAttributeView(file, PosixFileAttributeView.class).setGroup(principal());
    }
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
  }

  private GroupPrincipal principal() throws IOException {
    String name = group.orElseThrow();
    try {
      return Path.of("/")
          .getFileSystem()
          .getUserPrincipalLookupService()
          .lookupPrincipalByGroupName(name);
    } catch (java.nio.file.attribute.UserPrincipalNotFoundException unknown) {
      throw new StorageFault(
          Kind.BROKEN,
          "GroupMissing",
          "Group '" + name + "', which disk files must belong to, does not exist on this host.",
          unknown);
    }
  }
}
