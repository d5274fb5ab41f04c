package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Resource;
import cairn.storage.CachedImage;
import cairn.storage.DiskId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images that are made of other objects, or of what a registry holds. */
class ImageSourcesTest {

  private static final String API = "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'";

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
  void anImageOfAnImageSharesItsContentAndOutlivesIt() {
    base();
    image("copy", objectRef("VirtualImage", "base", ""));
    clusterImage("shared", objectRef("VirtualImage", "copy", "default"));
    image("third", objectRef("ClusterVirtualImage", "shared", ""));

    awaitReady("third");

    assertEquals(1, world.cache.images().size());
    assertEquals(
        status("base").path("size"), status("third").path("size"), "what the source shows");
    assertTrue(world.told.contains("third DataSourceImportCompleted: The import is complete."));
    world.delete("virtualimages", "default", "base");
    world.delete("virtualimages", "default", "copy");
    world.delete("clustervirtualimages", "", "shared");
    world.await("gone", () -> phase("base").equals("gone") && phase("copy").equals("gone"));
    disk("root", "third");
    world.await("disk of it", () -> world.phase("virtualdisks", "default", "root").equals("Ready"));
  }

  @Test
  void anImageWaitsForWhatItIsMadeOf() {
    image("copy", objectRef("VirtualImage", "base", ""));
    clusterImage("shared", objectRef("ClusterVirtualImage", "none", ""));
    image("of-disk", objectRef("VirtualDisk", "none", ""));

    awaitWaiting("copy", "ImageNotReady");
    awaitWaiting("of-disk", "VirtualDiskNotReady");
    world.await(
        "shared waits",
        () ->
            reason(world.get("clustervirtualimages" + World.GROUP, "", "shared").orElseThrow())
                .equals("ClusterImageNotReady"));
    base();
    awaitReady("copy");
  }

  @Test
  void anImageOfADiskIsWhatTheDiskHolds() throws IOException {
    base();
    disk("root", "base");
    awaitReady("base");
    world.await("disk", () -> world.phase("virtualdisks", "default", "root").equals("Ready"));

    clusterImage("template", objectRef("VirtualDisk", "root", "default"));
    world.await(
        "template", () -> world.phase("clustervirtualimages", "", "template").equals("Ready"));

    CachedImage largest =
        world.cache.images().stream()
            .max(java.util.Comparator.comparing(CachedImage::virtualSize))
            .orElseThrow();
    Resource disk = world.get("virtualdisks" + World.GROUP, "default", "root").orElseThrow();
    assertEquals(
        world.pool.find(new DiskId(disk.uid())).orElseThrow().size(), largest.virtualSize());
    byte[] content = Files.readAllBytes(largest.file());
    byte[] original =
        Files.readAllBytes(
            world.cache.images().stream()
                .min(java.util.Comparator.comparing(CachedImage::virtualSize))
                .orElseThrow()
                .file());
    assertArrayEquals(original, java.util.Arrays.copyOf(content, original.length));
    world.await("disk free", () -> inUse("root").equals("NotInUse"));
  }

  @Test
  void aMachineHasItsDiskBeforeAnyImage() {
    Manifests.all(world, "");
    world.awaitMachine("Running");
    image("template", objectRef("VirtualDisk", "root", ""));

    awaitWaiting("template", "VirtualDiskAttachedToVirtualMachine");

    world.delete("virtualmachines", "default", "hello");
    awaitReady("template");
  }

  @Test
  void contentThatVanishedIsFetchedAgain() throws IOException {
    base();
    awaitReady("base");

    lose();
    world.patch("VirtualImage", "base", "{'metadata':{'labels':{'look':'again'}}}");

    world.await(
        "told", () -> world.told.contains("base VirtualImageLostRecovered: The content is back."));
    awaitReady("base");
    assertTrue(Files.exists(world.cache.images().getFirst().file()));
  }

  @Test
  void contentThatCannotBeFetchedAgainIsLost() throws IOException {
    base();
    image("copy", objectRef("VirtualImage", "base", ""));
    awaitReady("copy");
    world.delete("virtualimages", "default", "base");
    world.await("gone", () -> phase("base").equals("gone"));

    lose();
    world.patch("VirtualImage", "copy", "{'metadata':{'labels':{'look':'again'}}}");

    world.await("lost", () -> phase("copy").equals("ImageLost"));
  }

  /** As an administrator who tidies up too much. */
  private void lose() throws IOException {
    Path file = world.cache.images().getFirst().file();
    Files.delete(file);
  }

  @Test
  void withoutItsSecretNothingIsPulled() {
    String source =
        "'type':'ContainerImage','containerImage':{'image':'127.0.0.1:1/disks/a:1',"
            + "'imagePullSecret':{'name':'pull'}}";
    image("pulled", source);
    world.apply(
        API
            + "VirtualDisk','metadata':{'name':'pulled','namespace':'default'},"
            + "'spec':{'dataSource':{"
            + source
            + "}}}");

    awaitWaiting("pulled", "ContainerRegistrySecretNotFound");
    world.await(
        "disk waits",
        () ->
            reason(world.get("virtualdisks" + World.GROUP, "default", "pulled").orElseThrow())
                .equals("ContainerRegistrySecretNotFound"));
    secret("pull", "kubernetes.io/dockerconfigjson", ".dockerconfigjson", "{'auths':{}}");
    world.await("pulling", () -> phase("pulled").equals("Provisioning"));
    world.await(
        "disk pulling",
        () -> world.phase("virtualdisks", "default", "pulled").equals("Provisioning"));
  }

  @Test
  void aSecretOfAnotherTypeIsNone() {
    secret("pull", "Opaque", "any", "{}");
    image(
        "pulled",
        "'type':'ContainerImage','containerImage':{'image':'127.0.0.1:1/disks/a:1',"
            + "'imagePullSecret':{'name':'pull'}}");

    awaitWaiting("pulled", "ContainerRegistrySecretNotFound");
  }

  @Test
  void whatCannotBeAnImageIsRefused() {
    assertThrows(Refusal.class, () -> image("own", objectRef("VirtualImage", "own", "")));
    assertThrows(
        Refusal.class, () -> image("of-snapshot", objectRef("VirtualDiskSnapshot", "any", "")));
    assertThrows(
        Refusal.class,
        () ->
            clusterImage(
                "pulled",
                "'type':'ContainerImage','containerImage':{'image':'example.org/a:1',"
                    + "'imagePullSecret':{'name':'pull'}}"));
  }

  private void base() {
    image("base", "'type':'HTTP','http':{'url':'" + world.imageUrl() + "'}");
  }

  private void image(String name, String source) {
    world.apply(
        API
            + "VirtualImage','metadata':{'name':'"
            + name
            + "','namespace':'default'},'spec':{'storage':'ContainerRegistry','dataSource':{"
            + source
            + "}}}");
  }

  private void clusterImage(String name, String source) {
    world.apply(
        API
            + "ClusterVirtualImage','metadata':{'name':'"
            + name
            + "'},'spec':{'dataSource':{"
            + source
            + "}}}");
  }

  private void disk(String name, String image) {
    world.apply(
        API
            + "VirtualDisk','metadata':{'name':'"
            + name
            + "','namespace':'default'},'spec':{'dataSource':{"
            + objectRef("VirtualImage", image, "")
            + "},'persistentVolumeClaim':{'size':'4Mi'}}}");
  }

  private void secret(String name, String type, String key, String content) {
    byte[] bytes = content.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    world.apply(
        "{'apiVersion':'v1','kind':'Secret','metadata':{'name':'"
            + name
            + "','namespace':'default'},'type':'"
            + type
            + "','data':{'"
            + key
            + "':'"
            + Base64.getEncoder().encodeToString(bytes)
            + "'}}");
  }

  private static String objectRef(String kind, String name, String namespace) {
    String place = namespace.isEmpty() ? "" : ",'namespace':'" + namespace + "'";
    return "'type':'ObjectRef','objectRef':{'kind':'"
        + kind
        + "','name':'"
        + name
        + "'"
        + place
        + "}";
  }

  private void awaitReady(String image) {
    world.await(image + " ready", () -> phase(image).equals("Ready"));
  }

  private void awaitWaiting(String image, String reason) {
    world.await(
        image + " waits: " + reason,
        () ->
            world
                .get("virtualimages" + World.GROUP, "default", image)
                .filter(found -> reason(found).equals(reason))
                .isPresent());
    assertEquals("Pending", phase(image));
  }

  private static String reason(Resource object) {
    return Conditions.find(object.document(), "DatasourceReady")
        .map(condition -> condition.path("reason").asString(""))
        .orElse("");
  }

  private String inUse(String disk) {
    return world
        .get("virtualdisks" + World.GROUP, "default", disk)
        .flatMap(found -> Conditions.find(found.document(), "InUse"))
        .map(condition -> condition.path("reason").asString(""))
        .orElse("");
  }

  private String phase(String image) {
    return world.phase("virtualimages", "default", image);
  }

  private tools.jackson.databind.JsonNode status(String image) {
    return world
        .get("virtualimages" + World.GROUP, "default", image)
        .orElseThrow()
        .document()
        .path("status");
  }
}
