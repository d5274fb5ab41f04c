package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.appliance.resource.Bench;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The fabric8 client, unmodified. It watches by websockets on the URLs of lists. */
@Timeout(60)
final class Fabric8Test {

  private static final String SPACE = "default";
  private static final ResourceDefinitionContext DISKS =
      new ResourceDefinitionContext.Builder()
          .withGroup("virtualization.deckhouse.io")
          .withVersion("v1alpha2")
          .withKind("VirtualDisk")
          .withPlural("virtualdisks")
          .withNamespaced(true)
          .build();

  @TempDir private static Path directory;
  private static RunningApi api;
  private static KubernetesClient client;

  @BeforeAll
  static void start() {
    api = new RunningApi(directory);
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(api.kubeconfig(directory)))
            .build();
  }

  @AfterAll
  static void stop() {
    client.close();
    api.close();
  }

  @Test
  void objectsLiveFromCreationToDeletion() {
    client
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName("f8").endMetadata().build())
        .create();
    assertEquals("Active", client.namespaces().withName("f8").get().getStatus().getPhase());

    Secret secret =
        client
            .secrets()
            .inNamespace("f8")
            .resource(
                new SecretBuilder()
                    .withNewMetadata()
                    .withName("s")
                    .endMetadata()
                    .addToStringData("password", "swordfish")
                    .build())
            .create();
    assertEquals(Map.of("password", "c3dvcmRmaXNo"), secret.getData());

    var disks = client.genericKubernetesResources(DISKS).inNamespace("f8");
    GenericKubernetesResource made = disks.resource(disk("d")).create();
    assertEquals("f8", made.getMetadata().getNamespace());
    assertEquals(List.of("d"), disks.list().getItems().stream().map(Fabric8Test::name).toList());

    GenericKubernetesResource edited =
        disks
            .withName("d")
            .edit(disk -> {
              disk.getMetadata().setLabels(Map.of("colour", "red"));
              return disk;
            });
    assertEquals("red", edited.getMetadata().getLabels().get("colour"));
    assertEquals(1, disks.withLabel("colour", "red").list().getItems().size());
    assertEquals(0, disks.withLabel("colour", "blue").list().getItems().size());

    assertEquals(1, disks.withName("d").delete().size());
    assertNull(disks.withName("d").get());
  }

  @Test
  void aRefusalArrivesWithItsStatus() {
    KubernetesClientException refused =
        assertThrows(
            KubernetesClientException.class,
            () ->
                client
                    .configMaps()
                    .inNamespace(SPACE)
                    .resource(
                        new ConfigMapBuilder()
                            .withNewMetadata()
                            .withName("Not_A_Name")
                            .endMetadata()
                            .build())
                    .create());

    assertEquals(422, refused.getCode());
    assertEquals(
        "metadata.name", refused.getStatus().getDetails().getCauses().getFirst().getField());
  }

  @Test
  void aWatchSeesEveryChangeAndEndsWithItsClient() throws Exception {
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    var maps = client.configMaps().inNamespace(SPACE);
    // Those of other tests end a moment after their client.
    Bench.await("no other watch", () -> api.watches() == 0);
    try (Watch watch =
        maps.withLabel("watched", "yes")
            .watch(
                new Watcher<ConfigMap>() {
                  @Override
                  public void eventReceived(Action action, ConfigMap map) {
                    seen.add(action + " " + map.getMetadata().getName());
                  }

                  @Override
                  public void onClose(@Nullable WatcherException cause) {}
                })) {
      assertNotNull(watch);
      maps.resource(map("w")).create();
      maps.withName("w").edit(map -> new ConfigMapBuilder(map).addToData("a", "b").build());
      maps.withName("w").delete();

      assertEquals("ADDED w", next(seen));
      assertEquals("MODIFIED w", next(seen));
      assertEquals("DELETED w", next(seen));
    }
    Bench.await("the watch ended", () -> api.watches() == 0);
  }

  @Test
  void anInformerFollows() {
    var maps = client.configMaps().inNamespace(SPACE);
    maps.resource(map("informed")).create();
    try (SharedIndexInformer<ConfigMap> informer =
        maps.withLabel("watched", "yes").runnableInformer(0)) {
      informer.start().toCompletableFuture().join();
      Bench.await(
          "the informer knows", () -> informer.getStore().getByKey("default/informed") != null);
      maps.withName("informed").delete();
      Bench.await(
          "the informer forgot", () -> informer.getStore().getByKey("default/informed") == null);
    }
  }

  private static String next(BlockingQueue<String> seen) throws InterruptedException {
    return Optional.ofNullable(seen.poll(20, TimeUnit.SECONDS)).orElse("nothing came");
  }

  private static String name(GenericKubernetesResource object) {
    return object.getMetadata().getName();
  }

  private static ConfigMap map(String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("watched", "yes")
        .endMetadata()
        .build();
  }

  private static GenericKubernetesResource disk(String name) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion("virtualization.deckhouse.io/v1alpha2")
        .withKind("VirtualDisk")
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .addToAdditionalProperties("spec", Map.of("persistentVolumeClaim", Map.of("size", "1Gi")))
        .build();
  }
}
