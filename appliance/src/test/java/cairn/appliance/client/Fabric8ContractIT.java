package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.resource.Bench;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LabelSelectorBuilder;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * What controllers written with the fabric8 client, unmodified, ask of an API; see also {@link
 * Fabric8Test}.
 */
@Timeout(60)
final class Fabric8ContractIT {

  @RegisterExtension static final Tally TALLY = new Tally("fabric8");

  private static final ResourceDefinitionContext DISKS = context("VirtualDisk", "virtualdisks");
  private static final ResourceDefinitionContext MACHINES =
      context("VirtualMachine", "virtualmachines");

  @TempDir private static Path directory;
  private static RunningApi api;
  private static KubernetesClient client;

  private String space = "";

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

  @BeforeEach
  void inANamespaceOfItsOwn(TestInfo test) {
    space = "f8-" + Integer.toHexString(test.getDisplayName().hashCode());
    client
        .namespaces()
        .resource(new NamespaceBuilder().withNewMetadata().withName(space).endMetadata().build())
        .create();
  }

  @Test
  void aConfigurationIsAppliedAndConflictsAreNamed() {
    ConfigMap ours = map("c").addToData("a", "1").addToData("b", "1").build();
    ConfigMap theirs = map("c").addToData("a", "2").build();
    apply(ours, "ours");

    KubernetesClientException refused =
        assertThrows(KubernetesClientException.class, () -> apply(theirs, "theirs"));

    assertEquals(409, refused.getCode());
    StatusCause cause = refused.getStatus().getDetails().getCauses().getFirst();
    assertEquals("FieldManagerConflict", cause.getReason());
    assertEquals(".data.a", cause.getField());
    assertTrue(cause.getMessage().contains("conflict with \"ours\""), cause.getMessage());
  }

  @Test
  void forceTakesFieldsOverAndWhatIsNoLongerAppliedGoes() {
    apply(map("c").addToData("a", "1").addToData("b", "1").build(), "ours");
    ConfigMap theirs = map("c").addToData("a", "2").build();

    ConfigMap forced =
        client
            .resource(theirs)
            .inNamespace(space)
            .fieldManager("theirs")
            .forceConflicts()
            .serverSideApply();
    assertEquals(Map.of("a", "2", "b", "1"), forced.getData());
    assertEquals(List.of("ours", "theirs"), managers(forced));

    ConfigMap dropped = apply(map("c").addToData("c", "3").build(), "ours");
    assertEquals(Map.of("a", "2", "c", "3"), dropped.getData());
  }

  @Test
  void applyingTheSameAgainChangesNothing() {
    ConfigMap first = apply(map("c").addToData("a", "1").build(), "ours");
    ConfigMap again = apply(map("c").addToData("a", "1").build(), "ours");

    assertEquals(revision(first), revision(again));
    assertEquals(first.getMetadata().getManagedFields(), again.getMetadata().getManagedFields());
  }

  @Test
  void oneMayShareAFieldByApplyingTheSameValue() {
    apply(map("c").addToData("a", "1").build(), "ours");
    ConfigMap shared = apply(map("c").addToData("a", "1").build(), "theirs");

    assertEquals(List.of("ours", "theirs"), managers(shared));
    ConfigMap left = apply(map("c").build(), "ours");
    assertEquals(Map.of("a", "1"), left.getData(), "the other still wants it");
  }

  @Test
  void aCustomKindIsApplied() {
    GenericKubernetesResource applied =
        client.resource(disk("d", "1Gi")).inNamespace(space).fieldManager("ours").serverSideApply();
    assertEquals("1Gi", applied.get("spec", "persistentVolumeClaim", "size"));

    KubernetesClientException refused =
        assertThrows(
            KubernetesClientException.class,
            () ->
                client
                    .resource(disk("d", "2Gi"))
                    .inNamespace(space)
                    .fieldManager("theirs")
                    .serverSideApply());
    assertEquals(
        ".spec.persistentVolumeClaim.size",
        refused.getStatus().getDetails().getCauses().getFirst().getField());
  }

  @Test
  void aMachineGoesThroughEveryFormOfPatch() {
    var machines = client.genericKubernetesResources(MACHINES).inNamespace(space);
    machines.resource(machine("m")).create();
    Resource<GenericKubernetesResource> machine = machines.withName("m");

    GenericKubernetesResource byMerge =
        machine.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"cpu\":{\"cores\":2}}}");
    assertEquals(2, (Integer) byMerge.get("spec", "cpu", "cores"));

    GenericKubernetesResource byOperations =
        machine.patch(
            PatchContext.of(PatchType.JSON),
            "[{\"op\":\"test\",\"path\":\"/spec/cpu/cores\",\"value\":2},"
                + "{\"op\":\"replace\",\"path\":\"/spec/cpu/cores\",\"value\":4}]");
    assertEquals(4, (Integer) byOperations.get("spec", "cpu", "cores"));
    assertEquals(3L, byOperations.getMetadata().getGeneration());

    KubernetesClientException noStrategy =
        assertThrows(
            KubernetesClientException.class,
            () -> machine.patch(PatchContext.of(PatchType.STRATEGIC_MERGE), "{\"metadata\":{}}"));
    assertEquals(415, noStrategy.getCode());

    KubernetesClientException doesNotHold =
        assertThrows(
            KubernetesClientException.class,
            () ->
                machine.patch(
                    PatchContext.of(PatchType.JSON),
                    "[{\"op\":\"test\",\"path\":\"/spec/cpu/cores\",\"value\":2}]"));
    assertEquals(422, doesNotHold.getCode());

    GenericKubernetesResource byApplying =
        machine.patch(
            new PatchContext.Builder()
                .withPatchType(PatchType.SERVER_SIDE_APPLY)
                .withFieldManager("patcher")
                .withForce(true)
                .build(),
            """
            apiVersion: virtualization.deckhouse.io/v1alpha2
            kind: VirtualMachine
            metadata: {name: m, namespace: %s}
            spec: {cpu: {cores: 1}}
            """
                .formatted(space));
    assertEquals(1, (Integer) byApplying.get("spec", "cpu", "cores"));
    assertEquals("64Mi", byApplying.get("spec", "memory", "size"));

    GenericKubernetesResource edited =
        machine.edit(present ->
            new GenericKubernetesResourceBuilder(present)
                .editMetadata()
                .addToAnnotations("note", "yes")
                .endMetadata()
                .build());
    assertEquals("yes", edited.getMetadata().getAnnotations().get("note"));
    assertEquals(byApplying.getMetadata().getGeneration(), edited.getMetadata().getGeneration());
  }

  @Test
  void aCoreKindIsPatchedStrategically() {
    Resource<ConfigMap> map =
        created(
            map("c").editMetadata().addToFinalizers("a.io/x").endMetadata().addToData("a", "1"));

    ConfigMap patched =
        map.patch(
            PatchContext.of(PatchType.STRATEGIC_MERGE),
            "{\"metadata\":{\"finalizers\":[\"a.io/y\"]},\"data\":{\"a\":null,\"b\":\"2\"}}");

    assertEquals(Map.of("b", "2"), patched.getData());
    assertEquals(List.of("a.io/x", "a.io/y"), patched.getMetadata().getFinalizers());
  }

  @Test
  void theStatusIsChangedByItsOwnPathOnly() {
    var machines = client.genericKubernetesResources(MACHINES).inNamespace(space);
    machines.resource(machine("m")).create();
    Resource<GenericKubernetesResource> machine = machines.withName("m");

    GenericKubernetesResource main =
        machine.patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"status\":{\"phase\":\"Running\"},\"metadata\":{\"labels\":{\"l\":\"1\"}}}");
    assertEquals("1", main.getMetadata().getLabels().get("l"));
    assertFalse("Running".equals(main.get("status", "phase")));

    GenericKubernetesResource status =
        machine.editStatus(present -> {
          present.setAdditionalProperty("status", Map.of("phase", "Running"));
          present.setAdditionalProperty("spec", Map.of("cpu", Map.of("cores", 7)));
          return present;
        });
    assertEquals("Running", status.get("status", "phase"));
    assertEquals(1, (Integer) status.get("spec", "cpu", "cores"));
    assertEquals(1L, status.getMetadata().getGeneration());
  }

  @Test
  void anOldVersionIsAConflict() {
    Resource<ConfigMap> map = created(map("c").addToData("a", "1"));
    ConfigMap old = map.get();
    map.edit(present -> new ConfigMapBuilder(present).addToData("a", "2").build());

    KubernetesClientException refused =
        assertThrows(
            KubernetesClientException.class,
            () -> client.resource(old).lockResourceVersion(revision(old)).update());
    assertEquals(409, refused.getCode());
    assertEquals("Conflict", refused.getStatus().getReason());
    KubernetesClientException undeleted =
        assertThrows(
            KubernetesClientException.class,
            () -> client.resource(old).lockResourceVersion(revision(old)).delete());
    assertEquals(409, undeleted.getCode());
  }

  @Test
  void selectorsOfEveryFormSelect() {
    for (String name : List.of("a", "b", "c", "d")) {
      created(
          map(name)
              .editMetadata()
              .addToLabels("name", name)
              .addToLabels(name, "yes")
              .endMetadata());
    }
    var maps = client.configMaps().inNamespace(space);

    assertEquals(List.of("a"), names(maps.withLabel("name", "a").list().getItems()));
    assertEquals(List.of("b"), names(maps.withLabel("b").list().getItems()));
    assertEquals(List.of("a", "b"), names(maps.withLabelIn("name", "a", "b").list().getItems()));
    assertEquals(List.of("c", "d"), names(maps.withLabelNotIn("name", "a", "b").list().getItems()));
    assertEquals(List.of("b", "c", "d"), names(maps.withoutLabel("a").list().getItems()));
    assertEquals(List.of("b", "c", "d"), names(maps.withoutLabel("name", "a").list().getItems()));
    assertEquals(
        List.of("b"),
        names(
            maps.withLabelSelector(
                    new LabelSelectorBuilder()
                        .addNewMatchExpression()
                        .withKey("name")
                        .withOperator("In")
                        .withValues("a", "b")
                        .endMatchExpression()
                        .addNewMatchExpression()
                        .withKey("a")
                        .withOperator("DoesNotExist")
                        .endMatchExpression()
                        .build())
                .list()
                .getItems()));
    assertEquals(List.of("c"), names(maps.withField("metadata.name", "c").list().getItems()));
    assertEquals(
        List.of("a", "b", "d"), names(maps.withoutField("metadata.name", "c").list().getItems()));
    assertEquals(
        List.of("d"),
        names(
            client
                .configMaps()
                .inAnyNamespace()
                .withField("metadata.namespace", space)
                .withLabel("d", "yes")
                .list()
                .getItems()));
    KubernetesClientException refused =
        assertThrows(KubernetesClientException.class, () -> maps.withField("data.a", "1").list());
    assertEquals(400, refused.getCode());
  }

  @Test
  void aListComesInPages() {
    IntStream.range(0, 7).forEach(i -> created(map("m" + i)));
    var maps = client.configMaps().inNamespace(space);
    List<String> seen = new ArrayList<>();
    Set<String> revisions = new HashSet<>();
    String token = "";
    do {
      var page = maps.list(new ListOptionsBuilder().withLimit(3L).withContinue(token).build());
      assertTrue(page.getItems().size() <= 3);
      seen.addAll(names(page.getItems()));
      revisions.add(page.getMetadata().getResourceVersion());
      token = page.getMetadata().getContinue() == null ? "" : page.getMetadata().getContinue();
    } while (!token.isEmpty());

    assertEquals(List.of("m0", "m1", "m2", "m3", "m4", "m5", "m6"), seen);
    assertEquals(1, revisions.size());
    KubernetesClientException refused =
        assertThrows(
            KubernetesClientException.class,
            () -> maps.list(new ListOptionsBuilder().withContinue("nonsense").build()));
    assertEquals(400, refused.getCode());
  }

  @Test
  void metadataAloneCanBeListed() {
    created(map("c").addToData("a", "1"));

    var partial = client.configMaps().inNamespace(space).listAsPartialObjectMetadata();

    assertEquals("c", partial.getItems().getFirst().getMetadata().getName());
  }

  @Test
  void namesAreGenerated() {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < 20; i++) {
      ConfigMap made =
          client
              .configMaps()
              .inNamespace(space)
              .resource(
                  new ConfigMapBuilder()
                      .withNewMetadata()
                      .withGenerateName("gen-")
                      .endMetadata()
                      .build())
              .create();
      String name = made.getMetadata().getName();
      assertTrue(name.matches("gen-[a-z0-9]{5}"), name);
      names.add(name);
    }
    assertEquals(20, names.size());
  }

  @Test
  void finalizersHoldAnObjectAndAreOnlyTakenAway() {
    Resource<ConfigMap> map =
        created(map("c").editMetadata().addToFinalizers("a.io/x", "a.io/y").endMetadata());
    BlockingQueue<String> seen = new LinkedBlockingQueue<>();
    try (Watch watch = map.watch(recording(seen))) {
      assertNotNull(watch);
      map.delete();
      assertNotNull(map.get().getMetadata().getDeletionTimestamp());
      map.delete();

      KubernetesClientException refused =
          assertThrows(
              KubernetesClientException.class,
              () ->
                  map.edit(present ->
                      new ConfigMapBuilder(present)
                          .editMetadata()
                          .addToFinalizers("a.io/z")
                          .endMetadata()
                          .build()));
      assertEquals(422, refused.getCode());
      map.edit(present ->
          new ConfigMapBuilder(present)
              .editMetadata()
              .withFinalizers("a.io/y")
              .endMetadata()
              .build());
      assertNotNull(map.get());
      map.edit(present ->
          new ConfigMapBuilder(present)
              .editMetadata()
              .withFinalizers(List.of())
              .endMetadata()
              .build());

      assertNull(map.get());
      assertEquals(List.of("ADDED c", "MODIFIED c", "MODIFIED c", "DELETED c"), taken(seen, 4));
    }
  }

  @Test
  void propagationIsNotedOnTheOwner() {
    Resource<ConfigMap> foreground = created(map("f"));
    Resource<ConfigMap> orphaning = created(map("o"));

    foreground.withPropagationPolicy(DeletionPropagation.FOREGROUND).delete();
    orphaning.withPropagationPolicy(DeletionPropagation.ORPHAN).delete();

    // Nobody collects here, so both stay for whoever would.
    assertEquals(List.of("foregroundDeletion"), foreground.get().getMetadata().getFinalizers());
    assertEquals(List.of("orphan"), orphaning.get().getMetadata().getFinalizers());
  }

  @Test
  void aCollectionIsDeletedBySelectorAndByOptions() {
    for (String name : List.of("a", "b", "c")) {
      created(
          map(name)
              .editMetadata()
              .addToLabels("part", name.equals("c") ? "kept" : "lost")
              .endMetadata());
    }
    String path = "/api/v1/namespaces/" + space + "/configmaps?labelSelector=part%3Dlost";
    var maps = client.configMaps().inNamespace(space);

    client.raw(path + "&dryRun=All", "DELETE", "{}");
    assertEquals(List.of("a", "b", "c"), names(maps.list().getItems()));
    client.raw(path, "DELETE", "{\"propagationPolicy\":\"Background\"}");
    assertEquals(List.of("c"), names(maps.list().getItems()));
    maps.delete();
    assertEquals(List.of(), names(maps.list().getItems()));
  }

  @Test
  void aDryRunTellsAndDoesNot() {
    ConfigMap told = client.resource(map("c").build()).inNamespace(space).dryRun().create();
    assertNotNull(told.getMetadata().getUid());
    assertNull(client.configMaps().inNamespace(space).withName("c").get());

    Resource<ConfigMap> map = created(map("c").addToData("a", "1"));
    ConfigMap before = map.get();
    assertEquals(
        "2",
        client
            .resource(new ConfigMapBuilder(before).addToData("a", "2").build())
            .dryRun()
            .update()
            .getData()
            .get("a"));
    map.dryRun().edit(present -> new ConfigMapBuilder(present).addToData("a", "3").build());
    map.dryRun().delete();

    assertEquals(before, map.get());
  }

  @Test
  void createOrUpdateAndWaiting() throws Exception {
    ConfigMap made =
        client
            .resource(map("c").addToData("a", "1").build())
            .inNamespace(space)
            .unlock()
            .createOr(on -> on.update());
    ConfigMap updated =
        client
            .resource(map("c").addToData("a", "2").build())
            .inNamespace(space)
            .unlock()
            .createOr(on -> on.update());
    assertEquals(made.getMetadata().getUid(), updated.getMetadata().getUid());

    var waiting =
        client
            .configMaps()
            .inNamespace(space)
            .withName("c")
            .informOnCondition(
                maps -> maps.stream().anyMatch(map -> "3".equals(map.getData().get("a"))));
    client
        .configMaps()
        .inNamespace(space)
        .withName("c")
        .edit(present -> new ConfigMapBuilder(present).addToData("a", "3").build());
    assertEquals("3", waiting.get(20, TimeUnit.SECONDS).getFirst().getData().get("a"));
    client
        .namespaces()
        .withName(space)
        .waitUntilCondition(
            found -> found != null && "Active".equals(found.getStatus().getPhase()),
            20,
            TimeUnit.SECONDS);
  }

  @Test
  void discoveryKnowsWhatIsServed() {
    assertTrue(client.supports("virtualization.deckhouse.io/v1alpha2", "VirtualMachine"));
    assertFalse(client.supports("apps/v1", "Deployment"));
    assertTrue(client.hasApiGroup("coordination.k8s.io", true));
    assertEquals("1", client.getKubernetesVersion().getMajor());
    assertTrue(
        client.getApiResources("virtualization.deckhouse.io/v1alpha2").getResources().stream()
            .anyMatch(found -> found.getKind().equals("VirtualDisk")));
    assertTrue(client.rootPaths().getPaths().contains("/openapi/v3"));
    assertNotEquals(
        List.of(), client.apiextensions().v1().customResourceDefinitions().list().getItems());
  }

  @Test
  void aListThatIsAppliedByFileComesAndGoes() {
    String manifests =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: one}
        ---
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualDisk
        metadata: {name: two}
        spec: {persistentVolumeClaim: {size: 1Gi}}
        """;
    List<HasMetadata> applied = client.resourceList(manifests).inNamespace(space).serverSideApply();
    assertEquals(
        List.of("one", "two"), applied.stream().map(each -> each.getMetadata().getName()).toList());

    client.resourceList(manifests).inNamespace(space).withTimeout(20, TimeUnit.SECONDS).delete();
    assertEquals(List.of(), client.configMaps().inNamespace(space).list().getItems());
    assertEquals(
        List.of(), client.genericKubernetesResources(DISKS).inNamespace(space).list().getItems());
  }

  private Resource<ConfigMap> created(ConfigMapBuilder map) {
    ConfigMap made = client.resource(map.build()).inNamespace(space).create();
    return client.configMaps().inNamespace(space).withName(made.getMetadata().getName());
  }

  private ConfigMap apply(ConfigMap map, String manager) {
    return client.resource(map).inNamespace(space).fieldManager(manager).serverSideApply();
  }

  private static Watcher<ConfigMap> recording(BlockingQueue<String> seen) {
    return new Watcher<>() {
      @Override
      public void eventReceived(Action action, ConfigMap map) {
        seen.add(action + " " + map.getMetadata().getName());
      }

      @Override
      public void onClose(@Nullable WatcherException cause) {}
    };
  }

  private static List<String> taken(BlockingQueue<String> seen, int count) {
    Bench.await(count + " events came, not " + seen, () -> seen.size() >= count);
    return List.copyOf(seen);
  }

  private static String revision(HasMetadata object) {
    return object.getMetadata().getResourceVersion();
  }

  private static List<String> names(List<ConfigMap> maps) {
    return maps.stream().map(map -> map.getMetadata().getName()).toList();
  }

  private static List<String> managers(HasMetadata object) {
    return object.getMetadata().getManagedFields().stream()
        .map(ManagedFieldsEntry::getManager)
        .sorted()
        .toList();
  }

  private static ConfigMapBuilder map(String name) {
    return new ConfigMapBuilder().withNewMetadata().withName(name).endMetadata();
  }

  private static GenericKubernetesResource disk(String name, String size) {
    return object("VirtualDisk", name, Map.of("persistentVolumeClaim", Map.of("size", size)));
  }

  private static GenericKubernetesResource machine(String name) {
    return object(
        "VirtualMachine",
        name,
        Map.of(
            "virtualMachineClassName", "generic",
            "runPolicy", "AlwaysOff",
            "cpu", Map.of("cores", 1),
            "memory", Map.of("size", "64Mi"),
            "blockDeviceRefs", List.of(Map.of("kind", "VirtualDisk", "name", "d"))));
  }

  private static GenericKubernetesResource object(
      String kind, String name, Map<String, Object> spec) {
    return new GenericKubernetesResourceBuilder()
        .withApiVersion("virtualization.deckhouse.io/v1alpha2")
        .withKind(kind)
        .withNewMetadata()
        .withName(name)
        .endMetadata()
        .addToAdditionalProperties("spec", spec)
        .build();
  }

  private static ResourceDefinitionContext context(String kind, String plural) {
    return new ResourceDefinitionContext.Builder()
        .withGroup("virtualization.deckhouse.io")
        .withVersion("v1alpha2")
        .withKind(kind)
        .withPlural(plural)
        .withNamespaced(true)
        .build();
  }
}
