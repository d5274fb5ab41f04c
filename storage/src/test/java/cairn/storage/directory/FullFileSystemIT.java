package cairn.storage.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.storage.ImageSource;
import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import cairn.storage.imports.AddressPolicy;
import cairn.storage.imports.FileServer;
import cairn.storage.imports.ImageImport;
import cairn.storage.imports.ImportLimits;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image that does not fit: said so, and the room is free again. */
class FullFileSystemIT {

  @TempDir private Path folder;

  @Test
  void anImageThatDoesNotFitIsExhaustionAndLeavesNothing() throws IOException {
    Optional<String> missing = LoopFileSystem.missing();
    assumeTrue(missing.isEmpty(), () -> "SKIPPED, no small file system: " + missing);
    byte[] large = new byte[48 << 20];
    new Random(1).nextBytes(large);
    byte[] small = new byte[1 << 20];
    small[0] = 1;

    try (LoopFileSystem ext4 =
            LoopFileSystem.make(folder, 32L << 20, "mkfs.ext4", "-q", "-m", "0");
        FileServer server = new FileServer()) {
      DirectoryImageCache cache =
          DirectoryImageCache.open(
              ext4.folder().resolve("images"),
              FileAccess.ours(),
              new ImageImport(ImportLimits.usual(), new AddressPolicy(true), QemuImg.onThisHost()),
              Duration.ZERO);
      URI url = server.serve("/large", large);

      StorageFault fault =
          assertThrows(StorageFault.class, () -> cache.bringIn(source(url), (_, _) -> {}));

      assertEquals(Kind.EXHAUSTED, fault.kind(), fault.getMessage());
      assertEquals("NoSpace", fault.reason());
      try (var left = Files.list(ext4.folder().resolve("images/tmp"))) {
        assertEquals(List.of(), left.toList());
      }
      cache.bringIn(source(server.serve("/small", small)), (_, _) -> {});
      assertEquals(1, cache.images().size());
    }
  }

  private static ImageSource.Http source(URI url) {
    return new ImageSource.Http(url, Optional.empty(), Map.of());
  }
}
