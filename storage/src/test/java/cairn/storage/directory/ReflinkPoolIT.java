package cairn.storage.directory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import cairn.storage.DiskPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The contract where the file system shares blocks: XFS with reflink=1 on a loop device. */
class ReflinkPoolIT extends DirectoryPoolContract {

  @TempDir private Path folder;
  private Optional<LoopFileSystem> xfs = Optional.empty();

  @BeforeEach
  void mount() throws IOException {
    Optional<String> missing = LoopFileSystem.missing();
    assumeTrue(missing.isEmpty(), () -> "SKIPPED, no XFS can be mounted: " + missing);
    xfs = Optional.of(LoopFileSystem.make(folder, 400L << 20, "mkfs.xfs", "-q", "-m", "reflink=1"));
  }

  @AfterEach
  void unmount() throws IOException {
    if (xfs.isPresent()) {
      xfs.get().close();
    }
  }

  @Override
  Path folder() {
    return xfs.orElseThrow().folder();
  }

  @Test
  void disksStandAlone() throws IOException {
    CachedImage image = image(new byte[1 << 20]);
    DiskLocation made =
        pool().createFrom(new DiskId(UUID.randomUUID()), image, ByteSize.ofMebibytes(2));

    Files.delete(image.file());

    assertEquals(DiskPool.Cloning.REFLINK, pool().cloning());
    assertEquals(2 << 20, content(made, 2 << 20).length);
  }

  @Test
  void aCloneTakesNoRoom() throws IOException {
    byte[] content = new byte[64 << 20];
    new java.util.Random(1).nextBytes(content);
    CachedImage image = image(content);
    Durable.sync(image.file());
    long before = pool().space().free().bytes();

    pool().createFrom(new DiskId(UUID.randomUUID()), image, image.virtualSize());

    long taken = before - pool().space().free().bytes();
    assertTrue(taken < 8 << 20, "the clone took " + taken + " bytes");
  }
}
