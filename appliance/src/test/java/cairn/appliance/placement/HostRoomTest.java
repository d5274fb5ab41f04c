package cairn.appliance.placement;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.store.Key;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

class HostRoomTest {

  private static final long MIB = 1L << 20;
  private static final NodeView NODE = new NodeView("one", Map.of(), List.of());

  private final List<String> woken = new ArrayList<>();

  @Test
  void whoDoesNotFitIsToldTheNumbersAndWhoHasThem() {
    HostRoom room = room(4000, 1000);
    ask(room, "ns/a", 1, 400, 0);
    ask(room, "far/b", 1, 300, 1);

    String why = ask(room, "ns/c", 1, 400, 2).orElse("");

    assertEquals(
        "Could not schedule: node one has not enough memory: asked 400Mi and 100Mi to run it,"
            + " free 100Mi of 1000Mi, held by a 500Mi, namespace far 400Mi.",
        why);
    assertEquals("", ask(room, "ns/small", 1, 0, 3).orElse(""));
  }

  @Test
  void coresAreCountedByTheirGuarantee() {
    HostRoom room = room(1000, 10_000);
    assertTrue(room.ask(machine("ns/a", new Size(2, 40, MIB, 0)), NODE, at(0)).isEmpty());

    String why = room.ask(machine("ns/b", new Size(4, 10, MIB, 0)), NODE, at(1)).orElse("");

    assertEquals(
        "Could not schedule: node one has not enough CPU: asked 0.4 (cores 4 at 10%), free 0.2 of"
            + " 1 cores, held by a 0.8.",
        why);
  }

  @Test
  void whatCanNeverFitIsToldSo() {
    String why = ask(room(1000, 100), "ns/a", 1, 400, 0).orElse("");

    assertTrue(why.contains("it can never start here: memory.size 400Mi and 100Mi"), why);
  }

  @Test
  void whoAskedFirstComesFirstAndWhoFitsDoesNotWaitForTheLarge() {
    HostRoom room = room(8000, 1000);
    ask(room, "ns/a", 1, 800, 0);
    ask(room, "ns/large", 1, 900, 1);
    ask(room, "ns/first", 1, 400, 2);
    ask(room, "ns/second", 1, 400, 3);

    room.leave(uid("ns/a"));

    assertEquals(List.of("large", "first", "second"), woken);
    assertTrue(ask(room, "ns/second", 1, 400, 3).orElse("").contains("held by large 1000Mi"));
    assertEquals("", ask(room, "ns/large", 1, 900, 1).orElse(""));
    room.leave(uid("ns/large"));
    // In whatever order they come: the earlier request has its part.
    assertEquals("", ask(room, "ns/second", 1, 400, 3).orElse(""));
    assertEquals("", ask(room, "ns/first", 1, 400, 2).orElse(""));
    assertEquals(2, room.usage().machines());
    assertEquals(1000 * MIB, room.usage().bytes());
  }

  @Test
  void whoGivesUpMakesWayForTheNext() {
    HostRoom room = room(8000, 600);
    ask(room, "ns/a", 1, 500, 0);
    ask(room, "ns/first", 1, 500, 1);
    room.leave(uid("ns/a"));
    assertTrue(ask(room, "ns/second", 1, 500, 2).isPresent());
    woken.clear();

    room.leave(uid("ns/first"));

    assertEquals(List.of("second"), woken);
    assertEquals("", ask(room, "ns/second", 1, 500, 2).orElse(""));
  }

  @Test
  void whatRunsHasItsPlaceWhateverTheBudgetSays() {
    HostRoom room = room(100, 10);
    room.occupy(machine("ns/a", new Size(4, 100, 100 * MIB, 0)));

    assertEquals(4000, room.usage().thousandths());
    assertTrue(ask(room, "ns/b", 1, 1, 0).orElse("").contains("free 0B of 10Mi"));
  }

  @Test
  void whoHasAPlaceKeepsItWhenItAsksAgain() {
    HostRoom room = room(8000, 600);
    assertEquals("", ask(room, "ns/a", 1, 500, 0).orElse(""));
    assertEquals("", ask(room, "ns/a", 1, 500, 5).orElse(""));
    assertTrue(ask(room, "ns/a", 1, 501, 6).isPresent());
    assertEquals(0, room.usage().machines());
  }

  @Test
  void ofManyAtOnceNoMoreGetAPlaceThanThereAre() throws Exception {
    HostRoom room = new HostRoom(new Budget(64_000, 1000 * MIB), _ -> Map.of(), _ -> {});
    List<Callable<Boolean>> asking = new ArrayList<>();
    for (int at = 0; at < 200; at++) {
      String name = "ns/m" + at;
      asking.add(() -> ask(room, name, 1, 0, 0).isEmpty());
    }

    int placed = 0;
    try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
      for (Future<Boolean> each : threads.invokeAll(asking)) {
        placed += each.get() ? 1 : 0;
      }
    }

    assertEquals(10, placed);
    assertEquals(1000 * MIB, room.usage().bytes());
  }

  @Test
  void companyIsWokenWhenSomebodyComes() {
    HostRoom room = room(8000, 10_000);
    String spec =
        """
        {"affinity":{"virtualMachineAndPodAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":
        [{"labelSelector":{"matchLabels":{"app":"db"}},"topologyKey":"host"}]}}}
        """;
    Wishes wishes =
        Wishes.read(
            JsonMapper.shared().readTree(spec), JsonMapper.shared().readTree("{}"), "ns", Map.of());
    NodeView node = new NodeView("one", Map.of("host", "one"), List.of());
    Occupant friend =
        new Occupant(
            uid("ns/friend"), key("ns/friend"), Map.of(), wishes, new Size(1, 100, MIB, 0));
    assertTrue(room.ask(friend, node, at(0)).orElse("").contains("none runs on node one"));

    Occupant db =
        new Occupant(
            uid("ns/db"),
            key("ns/db"),
            Map.of("app", "db"),
            machine("ns/db", new Size(1, 100, MIB, 0)).wishes(),
            new Size(1, 100, MIB, 0));
    assertEquals("", room.ask(db, node, at(1)).orElse(""));

    assertEquals(List.of("friend"), woken);
    assertEquals("", room.ask(friend, node, at(0)).orElse(""));
  }

  @ParameterizedTest
  @CsvSource({
    "4, 0, 1, 8, 1, 1, 4000, 7",
    "4, 500, 1, 8, 1, 1, 3500, 7",
    "4, 1000, 2.5, 8, 2, 1.5, 7500, 9",
    "1, 2000, 1, 1, 2, 1, 0, 0"
  })
  void theBudgetIsWhatTheHostDoesNotKeep(
      int cores,
      long reserved,
      BigDecimal cpuRatio,
      long memory,
      long memoryReserved,
      BigDecimal memoryRatio,
      long thousandths,
      long bytes) {
    assertEquals(
        new Budget(thousandths, bytes),
        Budget.of(cores, reserved, cpuRatio, memory, memoryReserved, memoryRatio));
  }

  private HostRoom room(long thousandths, long mebibytes) {
    return new HostRoom(
        new Budget(thousandths, mebibytes * MIB), _ -> Map.of(), key -> woken.add(key.name()));
  }

  /** With 100 MiB that running it takes. */
  private static Optional<String> ask(
      HostRoom room, String name, int cores, long mebibytes, int time) {
    return room.ask(
        machine(name, new Size(cores, 100, mebibytes * MIB, 100 * MIB)), NODE, at(time));
  }

  private static Occupant machine(String name, Size size) {
    Wishes none =
        Wishes.read(
            JsonMapper.shared().readTree("{}"), JsonMapper.shared().readTree("{}"), "", Map.of());
    return new Occupant(uid(name), key(name), Map.of(), none, size);
  }

  private static UUID uid(String name) {
    return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8));
  }

  private static Key key(String name) {
    int slash = name.indexOf('/');
    return new Key("virtualmachines", name.substring(0, slash), name.substring(slash + 1));
  }

  private static Instant at(int second) {
    return Instant.ofEpochSecond(1_800_000_000L + second);
  }
}
