package cairn.storage.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.storage.ByteSize;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import cairn.storage.StorageFault;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract on whatever file system the temporary folder has. */
class DirectoryPoolTest extends DirectoryPoolContract {

  @TempDir private Path folder;

  @Override
  Path folder() {
    return folder;
  }

  @Test
  void disksAreForUsAndTheGroupOnly() throws IOException {
    DiskLocation.Raw made =
        (DiskLocation.Raw) pool().createBlank(new DiskId(UUID.randomUUID()), new ByteSize(512));

    assertEquals(
        "rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(made.file())));
    assertEquals(
        "rwxr-x---",
        PosixFilePermissions.toString(Files.getPosixFilePermissions(Durable.parent(made.file()))));
  }

  @Test
  void anUnknownGroupIsNamed() {
    StorageFault fault =
        assertThrows(
            StorageFault.class,
            () ->
                DirectoryPool.open(
                    "test",
                    folder.resolve("pool"),
                    folder.resolve("images"),
                    FileAccess.sharedWith("no-such-group"),
                    QemuImg.onThisHost()));

    assertEquals("GroupMissing", fault.reason());
  }
}
