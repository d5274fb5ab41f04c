package cairn.appliance.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.resource.Bench;
import cairn.appliance.resource.Resource;
import cairn.appliance.store.ResourceStore.Selection;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class StoredEventsTest {

  private final Bench bench = new Bench();

  @Test
  void theSameEventIsCountedAndAnotherIsNot() {
    bench.createDisk("root");
    Resource disk = bench.reader().get(bench.disk("root").key()).orElseThrow();
    try (StoredEvents events =
        new StoredEvents(
            bench.engine.resources("cairn"),
            Clock.fixed(Bench.NOW, ZoneOffset.UTC),
            new Random(1))) {
      events.normal(disk, "Ready", "The disk is ready.");
      events.normal(disk, "Ready", "The disk is ready.");
      events.warning(disk, "Full", "The pool is full.");

      Bench.await("two events", () -> stored().size() == 2);
    }

    JsonNode ready =
        stored().stream()
            .map(Resource::document)
            .filter(event -> event.path("reason").asString().equals("Ready"))
            .findFirst()
            .orElseThrow();
    assertEquals(2, ready.path("count").asInt());
    assertEquals("Normal", ready.path("type").asString());
    assertEquals("root", ready.path("involvedObject").path("name").asString());
    assertEquals("2026-11-22T10:00:00Z", ready.path("lastTimestamp").asString());
  }

  @Test
  void anEventThatIsToldAgainWithAnotherNumberIsCountedAndShowsTheLast() {
    bench.createDisk("root");
    Resource disk = bench.reader().get(bench.disk("root").key()).orElseThrow();
    try (StoredEvents events =
        new StoredEvents(
            bench.engine.resources("cairn"),
            Clock.fixed(Bench.NOW, ZoneOffset.UTC),
            new Random(1))) {
      events.warning(disk, "Failed", "Process 4711 holds the file.");
      events.warning(disk, "Failed", "Process 4712 holds the file.");

      Bench.await(
          "a count of two",
          () -> stored().stream().anyMatch(event -> event.document().path("count").asInt(0) == 2));
    }

    assertEquals(1, stored().size());
    assertEquals(
        "Process 4712 holds the file.", stored().getFirst().document().path("message").asString());
  }

  @Test
  void aRestartGoesOnCounting() {
    bench.createDisk("root");
    Resource disk = bench.reader().get(bench.disk("root").key()).orElseThrow();
    for (int life = 1; life <= 3; life++) {
      int told = life;
      try (StoredEvents events = events(life)) {
        events.warning(disk, "Failed", "Process " + life + " holds the file.");
        Bench.await(
            "a count of " + told,
            () ->
                stored().stream().anyMatch(each -> each.document().path("count").asInt() == told));
      }
    }

    assertEquals(1, stored().size());
  }

  @Test
  void aLoopThatRunsHotIsNotWrittenOnAndOn() {
    bench.createDisk("root");
    bench.createDisk("other");
    Resource disk = bench.reader().get(bench.disk("root").key()).orElseThrow();
    Resource other = bench.reader().get(bench.disk("other").key()).orElseThrow();
    try (StoredEvents events = events(1)) {
      for (int i = 0; i < 10 * Allowance.AT_ONCE; i++) {
        events.warning(disk, "Failed", "The disk fails.");
      }
      events.normal(other, "Ready", "The disk is ready.");
      Bench.await("the last one", () -> stored().size() == 2);
    }

    int count =
        stored().stream()
            .map(Resource::document)
            .filter(event -> event.path("reason").asString().equals("Failed"))
            .mapToInt(event -> event.path("count").asInt())
            .sum();
    assertEquals(Allowance.AT_ONCE, count);
  }

  private StoredEvents events(long seed) {
    return new StoredEvents(
        bench.engine.resources("cairn"), Clock.fixed(Bench.NOW, ZoneOffset.UTC), new Random(seed));
  }

  private List<Resource> stored() {
    return bench.reader().list(new Selection("events", "default", ""));
  }
}
