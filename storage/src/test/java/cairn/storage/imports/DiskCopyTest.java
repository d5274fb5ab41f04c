package cairn.storage.imports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage.Format;
import cairn.storage.ContentId;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import cairn.storage.ImageSource;
import cairn.storage.ImportProgress;
import cairn.storage.StorageFault;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An image of a disk is what the disk held at one time. */
class DiskCopyTest {

  private static final DiskId ID =
      new DiskId(UUID.fromString("5b1a8d3e-0000-4000-8000-000000000001"));
  private static final ByteSize SIZE = ByteSize.ofMebibytes(4);

  @TempDir private Path folder;
  private Path disk;
  private Path raw;

  @BeforeEach
  void make() throws IOException {
    disk = Files.write(folder.resolve("source.raw"), content());
    raw = folder.resolve("disk.raw");
  }

  @Test
  void aRawDiskIsCopiedByteByByteWithItsHoles() throws IOException {
    ImageImport.Imported imported = bring(new DiskLocation.Raw(ID, disk, SIZE), (_, _) -> {});

    assertArrayEquals(content(), Files.readAllBytes(raw));
    assertEquals(SparseFile.identityOf(disk), imported.content());
    assertEquals(SIZE, imported.virtualSize());
    assertEquals(Format.RAW, imported.format());
  }

  @Test
  void aLayerIsCopiedWithWhatLiesUnderIt() throws IOException {
    Path layer = folder.resolve("layer.qcow2");
    ByteSize larger = ByteSize.ofMebibytes(5);
    QemuImg.onThisHost().createLayer(layer, disk, larger);
    ContentId base = SparseFile.identityOf(disk);

    bring(new DiskLocation.Overlay(ID, layer, disk, base, larger), (_, _) -> {});

    assertArrayEquals(Arrays.copyOf(content(), (int) larger.bytes()), Files.readAllBytes(raw));
  }

  @Test
  void aDiskThatIsWrittenToMeanwhileIsNotTaken() throws IOException {
    Files.setLastModifiedTime(disk, FileTime.fromMillis(0));

    StorageFault fault =
        assertThrows(
            StorageFault.class,
            () -> bring(new DiskLocation.Raw(ID, disk, SIZE), (_, _) -> write()));

    assertEquals("DiskChanged", fault.reason());
    assertEquals(StorageFault.Kind.TRANSIENT, fault.kind());
  }

  private void write() {
    try {
      Files.write(disk, new byte[] {1}, StandardOpenOption.WRITE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private ImageImport.Imported bring(DiskLocation location, ImportProgress progress)
      throws IOException {
    return new ImageImport(ImportLimits.usual(), new AddressPolicy(false), QemuImg.onThisHost())
        .bring(new ImageSource.Disk(location), raw, progress);
  }

  private static byte[] content() {
    byte[] content = new byte[(int) SIZE.bytes()];
    byte[] data = new byte[100_000];
    new Random(9).nextBytes(data);
    System.arraycopy(data, 0, content, 3 << 20, data.length);
    return content;
  }
}
