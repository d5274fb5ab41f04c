package cairn.appliance.resource;

import static cairn.appliance.resource.Bench.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.schema.Kind;
import cairn.appliance.store.MemoryResourceStore;
import cairn.appliance.store.Retention;
import cairn.appliance.store.Revision;
import cairn.appliance.store.UptimeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ResourceWatchTest {

  private static final Duration NOW = Duration.ofMillis(200);

  private final Bench bench = new Bench();

  @Test
  void withoutARevisionWhatIsThereComesFirst() throws Exception {
    bench.createDisk("a");
    bench.createDisk("b");
    try (ResourceWatch watch = watch(Map.of())) {
      bench.patchDisk("a", "{'spec':{'x':1}}");
      bench.engine.delete(bench.disk("b"), DeleteOptions.BACKGROUND);

      assertEquals(List.of("ADDED a", "ADDED b", "MODIFIED a", "DELETED b"), taken(watch));
    }
  }

  @Test
  void aRevisionIsWhereTheWatchGoesOn() throws Exception {
    bench.createDisk("a");
    Revision revision = bench.store.revision();
    bench.createDisk("b");
    try (ResourceWatch watch = watch(Map.of("resourceVersion", List.of(revision.toString())))) {
      assertEquals(List.of("ADDED b"), taken(watch));
    }
  }

  @Test
  void whatLeavesTheSelectorIsDeletedAndWhatEntersIsAdded() throws Exception {
    bench.createDisk("a");
    bench.createDisk("b");
    bench.patchDisk("a", "{'metadata':{'labels':{'tier':'front'}}}");
    try (ResourceWatch watch = watch(Map.of("labelSelector", List.of("tier=front")))) {
      bench.patchDisk("b", "{'metadata':{'labels':{'tier':'front'}}}");
      bench.patchDisk("a", "{'metadata':{'labels':{'tier':'back'}}}");
      Revision left = bench.store.revision();
      bench.patchDisk("a", "{'spec':{'x':1}}");

      List<ResourceWatch.Event> events = all(watch);

      assertEquals(
          List.of("ADDED a", "ADDED b", "DELETED a"),
          events.stream().map(ResourceWatchTest::shown).toList());
      var last = tree(events.getLast().object()).path("metadata");
      assertEquals("front", last.path("labels").path("tier").asString());
      assertEquals(left.toString(), last.path("resourceVersion").asString());
    }
  }

  @Test
  void whatExpiresIsDeletedAtTheRevisionOfItsEnd() throws Exception {
    Retention oneEvent =
        new Retention(
            Duration.ofSeconds(75), 10, 1_000, 1 << 20, 50, 64 << 10, Duration.ofHours(1), 1);
    Bench forgetful = new Bench(Map.of(), new MemoryResourceStore(oneEvent, UptimeClock.system()));
    Kind events = forgetful.kind("v1", "Event");
    try (ResourceWatch watch =
        forgetful.engine.watch(events, "default", WatchOptions.read(Map.of()))) {
      for (String name : List.of("first", "second")) {
        forgetful.engine.create(
            events, "default", Bench.body("{'metadata':{'name':'" + name + "'}}"), Bench.WRITER);
      }

      List<ResourceWatch.Event> seen = all(watch);

      assertEquals(
          List.of("ADDED first", "ADDED second", "DELETED first"),
          seen.stream().map(ResourceWatchTest::shown).toList());
      assertEquals(
          forgetful.store.revision().toString(),
          tree(seen.getLast().object()).path("metadata").path("resourceVersion").asString());
    }
  }

  @Test
  void aWatchListEndsItsBeginningWithABookmark() throws Exception {
    bench.createDisk("a");
    Map<String, List<String>> query =
        Map.of(
            "sendInitialEvents", List.of("true"),
            "resourceVersionMatch", List.of("NotOlderThan"),
            "allowWatchBookmarks", List.of("true"));
    try (ResourceWatch watch = watch(query)) {
      List<ResourceWatch.Event> events = all(watch);

      assertEquals(
          List.of("ADDED a", "BOOKMARK "), events.stream().map(ResourceWatchTest::shown).toList());
      var metadata = tree(events.getLast().object()).path("metadata");
      assertEquals(
          "true", metadata.path("annotations").path("k8s.io/initial-events-end").asString());
      assertEquals(bench.store.revision().toString(), metadata.path("resourceVersion").asString());
    }
  }

  @Test
  void oneObjectIsWatchedByItsName() throws Exception {
    bench.createDisk("a");
    bench.createDisk("b");
    try (ResourceWatch watch =
        watch(
            Map.of("fieldSelector", List.of("metadata.name=b"), "resourceVersion", List.of("0")))) {
      bench.patchDisk("a", "{'spec':{'x':1}}");
      bench.patchDisk("b", "{'spec':{'x':1}}");

      assertEquals(List.of("ADDED b", "MODIFIED b"), taken(watch));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "sendInitialEvents, true, INVALID",
    "resourceVersionMatch, NotOlderThan, INVALID",
    "resourceVersion, 999999, EXPIRED",
    "fieldSelector, spec.a=b, BAD_REQUEST",
  })
  void aWatchThatCannotBeIsRefused(String parameter, String value, Reason reason) {
    Refusal refusal =
        assertThrows(Refusal.class, () -> watch(Map.of(parameter, List.of(value))).close());

    assertEquals(reason, refusal.reason());
  }

  private ResourceWatch watch(Map<String, List<String>> query) {
    return bench.engine.watch(bench.disks, "default", WatchOptions.read(query));
  }

  private static List<String> taken(ResourceWatch watch) throws InterruptedException {
    return all(watch).stream().map(ResourceWatchTest::shown).toList();
  }

  private static List<ResourceWatch.Event> all(ResourceWatch watch) throws InterruptedException {
    List<ResourceWatch.Event> events = new ArrayList<>();
    for (var next = watch.next(NOW); next.isPresent(); next = watch.next(NOW)) {
      events.add(next.get());
    }
    return events;
  }

  private static String shown(ResourceWatch.Event event) {
    return event.type() + " " + tree(event.object()).path("metadata").path("name").asString("");
  }
}
