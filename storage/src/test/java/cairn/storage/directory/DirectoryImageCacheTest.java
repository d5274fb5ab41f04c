package cairn.storage.directory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.ContentId;
import cairn.storage.ImageSource;
import cairn.storage.ImageSource.ChecksumAlgorithm;
import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import cairn.storage.imports.AddressPolicy;
import cairn.storage.imports.FileServer;
import cairn.storage.imports.ImageImport;
import cairn.storage.imports.ImportLimits;
import cairn.storage.qemuimg.QemuImg;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class DirectoryImageCacheTest {

  private static final int SIZE = 8 << 20;

  @TempDir private Path folder;
  private FileServer server;
  private DirectoryImageCache cache;

  @BeforeEach
  void open() throws IOException {
    server = new FileServer();
    cache = reopened(Duration.ZERO);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void rawImageIsStoredByteByByteWithHolesForZeros() throws IOException {
    CachedImage image = bringIn(server.serve("/raw", sparse()));

    assertArrayEquals(sparse(), Files.readAllBytes(image.file()));
    assertEquals(CachedImage.Format.RAW, image.format());
    assertEquals(new ByteSize(SIZE), image.virtualSize());
    assertEquals(new ByteSize(SIZE), image.transferred());
    assertEquals(new ContentId(hex("SHA-256", sparse())), image.content());
    assertTrue(allocated(image.file()) < 1 << 20, "allocated " + allocated(image.file()));
  }

  @Test
  void compressedImagesHaveTheContentOfThePlainOne() throws IOException {
    CachedImage raw = bringIn(server.serve("/raw", sparse()));
    for (Map.Entry<String, Packing> packing :
        Map.<String, Packing>of(
                "gz",
                GZIPOutputStream::new,
                "xz",
                out -> new XZOutputStream(out, new LZMA2Options(1)),
                "zst",
                ZstdOutputStream::new)
            .entrySet()) {
      byte[] packed = packed(packing.getValue());

      CachedImage image = bringIn(server.serveChunked("/" + packing.getKey(), packed));

      assertEquals(raw.content(), image.content(), packing.getKey());
      assertEquals(new ByteSize(packed.length), image.transferred(), packing.getKey());
      assertArrayEquals(sparse(), Files.readAllBytes(image.file()));
    }
    assertEquals(List.of(raw), cache.images());
  }

  @Test
  void qcow2IsUnpackedAndStoredOnceWithTheSameContent() throws IOException {
    CachedImage raw = bringIn(server.serve("/raw", sparse()));
    byte[] qcow2 = qcow2();

    CachedImage image = bringIn(server.serve("/qcow2", qcow2));
    CachedImage again = bringIn(server.serve("/qcow2.gz", packed(GZIPOutputStream::new, qcow2)));

    assertEquals(raw.content(), image.content());
    assertEquals(raw.content(), again.content());
    assertEquals(CachedImage.Format.QCOW2, image.format());
    assertEquals(new ByteSize(qcow2.length), image.transferred());
    assertEquals(1, cache.images().size());
  }

  @Test
  void qcow2AloneIsByteByByteWhatItHolds() throws IOException {
    CachedImage image = bringIn(server.serve("/qcow2", qcow2()));

    assertArrayEquals(sparse(), Files.readAllBytes(image.file()));
    assertTrue(allocated(image.file()) < 1 << 20);
    assertEquals(
        Files.getOwner(folder), Files.getOwner(image.file()), "the sandbox gave the file back");
  }

  @Test
  void isoIsKnownByItsVolumeDescriptor() throws IOException {
    byte[] iso = new byte[40 << 10];
    System.arraycopy(
        "CD001".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, iso, 32769, 5);

    assertTrue(bringIn(server.serve("/misleading.qcow2", iso)).cdrom());
  }

  @Test
  void baseIsReadOnly() throws IOException {
    CachedImage image = bringIn(server.serve("/raw", sparse()));

    assertEquals(
        "r--r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(image.file())));
  }

  @Test
  void everyGivenChecksumMustMatch() throws IOException {
    URI url = server.serve("/raw", sparse());
    Map<ChecksumAlgorithm, String> right =
        Map.of(
            ChecksumAlgorithm.MD5, hex("MD5", sparse()),
            ChecksumAlgorithm.SHA1, hex("SHA-1", sparse()),
            ChecksumAlgorithm.SHA256, hex("SHA-256", sparse()).toUpperCase(java.util.Locale.ROOT),
            ChecksumAlgorithm.SHA512, hex("SHA-512", sparse()));

    cache.bringIn(new ImageSource.Http(url, Optional.empty(), right), (_, _) -> {});

    for (ChecksumAlgorithm algorithm : ChecksumAlgorithm.values()) {
      Map<ChecksumAlgorithm, String> wrong = new java.util.EnumMap<>(right);
      wrong.put(algorithm, hex("SHA-256", new byte[] {1}));
      StorageFault fault =
          assertThrows(
              StorageFault.class,
              () ->
                  cache.bringIn(new ImageSource.Http(url, Optional.empty(), wrong), (_, _) -> {}));
      assertEquals("ChecksumMismatch", fault.reason());
      assertEquals(Kind.REJECTED, fault.kind());
    }
    assertNothingLeft();
  }

  @Test
  void progressCountsAndCancelsByThrowing() throws IOException {
    URI url = server.serve("/raw", sparse());
    IllegalStateException cancelled = new IllegalStateException("cancelled");

    assertEquals(
        cancelled,
        assertThrows(
            IllegalStateException.class,
            () ->
                cache.bringIn(
                    source(url),
                    (transferred, expected) -> {
                      assertEquals(OptionalLong.of(SIZE), expected);
                      if (transferred > SIZE / 2) {
                        throw cancelled;
                      }
                    })));

    assertEquals(List.of(), cache.images());
    assertNothingLeft();
  }

  @Test
  void interruptionInTheMiddleEndsAnImport() throws IOException {
    URI url = server.serve("/raw", sparse());

    StorageFault fault =
        assertThrows(
            StorageFault.class,
            () ->
                cache.bringIn(
                    source(url),
                    (transferred, _) -> {
                      if (transferred > SIZE / 2) {
                        Thread.currentThread().interrupt();
                      }
                    }));

    assertTrue(Thread.interrupted());
    assertEquals("Interrupted", fault.reason());
    assertNothingLeft();
  }

  @Test
  void interruptionEndsAnImport() throws IOException {
    URI url = server.serve("/raw", sparse());
    Thread.currentThread().interrupt();

    StorageFault fault = assertThrows(StorageFault.class, () -> bringIn(url));

    assertTrue(Thread.interrupted());
    assertEquals("Interrupted", fault.reason());
    assertNothingLeft();
  }

  @Test
  void removalSparesWhatIsNamedAndWhatWasJustHandedOut() throws IOException {
    CachedImage named = bringIn(server.serve("/one", sparse()));
    byte[] other = sparse();
    other[0]++;
    CachedImage unnamed = bringIn(server.serve("/other", other));

    DirectoryImageCache patient = reopened(Duration.ofHours(1));
    assertTrue(patient.find(unnamed.content()).isPresent());
    patient.removeAllBut(List.of(named.content()));
    assertEquals(2, patient.images().size());

    cache.removeAllBut(List.of(named.content()));
    assertEquals(List.of(named), cache.images());
    assertEquals(Optional.empty(), cache.find(unnamed.content()));
    assertNothingLeft();
  }

  @Test
  void theNextProcessSeesTheSameImagesAndNoRests() throws IOException {
    CachedImage image = bringIn(server.serve("/raw", sparse()));
    Path half = Files.createDirectories(folder.resolve("images/tmp/dead"));
    Files.write(half.resolve("disk.raw"), new byte[10]);

    DirectoryImageCache next = reopened(Duration.ZERO);

    assertEquals(Optional.of(image), next.find(image.content()));
    assertNothingLeft();
  }

  private DirectoryImageCache reopened(Duration grace) {
    return DirectoryImageCache.open(
        folder.resolve("images"),
        FileAccess.ours(),
        new ImageImport(ImportLimits.usual(), new AddressPolicy(true), QemuImg.onThisHost()),
        grace);
  }

  private CachedImage bringIn(URI url) {
    return cache.bringIn(source(url), (_, _) -> {});
  }

  private static ImageSource.Http source(URI url) {
    return new ImageSource.Http(url, Optional.empty(), Map.of());
  }

  private void assertNothingLeft() throws IOException {
    try (var left = Files.list(folder.resolve("images/tmp"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  /** 8 MiB with data in the first 64 KiB and in the middle, and zeros at the end. */
  private static byte[] sparse() {
    byte[] content = new byte[SIZE];
    byte[] data = new byte[64 << 10];
    new Random(1).nextBytes(data);
    System.arraycopy(data, 0, content, 0, data.length);
    System.arraycopy(data, 0, content, SIZE / 2 + 512, data.length);
    return content;
  }

  private byte[] qcow2() throws IOException {
    Path raw = folder.resolve("made.raw");
    Path qcow2 = folder.resolve("made.qcow2");
    Files.write(raw, sparse());
    DirectoryPoolContract.run(
        "qemu-img", "convert", "-f", "raw", "-O", "qcow2", raw.toString(), qcow2.toString());
    return Files.readAllBytes(qcow2);
  }

  private static byte[] packed(Packing packing) throws IOException {
    return packed(packing, sparse());
  }

  private static byte[] packed(Packing packing, byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream stream = packing.around(bytes)) {
      stream.write(content);
    }
    return bytes.toByteArray();
  }

  private static long allocated(Path file) throws IOException {
    String said = DirectoryPoolContract.run("stat", "-c", "%b", file.toString());
    return Long.parseLong(said.strip()) * 512;
  }

  private static String hex(String algorithm, byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  @FunctionalInterface
  private interface Packing {
    OutputStream around(OutputStream stream) throws IOException;
  }
}
