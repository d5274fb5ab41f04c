package cairn.appliance.ownership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.resource.Bench;
import cairn.appliance.resource.DeleteOptions;
import cairn.appliance.store.Key;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class GarbageCollectorTest {

  private final Bench bench = new Bench();
  private final Key owned = new Key("secrets", "default", "owned");
  private final GarbageCollector collector =
      new GarbageCollector(
          bench.store, bench.kinds, bench.reader(), bench.engine.resources("cairn"));

  @BeforeEach
  void start() {
    collector.start();
  }

  @AfterEach
  void stop() {
    collector.close();
  }

  @Test
  void aDependentFollowsItsOwner() {
    create(reference(bench.createDisk("root"), false));

    bench.engine.delete(bench.disk("root"), DeleteOptions.BACKGROUND);

    Bench.await("the dependent is gone", () -> bench.store.get(owned).isEmpty());
  }

  @Test
  void aDependentOfSomebodyElseOfTheSameNameIsCollected() {
    bench.createDisk("root");

    create(reference("root", "00000000-0000-0000-0000-000000000000", false));

    Bench.await("the dependent is gone", () -> bench.store.get(owned).isEmpty());
  }

  @Test
  void aDependentWithAnOwnerLeftOnlyLosesTheReference() {
    create(
        reference(bench.createDisk("root"), false)
            + ","
            + reference(bench.createDisk("other"), false));

    bench.engine.delete(bench.disk("root"), DeleteOptions.BACKGROUND);

    Bench.await("one reference is left", () -> references() == 1);
  }

  @Test
  void anOrphanedDependentStays() {
    create(reference(bench.createDisk("root"), false));

    bench.engine.delete(bench.disk("root"), options("Orphan"));

    Bench.await("the owner is gone", () -> bench.store.get(bench.disk("root").key()).isEmpty());
    assertTrue(bench.store.get(owned).isPresent());
    assertEquals(0, references());
  }

  @Test
  void anOwnerWaitsForTheDependentsThatBlockIt() {
    create(reference(bench.createDisk("root"), true), "a.io/x");

    bench.engine.delete(bench.disk("root"), options("Foreground"));

    Bench.await(
        "deletion of the dependent is asked for",
        () -> bench.reader().get(owned).orElseThrow().deleting());
    assertTrue(bench.store.get(bench.disk("root").key()).isPresent());
    bench
        .engine
        .resources("cairn")
        .amend(
            bench.reader().get(owned).orElseThrow(),
            amendable -> {
              amendable.document().withObject("/metadata").remove("finalizers");
              return amendable;
            });
    Bench.await("the owner is gone", () -> bench.store.get(bench.disk("root").key()).isEmpty());
  }

  private void create(String references) {
    create(references, "");
  }

  private void create(String references, String finalizer) {
    String finalizers = finalizer.isEmpty() ? "" : "'finalizers':['" + finalizer + "'],";
    bench.engine.create(
        bench.secrets,
        "default",
        Bench.body(
            "{'metadata':{'name':'owned',"
                + finalizers
                + "'ownerReferences':["
                + references
                + "]}}"),
        Bench.WRITER);
  }

  private static String reference(ObjectNode owner, boolean blocks) {
    return reference(
        owner.path("metadata").path("name").asString(),
        owner.path("metadata").path("uid").asString(),
        blocks);
  }

  private static String reference(String name, String uid, boolean blocks) {
    return "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualDisk','name':'"
        + name
        + "','uid':'"
        + uid
        + "','blockOwnerDeletion':"
        + blocks
        + "}";
  }

  private int references() {
    return bench
        .reader()
        .get(owned)
        .orElseThrow()
        .document()
        .path("metadata")
        .path("ownerReferences")
        .size();
  }

  private static DeleteOptions options(String policy) {
    return DeleteOptions.read(Optional.empty(), Map.of("propagationPolicy", List.of(policy)));
  }
}
