package cairn.appliance.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.HistoryExpired;
import cairn.appliance.store.ResourceStore.WriteRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2ResourceStoreTest extends ResourceStoreContract {

  private static final StoreLimits TINY = new StoreLimits(256 * 1024, 0, 0, 0);

  @TempDir Path temporary = Path.of("");
  private final AtomicInteger opened = new AtomicInteger();

  @Override
  protected ResourceStore open(Retention retention, UptimeClock clock) {
    return H2ResourceStore.open(
        temporary.resolve("store-" + opened.incrementAndGet()), TINY, retention, clock);
  }

  private Path directory() {
    return temporary.resolve("store-1");
  }

  private Path file() {
    return directory().resolve("objects.mv.db");
  }

  private void reopen() {
    store.close();
    store = openAt(directory());
  }

  private H2ResourceStore openAt(Path path) {
    return H2ResourceStore.open(path, TINY, SMALL, clock);
  }

  private Stored made(Key key, String text) {
    return store.create(key, UUID.randomUUID(), text(text));
  }

  /** What a crash right now would leave: the files as they are, without the lock. */
  private Path crash(String name) throws IOException {
    Path copy = Files.createDirectory(temporary.resolve(name));
    try (Stream<Path> files = Files.list(directory())) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  private static void assertSame(Stored expected, Stored found) {
    assertEquals(expected.key(), found.key());
    assertEquals(expected.uid(), found.uid());
    assertEquals(expected.revision(), found.revision());
    assertArrayEquals(expected.document(), found.document());
    assertArrayEquals(expected.privateDocument(), found.privateDocument());
  }

  @Test
  void everythingIsThereAfterReopening() {
    Stored root = made(ROOT, "root");
    Stored data = made(disk("default", "data"), "first");
    Stored replaced = store.replace(data.key(), data.revision(), text("second"));
    Stored gone = made(disk("default", "gone"), "gone");
    store.delete(gone.key(), gone.revision(), text("gone"));

    reopen();

    assertEquals(2, store.list(ALL_DISKS).objects().size());
    assertSame(root, store.get(ROOT).orElseThrow());
    assertSame(replaced, store.get(data.key()).orElseThrow());
  }

  @Test
  void theRevisionNeverGoesBackEvenIfTheNewestObjectIsGone() {
    Stored made = made(ROOT, "root");
    Stored gone = store.delete(ROOT, made.revision(), text("gone"));

    reopen();
    assertEquals(gone.revision(), store.revision());

    reopen();
    assertTrue(made(ROOT, "again").revision().compareTo(gone.revision()) > 0);
  }

  @Test
  void anAcknowledgedWriteOutlivesACrash() throws IOException {
    Stored root = made(ROOT, "root");

    try (ResourceStore after = openAt(crash("crashed"))) {
      assertSame(root, after.get(ROOT).orElseThrow());
      assertTrue(after.revision().compareTo(store.revision()) >= 0);
    }
  }

  @Test
  void noShownRevisionIsGivenOutAgainAfterACrashThatLostEvents() throws IOException {
    made(ROOT, "root");
    for (int i = 0; i < 5; i++) {
      made(new Key("events", "default", "e" + i), "lost");
    }
    Revision shown = store.revision();

    try (ResourceStore after = openAt(crash("crashed"))) {
      assertTrue(after.revision().compareTo(shown) >= 0, after.revision() + " after " + shown);
      assertEquals(List.of(), after.list(ALL_EVENTS).objects());
    }
  }

  @Test
  void watchesGoOnFromTheRevisionOfTheReopenedStoreOnly() {
    Stored made = made(ROOT, "root");
    store.delete(ROOT, made.revision(), text("gone"));

    reopen();

    store.watch(ALL_DISKS, store.revision()).close();
    assertThrows(HistoryExpired.class, () -> store.watch(ALL_DISKS, made.revision()));
  }

  @Test
  void eventsSurviveACleanEndAndKeepTheirAge() {
    made(new Key("events", "default", "old"), "old");
    clock.turn(Duration.ofMinutes(40));
    made(new Key("events", "default", "young"), "young");

    reopen();
    assertEquals(2, store.list(ALL_EVENTS).objects().size());
    clock.turn(Duration.ofMinutes(21));
    made(ROOT, "wakes the committer");
    made(disk("default", "data"), "waits for the expiry");

    assertEquals(
        List.of("young"),
        store.list(ALL_EVENTS).objects().stream().map(Stored::key).map(Key::name).toList());
  }

  @Test
  void eventsCauseNoSync() {
    made(ROOT, "reserves revisions");
    long before = figures().syncs();

    for (int i = 0; i < 10; i++) {
      made(new Key("events", "default", "e" + i), "event");
    }

    assertEquals(before, figures().syncs());
  }

  private StoreFigures figures() {
    return ((H2ResourceStore) store).figures();
  }

  @Test
  void aFreshFileIsBegunAndNothingIsLost() throws Exception {
    Map<Key, Stored> expected = new HashMap<>();
    for (int round = 0; round < 40; round++) {
      for (int i = 0; i < 5; i++) {
        Key key = disk("default", "d" + i);
        Stored before = expected.get(key);
        byte[] document = new byte[4_000];
        Stored now =
            before == null
                ? store.create(key, UUID.randomUUID(), _ -> new Content(document, document))
                : store.replace(key, before.revision(), _ -> new Content(document, document));
        expected.put(key, now);
      }
    }
    made(new Key("events", "default", "event"), "event");

    assertTrue(figures().rotations() >= 3, figures().toString());
    assertTrue(Files.size(file()) < 2 * TINY.rotateAt(), figures().toString());
    try (ResourceStore crashed = openAt(crash("crashed"))) {
      expected.forEach((key, stored) -> assertSame(stored, crashed.get(key).orElseThrow()));
    }
    reopen();
    expected.forEach((key, stored) -> assertSame(stored, store.get(key).orElseThrow()));
    assertEquals(1, store.list(ALL_EVENTS).objects().size());
  }

  @Test
  void aFreshFileThatCannotBeMadeIsTriedAgainAndTheOldOneGoesOn() throws Exception {
    Path obstacle = Files.createDirectory(directory().resolve("objects.new.mv.db"));
    Files.createFile(obstacle.resolve("in-the-way"));
    Stored current = made(ROOT, "x".repeat(4_000));
    while (figures().fileSize() < 2 * TINY.rotateAt()) {
      current = store.replace(ROOT, current.revision(), text("x".repeat(4_000)));
    }
    assertEquals(0, figures().rotations());

    Files.delete(obstacle.resolve("in-the-way"));
    Files.delete(obstacle);
    while (figures().rotations() == 0) {
      current = store.replace(ROOT, current.revision(), text("x".repeat(4_000)));
    }

    reopen();
    assertSame(current, store.get(ROOT).orElseThrow());
  }

  @Test
  void anUnfinishedFreshFileIsNotTheStore() throws IOException {
    Stored root = made(ROOT, "root");
    store.close();
    Files.writeString(directory().resolve("objects.new.mv.db"), "half made");

    store = openAt(directory());

    assertSame(root, store.get(ROOT).orElseThrow());
  }

  @Test
  void aLargeDocumentIsKept() {
    byte[] large = "m".repeat(3 * 1024 * 1024).getBytes(UTF_8);
    store.create(ROOT, UUID.randomUUID(), _ -> new Content(large, new byte[0]));

    reopen();

    assertArrayEquals(large, store.get(ROOT).orElseThrow().document());
  }

  @Test
  void onAFullDiskNothingIsMadeButDeletingGoesOn() {
    Stored root = made(ROOT, "root");
    store.close();
    store =
        H2ResourceStore.open(
            directory(), new StoreLimits(1 << 20, Long.MAX_VALUE, 0, 0), SMALL, clock);

    WriteRefused refused =
        assertThrows(WriteRefused.class, () -> made(disk("default", "data"), "data"));

    assertEquals(WriteRefused.Why.STORE_FULL, refused.why());
    assertTrue(refused.toString().contains("make room"), refused.toString());
    assertSame(root, store.get(ROOT).orElseThrow());
    store.delete(ROOT, root.revision(), text("gone"));
  }

  @Test
  void itSaysWhetherItTakesWrites() {
    H2ResourceStore open = (H2ResourceStore) store;
    assertEquals(new Writability.Open(), open.writability());

    store.close();
    assertInstanceOf(Writability.Ended.class, open.writability());

    H2ResourceStore full =
        H2ResourceStore.open(
            directory(), new StoreLimits(1 << 20, Long.MAX_VALUE, 0, 0), SMALL, clock);
    store = full;
    Writability.Full why = assertInstanceOf(Writability.Full.class, full.writability());
    assertTrue(why.why().contains("make room"), why.why());
  }

  @Test
  void onlyTheOwnerMayLook() throws IOException {
    made(ROOT, "root");

    assertEquals("rwx------", permissions(directory()));
    assertEquals("rw-------", permissions(file()));
    assertEquals("rw-------", permissions(directory().resolve("lock")));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void aSecondHolderIsRefused() {
    StoreUnusable refused = assertThrows(StoreUnusable.class, () -> openAt(directory()));

    assertTrue(refused.toString().contains("in use by another process"), refused.toString());
    assertTrue(refused.toString().contains(directory().toString()), refused.toString());
    made(ROOT, "the first goes on");
  }

  @Test
  void aNewerFormatIsRefusedAndLeftAlone() throws Exception {
    Stored root = made(ROOT, "root");
    store.close();
    setFormat(ObjectFile.FORMAT + 1);

    StoreUnusable refused = assertThrows(StoreUnusable.class, () -> openAt(directory()));
    assertTrue(refused.toString().contains("newer Cairn"), refused.toString());
    assertTrue(refused.toString().contains(file().toString()), refused.toString());

    setFormat(ObjectFile.FORMAT);
    store = openAt(directory());
    assertSame(root, store.get(ROOT).orElseThrow());
  }

  private void setFormat(int format) throws SQLException {
    String url = "jdbc:h2:file:" + directory().resolve("objects") + ";REUSE_SPACE=FALSE";
    try (Connection connection = DriverManager.getConnection(url, "cairn", "");
        Statement statement = connection.createStatement()) {
      statement.execute("update format set version = " + format);
    }
  }

  @Test
  void aDamagedFileIsNamedWithTheRemedy() throws IOException {
    made(ROOT, "root");
    store.close();
    Files.writeString(file(), "not a database ".repeat(1_000));

    StoreUnusable refused = assertThrows(StoreUnusable.class, () -> openAt(directory()));

    assertTrue(refused.toString().contains(file().toString()), refused.toString());
    assertTrue(refused.toString().contains("Put back a copy"), refused.toString());
    assertThrows(StoreUnusable.class, () -> openAt(directory()), "the lock was given back");
    Files.delete(file());
    store = openAt(directory());
  }

  @Test
  void aDirectoryThatCannotBeIsRefused() throws IOException {
    Path plainFile = Files.createFile(temporary.resolve("plain"));

    StoreUnusable refused =
        assertThrows(StoreUnusable.class, () -> openAt(plainFile.resolve("store")));

    assertTrue(refused.toString().contains(plainFile.toString()), refused.toString());
  }
}
