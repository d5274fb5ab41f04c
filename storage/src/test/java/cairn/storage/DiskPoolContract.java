package cairn.storage;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.storage.StorageFault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What every pool must do, whatever its disks are made of. */
public abstract class DiskPoolContract {

  private static final ByteSize MEBIBYTE = ByteSize.ofMebibytes(1);

  /** The pool under test; the same one for the length of a test. */
  protected abstract DiskPool pool();

  /** The pool as the next process sees it. */
  protected abstract DiskPool reopened();

  /** An image in the cache with this content, durable. */
  protected abstract CachedImage image(byte[] content);

  /** What a guest would read from the beginning of the disk. */
  protected abstract byte[] content(DiskLocation disk, int length) throws IOException;

  /** Writes to the disk as a guest would. */
  protected abstract void overwrite(DiskLocation disk, byte[] content) throws IOException;

  /** Where a crash leaves half-made things. */
  protected abstract Path working();

  private final DiskId disk = new DiskId(UUID.randomUUID());

  @Test
  void blankDiskReadsAsZeros() throws IOException {
    DiskLocation made = pool().createBlank(disk, MEBIBYTE);

    assertEquals(MEBIBYTE, made.size());
    assertArrayEquals(new byte[1 << 20], content(made, 1 << 20));
  }

  @Test
  void sizesAreWholeSectors() {
    assertEquals(new ByteSize(1024), pool().createBlank(disk, new ByteSize(513)).size());
  }

  @Test
  void aDiskOfNothingIsRefused() {
    StorageFault fault =
        assertThrows(StorageFault.class, () -> pool().createBlank(disk, ByteSize.ZERO));

    assertEquals(Kind.REJECTED, fault.kind());
  }

  @Test
  void creatingTwiceLeavesTheFirst() throws IOException {
    DiskLocation first = pool().createBlank(disk, MEBIBYTE);
    overwrite(first, new byte[] {1, 2, 3});

    DiskLocation second = pool().createBlank(disk, ByteSize.ofMebibytes(2));

    assertEquals(first, second);
    assertArrayEquals(new byte[] {1, 2, 3}, content(second, 3));
  }

  @Test
  void diskFromImageBeginsWithItsContent() throws IOException {
    byte[] content = pattern(3);
    DiskLocation made = pool().createFrom(disk, image(content), ByteSize.ofMebibytes(2));

    assertEquals(ByteSize.ofMebibytes(2), made.size());
    byte[] read = content(made, 2 << 20);
    assertArrayEquals(content, java.util.Arrays.copyOf(read, content.length));
    assertArrayEquals(
        new byte[(2 << 20) - content.length],
        java.util.Arrays.copyOfRange(read, content.length, read.length));
  }

  @Test
  void writingToADiskLeavesTheImageAndOtherDisksAlone() throws IOException {
    byte[] content = pattern(4);
    CachedImage image = image(content);
    DiskLocation one = pool().createFrom(disk, image, MEBIBYTE);
    DiskLocation other = pool().createFrom(new DiskId(UUID.randomUUID()), image, MEBIBYTE);

    overwrite(one, new byte[] {9, 9, 9, 9});

    assertArrayEquals(new byte[] {9, 9, 9, 9}, content(one, 4));
    assertArrayEquals(java.util.Arrays.copyOf(content, 4), content(other, 4));
    assertArrayEquals(content, Files.readAllBytes(image.file()));
  }

  @Test
  void aDiskSmallerThanItsImageIsRefused() {
    CachedImage image = image(pattern(5));

    StorageFault fault =
        assertThrows(StorageFault.class, () -> pool().createFrom(disk, image, new ByteSize(512)));

    assertEquals(Kind.REJECTED, fault.kind());
    assertEquals("DiskSmallerThanImage", fault.reason());
    assertEquals(Optional.empty(), pool().find(disk));
  }

  @Test
  void anImageThatIsGoneIsMissing() throws IOException {
    CachedImage image = image(pattern(6));
    Files.delete(image.file());

    StorageFault fault =
        assertThrows(StorageFault.class, () -> pool().createFrom(disk, image, MEBIBYTE));

    assertEquals(Kind.MISSING, fault.kind());
    assertEquals(List.of(), pool().disks());
  }

  @Test
  void blankDiskGrowsAndNeverShrinks() {
    DiskLocation made = pool().createBlank(disk, MEBIBYTE);

    assertEquals(ByteSize.ofMebibytes(3), pool().grow(disk, ByteSize.ofMebibytes(3)).size());
    assertEquals(ByteSize.ofMebibytes(3), pool().grow(disk, made.size()).size());
    assertEquals(ByteSize.ofMebibytes(3), pool().find(disk).orElseThrow().size());
  }

  @Test
  void diskFromImageGrowsAndKeepsItsContent() throws IOException {
    byte[] content = pattern(7);
    pool().createFrom(disk, image(content), MEBIBYTE);

    DiskLocation grown = pool().grow(disk, ByteSize.ofMebibytes(3));

    assertEquals(ByteSize.ofMebibytes(3), grown.size());
    assertArrayEquals(content, content(grown, content.length));
  }

  @Test
  void growingWhatIsNotThereIsMissing() {
    StorageFault fault = assertThrows(StorageFault.class, () -> pool().grow(disk, MEBIBYTE));

    assertEquals(Kind.MISSING, fault.kind());
  }

  @Test
  void removingIsForGoodAndTwiceIsFine() {
    pool().createBlank(disk, MEBIBYTE);

    pool().remove(disk);
    pool().remove(disk);

    assertEquals(Optional.empty(), pool().find(disk));
    assertEquals(List.of(), pool().disks());
  }

  @Test
  void theNextProcessSeesTheSameDisks() {
    DiskLocation blank = pool().createBlank(disk, MEBIBYTE);
    DiskLocation cloned =
        pool().createFrom(new DiskId(UUID.randomUUID()), image(pattern(8)), MEBIBYTE);

    List<DiskLocation> seen = reopened().disks();

    assertEquals(2, seen.size());
    assertTrue(seen.containsAll(List.of(blank, cloned)));
  }

  @Test
  void whatACrashLeftHalfMadeIsRemovedAtOpening() throws IOException {
    pool();
    Path half = Files.createDirectories(working().resolve(UUID.randomUUID().toString()));
    Files.write(half.resolve("disk.raw"), new byte[4096]);

    DiskPool next = reopened();

    assertEquals(List.of(), next.disks());
    try (var left = Files.list(working())) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void cloningIsWhatDisksAreMadeOf() {
    DiskLocation made = pool().createFrom(disk, image(pattern(9)), MEBIBYTE);

    switch (pool().cloning()) {
      case REFLINK -> assertInstanceOf(DiskLocation.Raw.class, made);
      case OVERLAY -> assertInstanceOf(DiskLocation.Overlay.class, made);
    }
  }

  @Test
  void thereIsRoom() {
    DiskPool.Space space = pool().space();

    assertTrue(space.free().bytes() > 0);
    assertTrue(space.capacity().compareTo(space.free()) >= 0);
  }

  private static byte[] pattern(int seed) {
    byte[] bytes = new byte[256 << 10];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }
}
