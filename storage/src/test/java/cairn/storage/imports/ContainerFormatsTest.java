package cairn.storage.imports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage.Format;
import cairn.storage.ImageSource;
import cairn.storage.StorageFault;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Images of other hypervisors: what comes in is what went into them, and nothing of this host. */
@Timeout(120)
class ContainerFormatsTest {

  private static final ImportLimits LIMITS =
      new ImportLimits(
          ByteSize.ofMebibytes(64),
          ByteSize.ofMebibytes(64),
          Duration.ofSeconds(20),
          Duration.ofSeconds(50),
          3,
          2);

  @TempDir private Path folder;
  private FileServer server;

  /** Files that qemu-img writes. */
  enum Made {
    VMDK_SPARSE(Format.VMDK, "monolithicSparse"),
    VMDK_STREAM(Format.VMDK, "streamOptimized"),
    VDI_DYNAMIC(Format.VDI, ""),
    VHDX_DYNAMIC(Format.VHDX, "");

    private final Format format;
    private final String subformat;

    Made(Format format, String subformat) {
      this.format = format;
      this.subformat = subformat;
    }

    byte[] of(byte[] content, Path folder) throws IOException {
      Path raw = folder.resolve("original.raw");
      Path made = folder.resolve("made." + this);
      Files.write(raw, content);
      List<String> arguments = new ArrayList<>(List.of("qemu-img", "convert", "-f", "raw"));
      arguments.addAll(List.of("-O", format.name().toLowerCase(Locale.ROOT)));
      arguments.addAll(subformat.isEmpty() ? List.of() : List.of("-o", "subformat=" + subformat));
      arguments.addAll(List.of(raw.toString(), made.toString()));
      Process process = new ProcessBuilder(arguments).inheritIO().start();
      assertEquals(0, process.onExit().join().exitValue(), arguments.toString());
      return Files.readAllBytes(made);
    }
  }

  @BeforeEach
  void start() throws IOException {
    server = new FileServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void whatComesInIsByteByByteWhatWentIn(Made made) throws IOException {
    Path raw = Files.createTempDirectory(folder, "import").resolve("disk.raw");

    ImageImport.Imported imported = bring(made.of(content(), folder), raw);

    assertArrayEquals(content(), Files.readAllBytes(raw));
    assertEquals(made.format, imported.format());
    assertEquals(content().length, imported.virtualSize().bytes());
  }

  @ParameterizedTest
  @EnumSource
  void aCutFileIsRefused(Made made) throws IOException {
    byte[] whole = made.of(content(), folder);
    int end = endOfData(whole);

    for (int length : List.of(600, 70_000, end / 2, end - 4096)) {
      StorageFault fault =
          assertThrows(StorageFault.class, () -> bring(Arrays.copyOf(whole, length)), "" + length);
      assertTrue(
          List.of("TruncatedImage", "CorruptImage", "InvalidHeader").contains(fault.reason()),
          fault.getMessage());
    }
  }

  @Test
  void aStreamWithItsDirectoryAtTheEndIsRead() throws IOException {
    Path raw = Files.createTempDirectory(folder, "import").resolve("disk.raw");
    byte[] stream = withFooter(Made.VMDK_STREAM.of(content(), folder));

    bring(stream, raw);

    assertArrayEquals(content(), Files.readAllBytes(raw));
    assertRefused("TruncatedImage", Arrays.copyOf(stream, stream.length - 1024));
    assertRefused(
        "InvalidHeader", changed(stream, file -> file.putLong(stream.length - 1024 + 12, 8)));
  }

  @ParameterizedTest
  @CsvSource({
    // The header's fields: version, capacity, grain size, descriptor, entries of a table.
    "UnsupportedVersion, 4, 9",
    "EmptyImage, 12, 0",
    "ImageTooLarge, 12, 4611686018427387904",
    "ImageTooLarge, 12, -1",
    "InvalidHeader, 20, 1",
    "InvalidHeader, 20, 3000000",
    "DescriptorMissing, 28, 0",
    "TruncatedImage, 28, 99999999",
    "DescriptorMissing, 36, 9999999",
    "TruncatedImage, 56, 99999999",
    "TruncatedImage, 56, -1"
  })
  void aVmdkHeaderThatMakesNoSenseIsRefused(String reason, int offset, long value)
      throws IOException {
    byte[] made = Made.VMDK_SPARSE.of(content(), folder);

    assertRefused(
        reason,
        changed(
            made,
            file -> {
              if (offset == 4) {
                file.putInt(offset, (int) value);
              } else {
                file.putLong(offset, value);
              }
            }));
  }

  @Test
  void aDescriptorThatNamesFilesOfTheHostIsRefused() throws IOException {
    byte[] made = Made.VMDK_SPARSE.of(content(), folder);
    String flat =
        """
        # Disk DescriptorFile
        version=1
        CID=fffffffe
        parentCID=ffffffff
        createType="monolithicFlat"
        RW 8 FLAT "/etc/passwd" 0
        """;

    assertRefused("UnsupportedFormat", flat.repeat(20).getBytes(StandardCharsets.US_ASCII));
    assertRefused("UnsupportedFormat", described(made, flat));
    assertRefused("ExtentsNotAllowed", described(made, flat.replace("Flat", "Sparse")));
    assertRefused(
        "ExtentsNotAllowed",
        described(made, flat.replace("Flat", "Sparse").replace("FLAT", "SPARSE")));
    assertRefused(
        "ExtentsNotAllowed",
        described(
            made,
            flat.replace("Flat", "Sparse").replace("FLAT \"/etc/passwd\" 0", "SPARSE \"a\"")
                + "RW 8 SPARSE \"b\"\n"));
    assertRefused(
        "BackingFileNotAllowed",
        described(
            made,
            flat.replace("Flat", "Sparse").replace("FLAT \"/etc/passwd\" 0", "SPARSE \"a\"")
                + "parentFileNameHint=\"/etc/passwd\"\n"));
  }

  /** QEMU reads it there whatever the header says about the descriptor's place. */
  @Test
  void aParentBesideTheDescriptorIsRefused() throws IOException {
    byte[] made = Made.VMDK_SPARSE.of(content(), folder);
    byte[] hint = "parentFileNameHint=\"/etc/passwd\"".getBytes(StandardCharsets.US_ASCII);
    byte[] descriptor = Arrays.copyOfRange(made, 512, 1024);
    byte[] moved = Arrays.copyOf(made, made.length + 512);
    System.arraycopy(descriptor, 0, moved, made.length, 512);
    System.arraycopy(hint, 0, moved, 512, hint.length);

    assertRefused(
        "BackingFileNotAllowed",
        changed(moved, file -> file.putLong(28, made.length / 512).putLong(36, 1)));
  }

  @ParameterizedTest
  @CsvSource({
    // version, type, sector size, link and parent, block size, blocks, size, map, data
    "UnsupportedVersion, 68, 9",
    "BackingFileNotAllowed, 76, 4",
    "InvalidHeader, 360, 4096",
    "BackingFileNotAllowed, 424, 1",
    "BackingFileNotAllowed, 440, 1",
    "InvalidHeader, 376, 512",
    "InvalidHeader, 384, 900",
    "TruncatedImage, 340, 2147483646",
    "TruncatedImage, 344, 2147483646",
    "ImageTooLarge, 372, 2000000000",
    "InvalidSize, 368, 1"
  })
  void aVdiHeaderThatMakesNoSenseIsRefused(String reason, int offset, int value)
      throws IOException {
    byte[] made = Made.VDI_DYNAMIC.of(content(), folder);

    assertRefused(reason, changed(made, file -> file.putInt(offset, value)));
  }

  @Test
  void aVhdxThatIsADifferenceDirtyOrTooLargeIsRefused() throws IOException {
    byte[] made = Made.VHDX_DYNAMIC.of(content(), folder);
    int metadata = find(made, "metadata");
    int parameters = metadata + (64 << 10);

    assertRefused("BackingFileNotAllowed", changed(made, file -> file.putInt(parameters + 4, 2)));
    assertRefused("InvalidHeader", changed(made, file -> file.putInt(parameters, 12345)));
    assertRefused("ImageTooLarge", changed(made, file -> file.putLong(parameters + 8, 1L << 50)));
    assertRefused("InvalidHeader", changed(made, file -> file.putLong(192 << 10, 0)));
    assertRefused("InvalidHeader", changed(made, file -> file.putInt((192 << 10) + 8, -1)));
    assertRefused("InvalidHeader", changed(made, file -> file.putLong(metadata, 0)));
    assertRefused(
        "DirtyImage",
        changed(made, file -> file.putLong((64 << 10) + 48, 7).putLong((128 << 10) + 48, 7)));
    assertRefused(
        "InvalidHeader", changed(made, file -> file.putInt(64 << 10, 0).putInt(128 << 10, 0)));
  }

  private void assertRefused(String reason, byte[] hostile) {
    StorageFault fault = assertThrows(StorageFault.class, () -> bring(hostile));
    assertEquals(reason, fault.reason(), fault.getMessage());
    assertEquals(StorageFault.Kind.REJECTED, fault.kind(), fault.getMessage());
  }

  private ImageImport.Imported bring(byte[] file) throws IOException {
    return bring(file, Files.createTempDirectory(folder, "import").resolve("disk.raw"));
  }

  private ImageImport.Imported bring(byte[] file, Path raw) throws IOException {
    URI url = server.serve("/image-" + UUID.randomUUID(), file);
    return new ImageImport(LIMITS, new AddressPolicy(true), QemuImg.onThisHost())
        .bring(new ImageSource.Http(url, Optional.empty(), Map.of()), raw, (_, _) -> {});
  }

  /** Data at both ends and in the middle, holes between, and no whole number of blocks. */
  private static byte[] content() {
    byte[] content = new byte[(9 << 20) + (200 << 10)];
    byte[] data = new byte[300 << 10];
    new Random(5).nextBytes(data);
    for (int at : List.of(0, 4 << 20, content.length - data.length)) {
      System.arraycopy(data, 0, content, at, data.length);
    }
    return content;
  }

  private static byte[] changed(byte[] file, Consumer<ByteBuffer> change) {
    byte[] copy = file.clone();
    change.accept(ByteBuffer.wrap(copy).order(ByteOrder.LITTLE_ENDIAN));
    return copy;
  }

  /** With another text as the embedded descriptor. */
  private static byte[] described(byte[] vmdk, String text) {
    byte[] copy = vmdk.clone();
    Arrays.fill(copy, 512, 512 + 20 * 512, (byte) 0);
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, copy, 512, bytes.length);
    return copy;
  }

  /** As VMware writes it in one pass: the directory's place is known only at the end. */
  private static byte[] withFooter(byte[] stream) {
    int length = Math.ceilDiv(stream.length, 512) * 512;
    byte[] longer = Arrays.copyOf(stream, length + 3 * 512);
    ByteBuffer file = ByteBuffer.wrap(longer).order(ByteOrder.LITTLE_ENDIAN);
    file.putLong(length, 1).putInt(length + 8, 0).putInt(length + 12, 3);
    file.put(length + 512, stream, 0, 512);
    file.putLong(56, -1);
    return longer;
  }

  private static int endOfData(byte[] file) {
    int end = file.length;
    while (end > 0 && file[end - 1] == 0) {
      end--;
    }
    return end;
  }

  private static int find(byte[] file, String word) {
    String text = new String(file, StandardCharsets.ISO_8859_1);
    return text.indexOf(word);
  }
}
