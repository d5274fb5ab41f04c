package cairn.storage.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.storage.ByteSize;
import cairn.storage.ImageSource;
import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import cairn.storage.qemuimg.QemuImg;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** What cannot become an image, and what an import says then. */
@Timeout(60)
class ImageImportTest {

  private static final ImportLimits TIGHT = limits(Duration.ofSeconds(20));
  private static final ImportLimits IMPATIENT = limits(Duration.ofMillis(300));

  @TempDir private Path folder;
  private FileServer server;

  @BeforeEach
  void start() throws IOException {
    server = new FileServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aRefusedConnectionMayWorkLater() throws IOException {
    int unused;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      unused = socket.getLocalPort();
    }

    assertFault(
        Kind.TRANSIENT, "SourceUnreachable", URI.create("http://127.0.0.1:" + unused + "/image"));
  }

  @Test
  void anUnknownHostMayBeKnownLater() {
    assertFault(Kind.TRANSIENT, "SourceUnreachable", URI.create("http://host.invalid/image"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ftp://example.org/image", "file:///etc/passwd", "json:{}", "image"})
  void onlyTheWebIsAsked(String url) {
    assertFault(Kind.REJECTED, "UnsupportedScheme", URI.create(url.replace("{}", "%7B%7D")));
  }

  @Test
  void anErrorStatusMayPass() {
    StorageFault fault =
        assertFault(Kind.TRANSIENT, "UnexpectedHttpStatus", server.status("/gone", 404));

    assertTrue(String.valueOf(fault.getMessage()).contains("404"), fault.getMessage());
  }

  @Test
  void whatDoesNotSpeakHttpIsRefused() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      Thread answering =
          Thread.ofVirtual()
              .start(() -> {
                try (var accepted = socket.accept();
                    OutputStream stream = accepted.getOutputStream()) {
                  stream.write("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.US_ASCII));
                  stream.flush();
                  accepted.getInputStream().readNBytes(40);
                } catch (IOException ended) {
                  return;
                }
              });

      assertFault(
          Kind.REJECTED,
          "NotHttp",
          URI.create("http://127.0.0.1:" + socket.getLocalPort() + "/image"));
      assertTrue(answering.isVirtual());
    }
  }

  @Test
  void aWebPageIsNotAnImage() {
    byte[] page =
        "<!DOCTYPE html><html><body>Sign in</body></html>\n"
            .repeat(50)
            .getBytes(StandardCharsets.UTF_8);

    assertFault(Kind.REJECTED, "NotAnImage", server.serve("/image.qcow2", page));
  }

  @Test
  void emptyAndTinyFilesAreRefused() {
    assertFault(Kind.REJECTED, "EmptyImage", server.serve("/empty", new byte[0]));
    assertFault(Kind.REJECTED, "ImageTooSmall", server.serve("/tiny", new byte[100]));
    assertFault(Kind.REJECTED, "InvalidSize", server.serve("/odd", new byte[1000]));
  }

  @Test
  void formatsAndArchivesThatAreNotTakenAreNamed() {
    assertFault(Kind.REJECTED, "UnsupportedFormat", server.serve("/vhd", sector("conectix")));
    assertFault(Kind.REJECTED, "UnsupportedFormat", server.serve("/esx", sector("COWD")));
    assertFault(
        Kind.REJECTED,
        "UnsupportedFormat",
        server.serve("/descriptor", sector("# Disk DescriptorFile\nversion=1\n")));
    assertFault(Kind.REJECTED, "UnsupportedCompression", server.serve("/bz2", sector("BZh9")));
  }

  @Test
  void theServerMustSendWhatItPromised() {
    assertFault(Kind.TRANSIENT, "SourceIncomplete", server.serveShort("/short", sector("x"), 4096));
  }

  @Test
  void aBrokenConnectionIsTakenUpWhereItBroke() {
    byte[] image = new byte[1 << 20];
    new java.util.Random(3).nextBytes(image);

    ImageImport.Imported imported =
        bring(server.serveBroken("/image", image, 300_000, List.of("\"one\"")));

    assertEquals(image.length, imported.transferred().bytes());
    assertEquals(sha256(image), imported.content().sha256());
  }

  @Test
  void anotherFileIsNotTakenForTheRest() {
    byte[] image = new byte[1 << 20];

    assertFault(
        Kind.TRANSIENT,
        "SourceChanged",
        server.serveBroken("/image", image, 300_000, List.of("\"one\"", "\"two\"")));
  }

  @Test
  void whatOnlyAWeakTagVouchesForIsNotTakenUp() {
    byte[] image = new byte[1 << 20];

    assertFault(
        Kind.TRANSIENT,
        "SourceIncomplete",
        server.serveBroken("/image", image, 300_000, List.of("W/\"one\"")));
  }

  @Test
  void aSilentServerIsGivenUp() {
    StorageFault fault =
        assertThrows(
            StorageFault.class,
            () -> bring(server.serveAndStall("/silent", new byte[100_000]), IMPATIENT));

    assertEquals("SourceStalled", fault.reason());
    assertEquals(Kind.TRANSIENT, fault.kind());
  }

  @Test
  void aDrippingServerIsGivenUp() throws IOException {
    try (DrippingServer dripping = new DrippingServer(Duration.ofMillis(50))) {
      StorageFault fault = assertThrows(StorageFault.class, () -> bring(dripping.url(), IMPATIENT));

      assertEquals("SourceStalled", fault.reason());
    }
  }

  @Test
  void transferAndUnpackedSizeAreLimited() throws IOException {
    byte[] large = new byte[9 << 20];
    assertFault(Kind.REJECTED, "TransferTooLarge", server.serve("/large", large));
    assertFault(Kind.REJECTED, "TransferTooLarge", server.serveChunked("/unsaid", large));
    // 64 MiB of zeros in 64 KiB.
    assertFault(Kind.REJECTED, "ImageTooLarge", server.serve("/bomb.gz", gzip(new byte[64 << 20])));
  }

  @Test
  void damagedAndNestedCompressionIsRefused() throws IOException {
    byte[] image = new byte[1 << 20];
    new java.util.Random(1).nextBytes(image);
    byte[] packed = gzip(image);

    assertFault(
        Kind.REJECTED,
        "CorruptCompression",
        server.serve("/half.gz", Arrays.copyOf(packed, packed.length / 2)));
    assertFault(Kind.REJECTED, "NestedCompression", server.serve("/twice.gz.gz", gzip(packed)));
  }

  @Test
  void decompressionMayNotTakeAllMemory() throws IOException {
    // A frame head that declares a window of 2 GiB, and one empty last block.
    byte[] window = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, (byte) 0xa8, 1, 0, 0};
    assertFault(Kind.REJECTED, "CorruptCompression", server.serve("/window.zst", window));
    assertFault(
        Kind.REJECTED, "CorruptCompression", server.serve("/dictionary.xz", hugeDictionary()));
  }

  @Test
  void redirectsAreFollowedToThemselvesOnly() {
    server.serve("/image", new byte[4096]);
    URI inside = server.redirect("/moved", "/image");

    assertEquals(4096, bring(inside).virtualSize().bytes());
    assertFault(
        Kind.REJECTED,
        "AddressNotAllowed",
        server.redirect("/loopback", "http://127.0.0.2:1/image"));
    assertFault(
        Kind.REJECTED,
        "AddressNotAllowed",
        server.redirect("/metadata", "http://169.254.169.254/latest/meta-data/"));
    assertFault(
        Kind.REJECTED,
        "AddressNotAllowed",
        server.redirect("/private", "http://192.168.0.1/image"));
    assertFault(Kind.REJECTED, "UnsupportedScheme", server.redirect("/file", "file:///etc/passwd"));
    assertFault(Kind.REJECTED, "TooManyRedirects", server.redirect("/around", "/around"));
  }

  @Test
  void loopbackIsRefusedUnlessAllowed() {
    URI url = server.serve("/image", new byte[4096]);
    ImageImport strict = new ImageImport(TIGHT, new AddressPolicy(false), QemuImg.onThisHost());

    StorageFault fault =
        assertThrows(
            StorageFault.class,
            () -> strict.bring(source(url), folder.resolve("disk.raw"), (_, _) -> {}));

    assertEquals("AddressNotAllowed", fault.reason());
  }

  @Test
  void secretsInTheAddressStayOutOfTheMessage() {
    URI secret =
        URI.create(
            server.status("/secret", 403).toString().replace("http://", "http://me:word@")
                + "?token=hidden");

    StorageFault fault = assertFault(Kind.TRANSIENT, "UnexpectedHttpStatus", secret);

    assertFalse(String.valueOf(fault.getMessage()).contains("word"), fault.getMessage());
    assertFalse(String.valueOf(fault.getMessage()).contains("hidden"), fault.getMessage());
  }

  @Test
  void aTruncatedQcow2IsRefused() throws IOException {
    byte[] whole = Qcow2Bytes.withData(folder);

    assertFault(
        Kind.REJECTED,
        "CorruptImage",
        server.serve("/cut", Arrays.copyOf(whole, whole.length - (300 << 10))));
  }

  @Test
  void aQcow2WithBackingFileIsRefused() {
    byte[] hostile = new Qcow2Bytes().backing("/etc/passwd").bytes();

    assertFault(Kind.REJECTED, "BackingFileNotAllowed", server.serve("/hostile", hostile));
  }

  private StorageFault assertFault(Kind kind, String reason, URI url) {
    StorageFault fault = assertThrows(StorageFault.class, () -> bring(url));
    assertEquals(reason, fault.reason(), fault.getMessage());
    assertEquals(kind, fault.kind(), fault.getMessage());
    return fault;
  }

  private ImageImport.Imported bring(URI url) {
    return bring(url, TIGHT);
  }

  private ImageImport.Imported bring(URI url, ImportLimits limits) {
    try {
      Path work = java.nio.file.Files.createTempDirectory(folder, "import");
      return new ImageImport(limits, new AddressPolicy(true), QemuImg.onThisHost())
          .bring(source(url), work.resolve("disk.raw"), (_, _) -> {});
    } catch (IOException failure) {
      throw new java.io.UncheckedIOException(failure);
    }
  }

  private static ImportLimits limits(Duration stall) {
    return new ImportLimits(
        ByteSize.ofMebibytes(16), ByteSize.ofMebibytes(8), stall, Duration.ofSeconds(50), 3, 2);
  }

  private static ImageSource.Http source(URI url) {
    return new ImageSource.Http(url, Optional.empty(), Map.of());
  }

  private static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(Checksums.sha256().digest(bytes));
  }

  private static byte[] sector(String beginning) {
    return Arrays.copyOf(beginning.getBytes(StandardCharsets.ISO_8859_1), 1024);
  }

  /** An xz file whose block header asks for a dictionary of 4 GiB. */
  private static byte[] hugeDictionary() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream stream = new XZOutputStream(bytes, new LZMA2Options(0))) {
      stream.write(new byte[4096]);
    }
    ByteBuffer file = ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN);
    int block = 12;
    int checked = file.get(block) * 4;
    assertEquals(0x21, file.get(block + 2), "the LZMA2 filter");
    file.put(block + 4, (byte) 40);
    CRC32 checksum = new CRC32();
    checksum.update(file.array(), block, checked);
    file.putInt(block + checked, (int) checksum.getValue());
    return file.array();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream stream = new GZIPOutputStream(bytes)) {
      stream.write(content);
    }
    return bytes.toByteArray();
  }
}
