package cairn.appliance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Conditions;
import cairn.appliance.resource.Resource;
import cairn.appliance.server.FileDrop.Receipt;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images and disks that wait for a file which somebody sends. */
@Timeout(60)
class UploadsTest {

  private static final String IMAGES = "virtualimages";
  private static final String DISKS = "virtualdisks";

  @TempDir private Path folder;
  private World world;

  @BeforeEach
  void begin() {
    world = new World(folder);
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void whatIsSentBecomesTheImageAndTheAddressIsNobodysThen() throws IOException {
    image("sent", "");
    String key = awaited(IMAGES, "sent");
    assertTrue(world.uploads.awaits(key));
    assertEquals("DatasourceReady True", condition(IMAGES, "sent", "DatasourceReady"));

    assertEquals(Receipt.KEPT, send(key, content(1)));

    // Told only when it is written down: a service that dies now has it.
    world.restart();
    world.await("ready", () -> phase(IMAGES, "sent").equals("Ready"));
    assertArrayEquals(
        content(1), Files.readAllBytes(world.cache.images().getFirst().file()), "what is kept");
    assertTrue(status(IMAGES, "sent").path("imageUploadURLs").isMissingNode());
    assertEquals("100%", status(IMAGES, "sent").path("progress").asString(""));
    assertFalse(world.uploads.awaits(key));
    assertEquals(Receipt.UNKNOWN, send(key, content(1)));
    assertFalse(record(IMAGES, "sent").contains(key));
  }

  @Test
  void aDiskIsMadeOfWhatIsSent() throws IOException {
    disk("sent", "");
    String key = awaited(DISKS, "sent");

    assertEquals(Receipt.KEPT, send(key, content(2)));

    world.await("ready", () -> phase(DISKS, "sent").equals("Ready"));
    assertTrue(status(DISKS, "sent").path("imageUploadURLs").isMissingNode());
    Resource disk = world.get(DISKS + World.GROUP, "default", "sent").orElseThrow();
    Path beginning =
        switch (world.pool.find(new DiskId(disk.uid())).orElseThrow()) {
          case DiskLocation.Raw raw -> raw.file();
          case DiskLocation.Overlay layer -> layer.rawBase();
        };
    byte[] made = Files.readAllBytes(beginning);
    assertArrayEquals(content(2), Arrays.copyOf(made, content(2).length), "the disk's beginning");
    assertEquals("4Mi", status(DISKS, "sent").path("capacity").asString(""));
  }

  @Test
  void addressesAreSecretAndEachIsForOneObject() {
    image("one", "");
    image("other", "");

    String key = awaited(IMAGES, "one");

    assertTrue(key.matches("[A-Za-z0-9]{32}"), key);
    assertNotEquals(key, awaited(IMAGES, "other"));
    assertEquals(
        status(IMAGES, "one").path("imageUploadURLs").path("external"),
        status(IMAGES, "one").path("imageUploadURLs").path("inCluster"));
    assertFalse(world.uploads.awaits(key.substring(1) + "x"));
    assertFalse(world.uploads.awaits(""));
  }

  @Test
  void theAddressOutlivesTheService() {
    image("sent", "");
    String key = awaited(IMAGES, "sent");

    world.restart();

    world.await("awaited", () -> world.uploads.awaits(key));
    assertEquals(Receipt.KEPT, send(key, content(3)));
    world.await("ready", () -> phase(IMAGES, "sent").equals("Ready"));
  }

  @Test
  void aBrokenTransferMayBeginAnew() {
    image("sent", "");
    String key = awaited(IMAGES, "sent");
    byte[] half = Arrays.copyOf(content(4), 512);

    assertEquals(
        Receipt.FAILED,
        world.uploads.take(
            key, OptionalLong.of(content(4).length), new ByteArrayInputStream(half)));

    world.await(
        "told why",
        () ->
            condition(IMAGES, "sent", "Ready").equals("WaitForUserUpload False")
                && message(IMAGES, "sent").contains("broke off at byte 512 of 1048576"));
    assertEquals(Receipt.KEPT, send(key, content(4)));
    world.await("ready", () -> phase(IMAGES, "sent").equals("Ready"));
  }

  @Test
  void aFileOfNoKnownLengthIsNotTaken() {
    image("sent", "");
    String key = awaited(IMAGES, "sent");

    assertEquals(
        Receipt.FAILED,
        world.uploads.take(key, OptionalLong.empty(), new ByteArrayInputStream(content(5))));
    assertEquals(
        Receipt.FAILED, world.uploads.take(key, OptionalLong.of(0), InputStream.nullInputStream()));

    world.await("told why", () -> message(IMAGES, "sent").contains("Content-Length"));
    assertEquals(Receipt.KEPT, send(key, content(5)));
  }

  @Test
  void anotherFileThanTheChecksumSaysFailsForGood() {
    image("sent", "'checksum':{'md5':'d41d8cd98f00b204e9800998ecf8427e'}");
    String key = awaited(IMAGES, "sent");

    assertEquals(Receipt.FAILED, send(key, content(6)));

    world.await("failed", () -> phase(IMAGES, "sent").equals("Failed"));
    assertEquals("ProvisioningFailedTerminally False", condition(IMAGES, "sent", "Ready"));
    assertTrue(message(IMAGES, "sent").contains("MD5"), message(IMAGES, "sent"));
    assertTrue(status(IMAGES, "sent").path("imageUploadURLs").isMissingNode());
    assertEquals(Receipt.UNKNOWN, send(key, content(6)));
    world.restart();
    assertEquals("Failed", phase(IMAGES, "sent"));
  }

  @Test
  void whatIsNoImageFailsForGood() {
    disk("sent", "");
    String key = awaited(DISKS, "sent");

    assertEquals(Receipt.FAILED, send(key, "<html>Sign in</html>".repeat(100).getBytes(UTF_8)));

    world.await("failed", () -> phase(DISKS, "sent").equals("Failed"));
    assertTrue(message(DISKS, "sent").contains("text"), message(DISKS, "sent"));
  }

  @Test
  void whoComesTooLateFindsNobody() {
    image("late", "");
    disk("late", "");
    String image = awaited(IMAGES, "late");
    String disk = awaited(DISKS, "late");

    world.stop();
    world.skipped = Duration.ofMinutes(10);
    world.bootHost();
    world.await("still awaited: the service was away", () -> world.uploads.awaits(image));
    world.skipped = Duration.ofMinutes(20);
    world.patch("VirtualImage", "late", "{'metadata':{'labels':{'look':'again'}}}");
    world.patch("VirtualDisk", "late", "{'metadata':{'labels':{'look':'again'}}}");

    world.await("image failed", () -> phase(IMAGES, "late").equals("Failed"));
    world.await("disk failed", () -> phase(DISKS, "late").equals("Failed"));
    assertEquals("WaitForUserUploadTimeout False", condition(IMAGES, "late", "Ready"));
    assertEquals("WaitForUserUploadTimeout False", condition(DISKS, "late", "Ready"));
    assertEquals(Receipt.UNKNOWN, send(image, content(7)));
    assertEquals(Receipt.UNKNOWN, send(disk, content(7)));
  }

  @Test
  void oneFileAtATimeIsTaken() throws Exception {
    image("sent", "");
    String key = awaited(IMAGES, "sent");
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Receipt> first = sendHalf(key, content(8), goOn);

    assertEquals(Receipt.BUSY, send(key, content(8)));

    goOn.countDown();
    assertEquals(Receipt.KEPT, first.get());
  }

  @Test
  void anImageThatIsDeletedMeanwhileCutsTheSenderOff() throws Exception {
    image("sent", "");
    String key = awaited(IMAGES, "sent");
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<Receipt> first = sendHalf(key, content(9), goOn);

    world.delete(IMAGES, "default", "sent");
    world.await("gone", () -> phase(IMAGES, "sent").equals("gone"));
    goOn.countDown();

    assertEquals(Receipt.FAILED, first.get());
    image("next", "");
    world.delete(IMAGES, "default", "next");
    world.await("nothing is kept", () -> world.cache.images().isEmpty());
  }

  @Test
  void anotherSourceClosesTheAddress() {
    image("sent", "");
    String key = awaited(IMAGES, "sent");

    world.patch(
        "VirtualImage",
        "sent",
        "{'spec':{'dataSource':{'type':'HTTP','upload':null,'http':{'url':'"
            + world.imageUrl()
            + "'}}}}");

    world.await("ready", () -> phase(IMAGES, "sent").equals("Ready"));
    assertFalse(world.uploads.awaits(key));
    assertTrue(status(IMAGES, "sent").path("imageUploadURLs").isMissingNode());
  }

  /** A file whose second part waits; returns when the first is on its way. */
  private CompletableFuture<Receipt> sendHalf(String key, byte[] content, CountDownLatch goOn) {
    InputStream slow =
        new SequenceInputStream(
            new ByteArrayInputStream(content, 0, 1000),
            new Held(goOn, new ByteArrayInputStream(content, 1000, content.length)));
    CompletableFuture<Receipt> receipt =
        CompletableFuture.supplyAsync(
            () -> world.uploads.take(key, OptionalLong.of(content.length), slow));
    world.await("arriving", () -> phase(IMAGES, "sent").equals("Provisioning"));
    return receipt;
  }

  /** Gives nothing before it is told to. */
  private static final class Held extends InputStream {
    private final CountDownLatch goOn;
    private final InputStream rest;

    Held(CountDownLatch goOn, InputStream rest) {
      this.goOn = goOn;
      this.rest = rest;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      try {
        goOn.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      return rest.read(target, offset, length);
    }
  }

  private static byte[] content(int seed) {
    byte[] content = new byte[1 << 20];
    Arrays.fill(content, (byte) (0x80 + seed));
    // Without a zero it would look like text.
    content[0] = 0;
    return content;
  }

  private Receipt send(String key, byte[] content) {
    return world.uploads.take(
        key, OptionalLong.of(content.length), new ByteArrayInputStream(content));
  }

  /** The secret part of the address, once it is told. */
  private String awaited(String plural, String name) {
    world.await(name + " awaited", () -> phase(plural, name).equals("WaitForUserUpload"));
    String address = status(plural, name).path("imageUploadURLs").path("external").asString("");
    String begin = "https://cairn.test:6443/upload/";
    assertTrue(address.startsWith(begin), address);
    return address.substring(begin.length());
  }

  private void image(String name, String upload) {
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualImage',"
            + "'metadata':{'name':'%s','namespace':'default'},'spec':{'storage':'ContainerRegistry','dataSource':{'type':'Upload','upload':{%s}}}}"
                .formatted(name, upload));
  }

  private void disk(String name, String upload) {
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualDisk',"
            + "'metadata':{'name':'%s','namespace':'default'},'spec':{'persistentVolumeClaim':{'size':'4Mi'},'dataSource':{'type':'Upload','upload':{%s}}}}"
                .formatted(name, upload));
  }

  private String phase(String plural, String name) {
    return world.phase(plural, "default", name);
  }

  private tools.jackson.databind.JsonNode status(String plural, String name) {
    return world.get(plural + World.GROUP, "default", name).orElseThrow().document().path("status");
  }

  private String record(String plural, String name) {
    return world
        .get(plural + World.GROUP, "default", name)
        .orElseThrow()
        .privateDocument()
        .toString();
  }

  private String condition(String plural, String name, String type) {
    return Conditions.find(
            world.get(plural + World.GROUP, "default", name).orElseThrow().document(), type)
        .map(found -> found.path("reason").asString("") + " " + found.path("status").asString(""))
        .orElse("");
  }

  private String message(String plural, String name) {
    return Conditions.find(
            world.get(plural + World.GROUP, "default", name).orElseThrow().document(), "Ready")
        .map(found -> found.path("message").asString(""))
        .orElse("");
  }
}
