package cairn.appliance.namespace;

import static cairn.appliance.resource.Bench.WRITER;
import static cairn.appliance.resource.Bench.body;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.controller.ReconcileLoop;
import cairn.appliance.resource.Bench;
import cairn.appliance.resource.DeleteOptions;
import cairn.appliance.resource.Patch;
import cairn.appliance.resource.Removal;
import cairn.appliance.resource.Resources;
import cairn.appliance.resource.Target;
import cairn.appliance.store.Key;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class NamespaceReconcilerTest {

  private final Bench bench = new Bench(Map.of("namespaces", new NamespaceAdmission()));
  private final Target lab = new Target(bench.namespaces, "", "lab");

  @Test
  void aNamespaceIsBornActiveWithItsNameAsALabel() {
    var made =
        Bench.tree(
            bench
                .engine
                .create(bench.namespaces, "", body("{'metadata':{'name':'lab'}}"), WRITER)
                .document());

    assertEquals("Active", made.path("status").path("phase").asString());
    assertEquals("kubernetes", made.path("spec").path("finalizers").path(0).asString());
    assertEquals(
        "lab", made.path("metadata").path("labels").path("kubernetes.io/metadata.name").asString());
  }

  @Test
  void aDeletedNamespaceTakesNothingInAndGoesWhenItIsEmpty() {
    bench.engine.create(bench.namespaces, "", body("{'metadata':{'name':'lab'}}"), WRITER);
    bench.engine.create(bench.secrets, "lab", body("{'metadata':{'name':'s'}}"), WRITER);
    bench.engine.create(
        bench.disks, "lab", body("{'metadata':{'name':'d','finalizers':['a.io/x']}}"), WRITER);
    Target disk = new Target(bench.disks, "lab", "d");

    Removal removal = bench.engine.delete(lab, DeleteOptions.BACKGROUND);

    assertEquals(
        "Terminating",
        Bench.tree(assertInstanceOf(Removal.Held.class, removal).document())
            .path("status")
            .path("phase")
            .asString());
    Refusal refusal =
        assertThrows(
            Refusal.class,
            () ->
                bench.engine.create(
                    bench.secrets, "lab", body("{'metadata':{'name':'t'}}"), WRITER));
    assertEquals(Reason.FORBIDDEN, refusal.reason());
    assertEquals(FieldError.Cause.NAMESPACE_TERMINATING, refusal.causes().getFirst().cause());
    Resources resources = bench.engine.resources("cairn");
    try (ReconcileLoop loop =
        new ReconcileLoop(
            NamespaceReconciler.DECLARATION,
            new NamespaceReconciler(bench.kinds, resources, Clock.fixed(Bench.NOW, ZoneOffset.UTC)),
            bench.store,
            bench.reader(),
            resources)) {
      loop.start();
      Bench.await(
          "the secret is gone", () -> bench.store.get(new Key("secrets", "lab", "s")).isEmpty());
      assertTrue(bench.store.get(lab.key()).isPresent(), "gone before its content");
      Bench.await("the conditions", () -> !conditions().isEmpty());
      Bench.await("the secret is not named any more", () -> !message(3).contains("secrets"));
      assertEquals(
          List.of(
              "NamespaceDeletionDiscoveryFailure False ResourcesDiscovered",
              "NamespaceDeletionGroupVersionParsingFailure False ParsedGroupVersions",
              "NamespaceDeletionContentFailure False ContentDeleted",
              "NamespaceContentRemaining True SomeResourcesRemain",
              "NamespaceFinalizersRemaining True SomeFinalizersRemain"),
          conditions());
      assertEquals(
          "Some resources are remaining: virtualdisks.virtualization.deckhouse.io has 1 resource"
              + " instances",
          message(3));
      assertEquals(
          "Some content in the namespace has finalizers remaining: a.io/x in 1 resource instances",
          message(4));
      bench.engine.patch(
          disk,
          Patch.json(Patch.Type.MERGE, Bench.bytes("{'metadata':{'finalizers':null}}")),
          WRITER);
      Bench.await("the namespace is gone", () -> bench.store.get(lab.key()).isEmpty());
    }
    assertTrue(bench.store.get(disk.key()).isEmpty());
  }

  private List<String> conditions() {
    return lab()
        .at("/status/conditions")
        .valueStream()
        .map(each ->
            each.path("type").asString()
                + " "
                + each.path("status").asString()
                + " "
                + each.path("reason").asString())
        .toList();
  }

  private String message(int at) {
    return lab().at("/status/conditions/" + at + "/message").asString("");
  }

  private ObjectNode lab() {
    return bench.reader().get(lab.key()).orElseThrow().document();
  }

  @Test
  void theDefaultNamespaceStays() {
    Target target = new Target(bench.namespaces, "", "default");

    Refusal refusal =
        assertThrows(Refusal.class, () -> bench.engine.delete(target, DeleteOptions.BACKGROUND));

    assertEquals(
        "namespaces \"default\" is forbidden: this namespace may not be deleted",
        refusal.getMessage());
  }
}
