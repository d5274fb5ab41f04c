package cairn.appliance.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.Draft;
import cairn.appliance.store.ResourceStore.HistoryExpired;
import cairn.appliance.store.ResourceStore.Listing;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.ResourceStore.Watch;
import cairn.appliance.store.ResourceStore.WatchEnded;
import cairn.appliance.store.ResourceStore.WatcherTooSlow;
import cairn.appliance.store.ResourceStore.WriteRefused;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a {@link ResourceStore} promises; every implementation extends this. */
@Timeout(60)
abstract class ResourceStoreContract {

  static final String DISKS = "virtualdisks.virtualization.deckhouse.io";
  static final String MACHINES = "virtualmachines.virtualization.deckhouse.io";
  static final Key ROOT = new Key(DISKS, "default", "root");
  static final Selection ALL_DISKS = new Selection(DISKS, "", "");
  static final Selection ALL_EVENTS = new Selection("events", "", "");

  static final Retention SMALL =
      new Retention(
          Duration.ofSeconds(75), 10, 1_000, 1 << 20, 50, 64 << 10, Duration.ofHours(1), 20);

  /** Liveness only: nothing here is meant to take this long. */
  static final Duration LONG = Duration.ofSeconds(20);

  private static final Duration AT_ONCE = Duration.ZERO;

  protected final TurnedClock clock = new TurnedClock();
  protected ResourceStore store = new MemoryResourceStore();

  protected abstract ResourceStore open(Retention retention, UptimeClock clock);

  @BeforeEach
  void open() {
    store = open(SMALL, clock);
  }

  @AfterEach
  void close() {
    store.close();
  }

  static Draft text(String text) {
    return revision -> new Content((text + "@" + revision).getBytes(UTF_8), text.getBytes(UTF_8));
  }

  static String textOf(Stored stored) {
    return new String(stored.privateDocument(), UTF_8);
  }

  static Key disk(String namespace, String name) {
    return new Key(DISKS, namespace, name);
  }

  private Stored create(Key key) {
    return store.create(key, UUID.randomUUID(), text("made"));
  }

  private WriteRefused.Why refused(Runnable write) {
    return assertThrows(WriteRefused.class, write::run).why();
  }

  private static Change taken(Watch watch) throws InterruptedException {
    return watch.next(LONG).orElseThrow(() -> new AssertionError("no change came"));
  }

  @Test
  void anEmptyStoreHasNothing() {
    assertEquals(Optional.empty(), store.get(ROOT));
    assertEquals(List.of(), store.list(ALL_DISKS).objects());
  }

  @Test
  void whatWasCreatedIsRead() {
    UUID uid = UUID.randomUUID();

    Stored made = store.create(ROOT, uid, text("first"));

    Stored read = store.get(ROOT).orElseThrow();
    assertEquals(uid, read.uid());
    assertEquals(ROOT, read.key());
    assertEquals(made.revision(), read.revision());
    assertArrayEquals(("first@" + made.revision()).getBytes(UTF_8), read.document());
    assertEquals("first", textOf(read));
    assertEquals(made.revision(), store.revision());
  }

  @Test
  void aTakenKeyIsRefused() {
    Stored made = create(ROOT);

    assertEquals(WriteRefused.Why.EXISTS, refused(() -> create(ROOT)));

    assertEquals(made, store.get(ROOT).orElseThrow());
  }

  @Test
  void replacingKeepsTheIdentityAndMovesTheRevision() {
    Stored made = create(ROOT);

    Stored replaced = store.replace(ROOT, made.revision(), text("second"));

    assertEquals(made.uid(), replaced.uid());
    assertTrue(replaced.revision().compareTo(made.revision()) > 0);
    assertEquals("second", textOf(store.get(ROOT).orElseThrow()));
  }

  @Test
  void aStaleReplaceIsRefused() {
    Stored made = create(ROOT);
    store.replace(ROOT, made.revision(), text("second"));

    assertEquals(
        WriteRefused.Why.CHANGED,
        refused(() -> store.replace(ROOT, made.revision(), text("third"))));

    assertEquals("second", textOf(store.get(ROOT).orElseThrow()));
  }

  @Test
  void aStaleDeleteIsRefused() {
    Stored made = create(ROOT);
    store.replace(ROOT, made.revision(), text("second"));

    assertEquals(
        WriteRefused.Why.CHANGED, refused(() -> store.delete(ROOT, made.revision(), text("gone"))));

    assertEquals("second", textOf(store.get(ROOT).orElseThrow()));
  }

  @Test
  void whatIsNotThereCannotBeReplacedOrDeleted() {
    Revision any = new Revision(1);

    assertEquals(WriteRefused.Why.MISSING, refused(() -> store.replace(ROOT, any, text("x"))));
    assertEquals(WriteRefused.Why.MISSING, refused(() -> store.delete(ROOT, any, text("x"))));
  }

  @Test
  void aDeletedKeyIsFreeAgainAndTheRevisionGrows() {
    Stored made = create(ROOT);

    Stored gone = store.delete(ROOT, made.revision(), text("gone"));

    assertEquals(Optional.empty(), store.get(ROOT));
    assertEquals(made.uid(), gone.uid());
    assertTrue(gone.revision().compareTo(made.revision()) > 0);
    assertEquals(gone.revision(), store.revision());
    assertTrue(create(ROOT).revision().compareTo(gone.revision()) > 0);
  }

  @Test
  void aRefusedWriteLeavesNoTrace() throws InterruptedException {
    Stored made = create(ROOT);
    Watch watch = store.watch(ALL_DISKS, made.revision());

    refused(() -> create(ROOT));
    refused(() -> store.replace(ROOT, new Revision(0), text("x")));
    refused(() -> store.delete(disk("default", "none"), made.revision(), text("x")));

    assertEquals(made.revision(), store.revision());
    assertEquals(Optional.empty(), watch.next(AT_ONCE));
  }

  @Test
  void aFailingDraftLeavesNoTrace() {
    Stored made = create(ROOT);

    assertThrows(
        ArithmeticException.class,
        () ->
            store.replace(
                ROOT,
                made.revision(),
                _ -> {
                  throw new ArithmeticException("planted");
                }));

    assertEquals(made, store.get(ROOT).orElseThrow());
    assertEquals(made.revision(), store.revision());
    assertEquals(
        "next", textOf(store.replace(ROOT, made.revision(), text("next"))), "the store goes on");
  }

  @Test
  void aListIsInKeyOrderAndOfOneResource() {
    Key zed = disk("a", "zed");
    Key abc = disk("b", "abc");
    Key clustered = disk("", "whole");
    for (Key key : List.of(abc, zed, clustered, new Key(MACHINES, "a", "vm"))) {
      create(key);
    }

    Listing listing = store.list(ALL_DISKS);

    assertEquals(List.of(clustered, zed, abc), keys(listing));
    assertEquals(store.revision(), listing.revision());
  }

  @Test
  void aListIsNarrowedByNamespaceAndName() {
    for (String namespace : List.of("a", "ab", "b")) {
      create(disk(namespace, "one"));
      create(disk(namespace, "two"));
    }

    assertEquals(
        List.of(disk("a", "one"), disk("a", "two")),
        keys(store.list(new Selection(DISKS, "a", ""))));
    assertEquals(List.of(disk("ab", "two")), keys(store.list(new Selection(DISKS, "ab", "two"))));
    assertEquals(
        List.of(disk("a", "one"), disk("ab", "one"), disk("b", "one")),
        keys(store.list(new Selection(DISKS, "", "one"))));
  }

  @Test
  void aListDoesNotChangeUnderItsReader() {
    create(ROOT);
    Listing listing = store.list(ALL_DISKS);

    create(disk("default", "data"));

    assertEquals(List.of(ROOT), keys(listing));
  }

  private static List<Key> keys(Listing listing) {
    return listing.objects().stream().map(Stored::key).toList();
  }

  @Test
  void aWatchShowsChangesInOrderWithWhatWasBefore() throws InterruptedException {
    Watch watch = store.watch(ALL_DISKS, store.revision());

    Stored made = create(ROOT);
    Stored replaced = store.replace(ROOT, made.revision(), text("second"));
    Stored gone = store.delete(ROOT, replaced.revision(), text("gone"));

    assertEquals(new Change(Change.Type.ADDED, Optional.empty(), made), taken(watch));
    assertEquals(new Change(Change.Type.MODIFIED, Optional.of(made), replaced), taken(watch));
    assertEquals(new Change(Change.Type.DELETED, Optional.of(replaced), gone), taken(watch));
    assertEquals(Optional.empty(), watch.next(AT_ONCE));
  }

  @Test
  void aWatchFromTheOpeningRevisionIsValid() throws InterruptedException {
    Revision opened = store.revision();
    Stored made = create(ROOT);

    assertEquals(made, taken(store.watch(ALL_DISKS, opened)).now());
  }

  @Test
  void aWatchFromAnOldRevisionShowsWhatWasMissed() throws InterruptedException {
    Stored first = create(disk("default", "first"));
    Stored second = create(disk("default", "second"));

    Watch watch = store.watch(ALL_DISKS, first.revision());
    Stored third = create(disk("default", "third"));

    assertEquals(second, taken(watch).now());
    assertEquals(third, taken(watch).now());
  }

  @Test
  void aWatchSeesItsSelectionOnly() throws InterruptedException {
    Revision start = store.revision();
    Watch namespace = store.watch(new Selection(DISKS, "a", ""), start);
    Watch name = store.watch(new Selection(DISKS, "a", "two"), start);
    create(new Key(MACHINES, "a", "two"));
    create(disk("b", "two"));
    Stored one = create(disk("a", "one"));
    Stored two = create(disk("a", "two"));

    assertEquals(one, taken(namespace).now());
    assertEquals(two, taken(namespace).now());
    assertEquals(two, taken(name).now());
    assertEquals(Optional.empty(), name.next(AT_ONCE));
  }

  @Test
  void aBookmarkIsAheadOfChangesOfOthersButNotOfItsOwn() throws InterruptedException {
    Revision start = store.revision();
    Watch watch = store.watch(ALL_DISKS, start);
    assertEquals(start, watch.seen());

    Stored machine = create(new Key(MACHINES, "a", "vm"));
    assertEquals(machine.revision(), watch.seen());

    Stored first = create(disk("a", "first"));
    create(disk("a", "second"));
    assertTrue(watch.seen().compareTo(first.revision()) < 0);
    taken(watch);
    assertEquals(first.revision(), watch.seen());
    taken(watch);
    assertEquals(store.revision(), watch.seen());
  }

  @Test
  void aRevisionInTheFutureIsNotWatched() {
    Revision future = new Revision(store.revision().value() + 1);

    assertThrows(IllegalArgumentException.class, () -> store.watch(ALL_DISKS, future));
  }

  @Test
  void forgottenHistoryIsRefused() {
    Revision opened = store.revision();
    fill("old", 11);
    clock.turn(Duration.ofSeconds(76));
    create(ROOT);

    HistoryExpired expired =
        assertThrows(HistoryExpired.class, () -> store.watch(ALL_DISKS, opened));

    assertTrue(expired.toString().contains("list again"), expired.toString());
    store.watch(ALL_DISKS, store.list(ALL_DISKS).revision()).close();
  }

  @Test
  void youngHistoryIsRememberedBeyondTheLeastCount() throws InterruptedException {
    Revision opened = store.revision();
    fill("young", 40);
    clock.turn(Duration.ofSeconds(74));
    create(ROOT);

    assertEquals("young-0", taken(store.watch(ALL_DISKS, opened)).now().key().name());
  }

  @Test
  void theNewestChangesAreRememberedWhateverTheirAge() throws InterruptedException {
    Revision opened = store.revision();
    fill("old", 10);
    clock.turn(Duration.ofDays(1));

    assertEquals("old-0", taken(store.watch(ALL_DISKS, opened)).now().key().name());
  }

  private void fill(String name, int count) {
    for (int i = 0; i < count; i++) {
      create(disk("default", name + "-" + i));
    }
  }

  @Test
  void aSlowWatcherIsCutOffAndTheOthersGoOn() throws InterruptedException {
    Watch slow = store.watch(ALL_DISKS, store.revision());
    Watch quick = store.watch(ALL_DISKS, store.revision());

    for (int i = 0; i <= SMALL.watcherBacklog(); i++) {
      create(disk("default", "d" + i));
      assertEquals("d" + i, taken(quick).now().key().name());
    }

    WatcherTooSlow cut = assertThrows(WatcherTooSlow.class, () -> slow.next(AT_ONCE));
    assertTrue(cut.toString().contains(DISKS), cut.toString());
    assertThrows(WatcherTooSlow.class, () -> slow.next(AT_ONCE), "and stays cut off");
  }

  @Test
  void aWatcherOfLargeObjectsIsCutOffBeforeItHoldsThemAll() throws InterruptedException {
    Watch slow = store.watch(ALL_DISKS, store.revision());
    byte[] large = new byte[40 << 10];

    for (int i = 0; i < 4; i++) {
      store.create(
          disk("default", "large" + i), UUID.randomUUID(), _ -> new Content(large, new byte[0]));
    }

    assertThrows(WatcherTooSlow.class, () -> slow.next(AT_ONCE));
  }

  @Test
  void aClosedWatchEndsItsTaker() throws Exception {
    Watch watch = store.watch(ALL_DISKS, store.revision());
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Optional<Change>> waiting = threads.submit(() -> watch.next(LONG));

      watch.close();

      Exception ended = assertThrows(Exception.class, waiting::get);
      assertTrue(ended.getCause() instanceof WatchEnded, String.valueOf(ended.getCause()));
    }
    create(ROOT);
  }

  @Test
  void closingTheStoreEndsItsWatches() {
    Watch watch = store.watch(ALL_DISKS, store.revision());

    store.close();

    assertThrows(WatchEnded.class, () -> watch.next(LONG));
    assertThrows(IllegalStateException.class, () -> create(ROOT));
  }

  @Test
  void concurrentWritersOfOneObjectLoseNoUpdate() throws Exception {
    create(ROOT);
    int writers = 8;
    int each = 25;
    Callable<Void> increments =
        () -> {
          for (int i = 0; i < each; i++) {
            incrementOnce();
          }
          return null;
        };

    inParallel(writers, increments);

    String total = textOf(store.get(ROOT).orElseThrow());
    assertEquals("made" + "+".repeat(writers * each), total);
  }

  private void incrementOnce() {
    while (true) {
      Stored current = store.get(ROOT).orElseThrow();
      try {
        store.replace(ROOT, current.revision(), text(textOf(current) + "+"));
        return;
      } catch (WriteRefused refused) {
        assertEquals(WriteRefused.Why.CHANGED, refused.why());
      }
    }
  }

  @Test
  void listThenWatchLosesNothingWhileOthersWrite() throws Exception {
    store.close();
    store = open(Retention.STANDARD, clock);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        String namespace = "w" + writer;
        writers.add(threads.submit(() -> churn(namespace, 100)));
      }
      List<Map<Key, Stored>> replicas = new ArrayList<>();
      List<Watch> watches = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        Listing listing = store.list(ALL_DISKS);
        Map<Key, Stored> replica = new HashMap<>();
        listing.objects().forEach(object -> replica.put(object.key(), object));
        replicas.add(replica);
        watches.add(store.watch(ALL_DISKS, listing.revision()));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
      Map<Key, Stored> truth = new HashMap<>();
      store.list(ALL_DISKS).objects().forEach(object -> truth.put(object.key(), object));
      for (int i = 0; i < replicas.size(); i++) {
        follow(watches.get(i), replicas.get(i));
        assertEquals(truth, replicas.get(i));
      }
    }
  }

  private void churn(String namespace, int rounds) {
    for (int i = 0; i < rounds; i++) {
      Key key = disk(namespace, "d" + i);
      Stored made = create(key);
      Stored replaced = store.replace(key, made.revision(), text("second"));
      if (i % 2 == 0) {
        store.delete(key, replaced.revision(), text("gone"));
      }
    }
  }

  /** Applies all changes, insisting on rising revisions and on a fitting before. */
  private void follow(Watch watch, Map<Key, Stored> replica) throws InterruptedException {
    Revision last = watch.seen().compareTo(store.revision()) < 0 ? new Revision(0) : watch.seen();
    while (watch.seen().compareTo(store.revision()) < 0) {
      Change change = taken(watch);
      assertTrue(change.now().revision().compareTo(last) > 0, "revisions rise");
      last = change.now().revision();
      assertEquals(
          Optional.ofNullable(replica.get(change.now().key())), change.before(), "no gap before");
      if (change.type() == Change.Type.DELETED) {
        replica.remove(change.now().key());
      } else {
        replica.put(change.now().key(), change.now());
      }
    }
  }

  static void inParallel(int threads, Callable<Void> task) throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Void>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        running.add(executor.submit(task));
      }
      for (Future<Void> future : running) {
        future.get();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void randomWritesEndWhereAPlainMapEnds(long seed) {
    Random random = new Random(seed);
    Map<Key, String> model = new TreeMap<>();
    for (int step = 0; step < 400; step++) {
      Key key = disk("n" + random.nextInt(3), "d" + random.nextInt(8));
      randomWrite(random, key, "s" + step, model);
    }

    Map<Key, String> stored = new TreeMap<>();
    store.list(ALL_DISKS).objects().forEach(object -> stored.put(object.key(), textOf(object)));
    assertEquals(model, stored);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aListOfTheRecentPastIsWhatItWasThen(long seed) {
    Random random = new Random(seed);
    Selection one = new Selection(DISKS, "n1", "");
    List<Listing> all = new ArrayList<>();
    List<Listing> some = new ArrayList<>();
    for (int step = 0; step < 100; step++) {
      all.add(store.list(ALL_DISKS));
      some.add(store.list(one));
      randomWrite(random, disk("n" + random.nextInt(3), "d" + random.nextInt(4)), "s" + step);
    }

    for (Listing was : all) {
      assertEquals(was, store.list(ALL_DISKS, was.revision()));
    }
    for (Listing was : some) {
      assertEquals(was, store.list(one, was.revision()));
    }
  }

  private void randomWrite(Random random, Key key, String text) {
    Optional<Stored> present = store.get(key);
    if (present.isEmpty()) {
      store.create(key, UUID.randomUUID(), text(text));
    } else if (random.nextBoolean()) {
      store.replace(key, present.get().revision(), text(text));
    } else {
      store.delete(key, present.get().revision(), text("gone"));
    }
  }

  @Test
  void aListOfAForgottenOrFutureRevisionIsRefused() {
    Revision opened = store.revision();
    fill("old", 11);
    clock.turn(Duration.ofSeconds(76));
    create(ROOT);
    Revision future = new Revision(store.revision().value() + 1);

    assertThrows(HistoryExpired.class, () -> store.list(ALL_DISKS, opened));
    assertThrows(IllegalArgumentException.class, () -> store.list(ALL_DISKS, future));
  }

  private void randomWrite(Random random, Key key, String text, Map<Key, String> model) {
    Revision current = store.get(key).map(Stored::revision).orElse(new Revision(0));
    Revision expected = random.nextInt(5) == 0 ? new Revision(1_000_000_000) : current;
    boolean holds = model.containsKey(key) && expected.equals(current);
    try {
      switch (random.nextInt(3)) {
        case 0 -> {
          store.create(key, UUID.randomUUID(), text(text));
          assertFalse(model.containsKey(key));
          model.put(key, text);
        }
        case 1 -> {
          store.replace(key, expected, text(text));
          assertTrue(holds);
          model.put(key, text);
        }
        default -> {
          store.delete(key, expected, text("gone"));
          assertTrue(holds);
          model.remove(key);
        }
      }
    } catch (WriteRefused refused) {
      WriteRefused.Why why =
          model.containsKey(key)
              ? refused.why() == WriteRefused.Why.EXISTS
                  ? WriteRefused.Why.EXISTS
                  : WriteRefused.Why.CHANGED
              : WriteRefused.Why.MISSING;
      assertEquals(why, refused.why());
    }
  }

  @Test
  void theHistoryIsBoundedByBytesToo() {
    Revision start = store.revision();
    String large = "x".repeat(20_000);
    Stored current = store.create(ROOT, UUID.randomUUID(), text(large));
    store.watch(ALL_DISKS, start).close();
    for (int i = 0; i < 30; i++) {
      current = store.replace(ROOT, current.revision(), text(large));
    }

    assertThrows(HistoryExpired.class, () -> store.watch(ALL_DISKS, start));
    store.watch(ALL_DISKS, new Revision(current.revision().value() - 5)).close();
  }

  private Stored event(String name) {
    return store.create(new Key("events", "default", name), UUID.randomUUID(), text(name));
  }

  @Test
  void eventsShareTheOneHistory() throws InterruptedException {
    Revision start = store.revision();
    Watch watch = store.watch(ALL_EVENTS, start);

    Stored made = create(ROOT);
    Stored event = event("started");
    Stored again = store.replace(event.key(), event.revision(), text("again"));

    assertTrue(event.revision().compareTo(made.revision()) > 0);
    assertEquals(event, taken(watch).now());
    assertEquals(again, taken(watch).now());
    assertEquals(again, store.get(event.key()).orElseThrow());
  }

  @Test
  void eventsExpireAnHourAfterTheirLastWrite() throws InterruptedException {
    Stored quiet = event("quiet");
    Stored repeated = event("repeated");
    clock.turn(Duration.ofMinutes(50));
    store.replace(repeated.key(), repeated.revision(), text("again"));
    Watch watch = store.watch(ALL_EVENTS, store.revision());
    clock.turn(Duration.ofMinutes(11));
    create(ROOT);

    Change expired = taken(watch);

    assertEquals(Change.Type.DELETED, expired.type());
    assertEquals(quiet.key(), expired.now().key());
    assertTrue(expired.now().revision().compareTo(quiet.revision()) > 0);
    assertEquals(List.of(repeated.key()), keys(store.list(ALL_EVENTS)));
  }

  @Test
  void theOldestEventsGoWhenThereAreTooMany() throws InterruptedException {
    for (int i = 0; i < SMALL.shortLivedMost(); i++) {
      event("e" + i);
    }
    Watch watch = store.watch(ALL_EVENTS, store.revision());

    event("surplus");

    assertEquals("surplus", taken(watch).now().key().name());
    Change gone = taken(watch);
    assertEquals(Change.Type.DELETED, gone.type());
    assertEquals("e0", gone.now().key().name());
    assertEquals(SMALL.shortLivedMost(), store.list(ALL_EVENTS).objects().size());
  }
}
