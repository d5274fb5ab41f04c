package cairn.storage.imports;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage.Format;
import cairn.storage.ImageSource;
import cairn.storage.ImageSource.Login;
import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import cairn.storage.imports.RegistryServer.Demand;
import cairn.storage.qemuimg.QemuImg;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Disks in container images, from a registry that speaks TLS and may want a login. */
@Timeout(60)
class ContainerImageTest {

  private static final Optional<Login> READER = Optional.of(new Login("reader", "secret"));
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";

  @TempDir private static Path keys;
  private static ServerKey key;

  @TempDir private Path folder;
  private RegistryServer registry;

  @BeforeAll
  static void makeKey() throws IOException {
    key = ServerKey.make(keys);
  }

  @BeforeEach
  void start() throws IOException {
    registry = new RegistryServer(key, Demand.NOTHING);
  }

  @AfterEach
  void stop() {
    registry.close();
  }

  @ParameterizedTest
  @EnumSource(Demand.class)
  void theDiskComesWithWhateverLoginTheRegistryWants(Demand demand) throws IOException {
    try (RegistryServer guarded = new RegistryServer(key, demand)) {
      guarded.tag("1", manifest(guarded.blob(gzip(layer()))));
      Path raw = place();

      ImageImport.Imported imported = bring(guarded.image("disks/small:1"), READER, raw);

      assertArrayEquals(disk(), Files.readAllBytes(raw));
      assertEquals(Format.RAW, imported.format());
      assertEquals(gzip(layer()).length, imported.transferred().bytes());
    }
  }

  @Test
  void aTokenIsAskedForWithWhatTheRegistrySays() throws IOException {
    try (RegistryServer guarded = new RegistryServer(key, Demand.TOKEN)) {
      guarded.tag("1", manifest(guarded.blob(layer())));

      bring(guarded.image("disks/small:1"), READER, place());

      assertTrue(
          guarded.asked.contains(
              "/token?scope=repository%3Adisks%2Fsmall%3Apull&service=the+registry"),
          guarded.asked.toString());
    }
  }

  @Test
  void aTokenThatExpiresBetweenLayersIsRenewed() throws IOException {
    try (RegistryServer guarded = new RegistryServer(key, Demand.TOKEN)) {
      byte[] system = new TarBytes().file("etc/hostname", new byte[10]).bytes();
      guarded.tag("1", manifest(guarded.blob(system), guarded.blob(layer())));
      guarded.usesPerToken = 2;
      Path raw = place();

      bring(guarded.image("disks/small:1"), READER, raw);

      assertArrayEquals(disk(), Files.readAllBytes(raw));
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"BASIC", "TOKEN"})
  void withoutTheRightLoginItMayWorkLater(Demand demand) throws IOException {
    try (RegistryServer guarded = new RegistryServer(key, demand)) {
      guarded.tag("1", manifest(guarded.blob(layer())));
      for (Optional<Login> wrong :
          java.util.List.of(Optional.<Login>empty(), Optional.of(new Login("reader", "wrong")))) {
        StorageFault fault =
            assertThrows(
                StorageFault.class, () -> bring(guarded.image("disks/small:1"), wrong, place()));

        assertEquals("ImagePullFailed", fault.reason(), fault.getMessage());
        assertEquals(Kind.TRANSIENT, fault.kind());
        assertFalse(String.valueOf(fault.getMessage()).contains("wrong"), fault.getMessage());
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"tar", "gzip", "zstd"})
  void layersAreUnpackedHoweverTheyArePacked(String packing) throws IOException {
    byte[] packed =
        switch (packing) {
          case "gzip" -> gzip(layer());
          case "zstd" -> zstd(layer());
          default -> layer();
        };
    registry.tag("1", manifest(registry.blob(packed)));
    Path raw = place();

    bring("disks/small:1", raw);

    assertArrayEquals(disk(), Files.readAllBytes(raw));
  }

  @Test
  void theDiskMayBeAContainerFileOfAnyFormat() throws IOException {
    byte[] qcow2 = Qcow2Bytes.withData(folder);
    byte[] content = Files.readAllBytes(folder.resolve("data.raw"));
    byte[] layer = new TarBytes().folder("disk/").file("disk/image.qcow2", qcow2).bytes();
    registry.tag("1", manifest(registry.blob(gzip(layer))));
    Path raw = place();

    assertEquals(Format.QCOW2, bring("disks/small:1", raw).format());

    assertArrayEquals(content, Files.readAllBytes(raw));
  }

  @Test
  void theFirstLayerWithADiskCounts() throws IOException {
    byte[] system = new TarBytes().file("etc/passwd", new byte[700]).folder("disk").bytes();
    byte[] other = new TarBytes().file("disk/other.img", new byte[4096]).bytes();
    registry.tag(
        "1", manifest(registry.blob(system), registry.blob(layer()), registry.blob(other)));
    Path raw = place();

    bring("disks/small:1", raw);

    assertArrayEquals(disk(), Files.readAllBytes(raw));
    assertFalse(
        registry.asked.stream().anyMatch(path -> path.endsWith(registry.digest(other))),
        "asked for more than was needed");
  }

  @Test
  void anIndexLeadsToTheImageForThisProcessor() throws IOException {
    String mine = registry.manifest(manifest(registry.blob(layer())));
    String other = registry.manifest(manifest(registry.blob(new byte[5000])));
    String inner =
        registry.manifest(index(entry("s390x", other), entry(Layers.architecture(), mine)));
    registry.tag("1", index(entry(Layers.architecture(), inner)));
    Path raw = place();

    bring("disks/small:1", raw);

    assertArrayEquals(disk(), Files.readAllBytes(raw));
    registry.tag("foreign", index(entry("s390x", other)));
    assertRefused("NoMatchingPlatform", "disks/small:foreign");
  }

  @Test
  void namesMayBeLongAndBeginWithADot() throws IOException {
    String name = "disk/" + "long".repeat(60) + ".img";
    byte[] layer =
        new TarBytes().file("./etc/x", new byte[1]).paxPath(name).file("cut", disk()).bytes();
    registry.tag("1", manifest(registry.blob(layer)));
    Path raw = place();

    bring("disks/small:1", raw);

    assertArrayEquals(disk(), Files.readAllBytes(raw));
  }

  @Test
  void whatHasAnotherDigestIsRefused() throws IOException {
    registry.tag("blob", manifest(registry.digest(layer())));
    registry.blobInstead(layer(), gzip(layer()));
    assertRefused("ChecksumMismatch", "disks/small:blob");

    String lying = "sha256:" + "0".repeat(64);
    registry.tag(lying, manifest(registry.blob(layer())));
    assertRefused("DigestMismatch", "disks/small@" + lying);
    registry.tag("index", index(entry(Layers.architecture(), lying)));
    assertRefused("DigestMismatch", "disks/small:index");
  }

  @Test
  void anIndexThatLeadsToItselfEnds() {
    String first = registry.manifest("{\"manifests\":[]}");
    String second = registry.manifest(index(entry(Layers.architecture(), first)));
    String third = registry.manifest(index(entry(Layers.architecture(), second)));
    registry.tag("1", index(entry(Layers.architecture(), third)));

    assertRefused("InvalidManifest", "disks/small:1");
  }

  @ParameterizedTest
  @CsvSource({
    "InvalidManifest, not json",
    "InvalidManifest, {}",
    "InvalidManifest, {\"layers\":[{\"digest\":\"sha256:../../etc\"}]}",
    "InvalidManifest, {\"layers\":[{\"digest\":\"md5:0\"}]}"
  })
  void aManifestThatMakesNoSenseIsRefused(String reason, String manifest) {
    registry.tag("1", manifest);

    assertRefused(reason, "disks/small:1");
  }

  @Test
  void layersThatMakeNoSenseAreRefused() throws IOException {
    assertLayer("DiskMissing", new TarBytes().file("image.qcow2", disk()).bytes());
    assertLayer("UnsupportedLayer", new TarBytes().link("disk/passwd").bytes());
    assertLayer("CorruptLayer", Arrays.copyOf(gzip(layer()), 2000));
    assertLayer("CorruptLayer", Arrays.copyOf(layer(), 3000));
    assertLayer("CorruptLayer", Arrays.copyOf(layer(), 700));
    byte[] damaged = layer();
    damaged[0] ^= 1;
    assertLayer("CorruptLayer", damaged);
    byte[] sparse = "22 GNU.sparse.major=1\n".getBytes(StandardCharsets.UTF_8);
    assertLayer(
        "CorruptLayer",
        new TarBytes().member("x", 'x', sparse.length, sparse).file("disk/image", disk()).bytes());
    assertLayer(
        "ImageTooLarge", new TarBytes().member("large", '0', 1L << 31, new byte[0]).bytes());
    assertLayer("EmptyImage", new TarBytes().file("disk/image", new byte[0]).bytes());
  }

  @Test
  void anUnknownImageMayComeLater() {
    StorageFault fault = assertThrows(StorageFault.class, () -> bring("disks/none:1", place()));

    assertEquals("ImagePullFailed", fault.reason());
    assertEquals(Kind.TRANSIENT, fault.kind());
  }

  @Test
  void aRegistryThatNobodyVouchesForIsNotAsked() {
    ImageSource source =
        new ImageSource.Container(registry.image("disks/small:1"), Optional.empty(), READER);

    StorageFault fault =
        assertThrows(StorageFault.class, () -> imports().bring(source, place(), (_, _) -> {}));

    assertEquals("TlsFailed", fault.reason());
    assertFalse(source.toString().contains("secret"), source.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "debian, registry-1.docker.io/library/debian:latest",
    "docker.io/me/disk:2, registry-1.docker.io/me/disk:2",
    "localhost/disk, localhost/disk:latest",
    "host:5000/a/b:tag, host:5000/a/b:tag"
  })
  void namesAreReadAsEverywhere(String written, String meant) {
    assertEquals(meant, RegistryReference.parse(written).toString());
  }

  private void assertLayer(String reason, byte[] layer) throws IOException {
    registry.tag("bad", manifest(registry.blob(layer)));
    assertRefused(reason, "disks/small:bad");
  }

  private void assertRefused(String reason, String image) {
    StorageFault fault = assertThrows(StorageFault.class, () -> bring(image, place()));
    assertEquals(reason, fault.reason(), fault.getMessage());
    assertEquals(Kind.REJECTED, fault.kind(), fault.getMessage());
  }

  private ImageImport.Imported bring(String image, Path raw) throws IOException {
    return bring(registry.image(image), Optional.empty(), raw);
  }

  private ImageImport.Imported bring(String image, Optional<Login> login, Path raw)
      throws IOException {
    ImageSource source = new ImageSource.Container(image, Optional.of(key.certificate()), login);
    return imports().bring(source, raw, (_, _) -> {});
  }

  private static ImageImport imports() {
    ImportLimits limits =
        new ImportLimits(
            ByteSize.ofMebibytes(64),
            ByteSize.ofMebibytes(16),
            Duration.ofSeconds(20),
            Duration.ofSeconds(50),
            3,
            2);
    return new ImageImport(limits, new AddressPolicy(true), QemuImg.onThisHost());
  }

  private Path place() throws IOException {
    return Files.createTempDirectory(folder, "import").resolve("disk.raw");
  }

  private static byte[] disk() {
    byte[] disk = new byte[1 << 20];
    new Random(7).nextBytes(disk);
    Arrays.fill(disk, 200_000, 700_000, (byte) 0);
    return disk;
  }

  private static byte[] layer() {
    return new TarBytes()
        .file("etc/hostname", new byte[10])
        .folder("disk/")
        .file("disk/image.img", disk())
        .file("usr/more", new byte[3000])
        .bytes();
  }

  private static String manifest(String... layers) {
    StringBuilder text = new StringBuilder("{\"schemaVersion\":2,\"layers\":[");
    for (String layer : layers) {
      text.append(text.toString().endsWith("[") ? "" : ",")
          .append("{\"mediaType\":\"" + LAYER + "\",\"digest\":\"" + layer + "\",\"size\":1}");
    }
    return text + "]}";
  }

  private static String index(String... entries) {
    return "{\"schemaVersion\":2,\"manifests\":[" + String.join(",", entries) + "]}";
  }

  private static String entry(String architecture, String digest) {
    return "{\"digest\":\""
        + digest
        + "\",\"platform\":{\"os\":\"linux\",\"architecture\":\""
        + architecture
        + "\"}}";
  }

  private static byte[] gzip(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream stream = new GZIPOutputStream(bytes)) {
      stream.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] zstd(byte[] content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream stream = new ZstdOutputStream(bytes)) {
      stream.write(content);
    }
    return bytes.toByteArray();
  }
}
