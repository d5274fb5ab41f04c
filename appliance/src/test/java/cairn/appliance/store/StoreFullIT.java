package cairn.appliance.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.resource.Bench;
import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.Draft;
import cairn.appliance.store.ResourceStore.WriteRefused;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store on a small disk that fills up, for real. */
class StoreFullIT {

  /** No caution at all: H2 is let run into the wall. */
  private static final StoreLimits RECKLESS = new StoreLimits(64L << 20, 0, 0, 0);

  private static final Random RANDOM = new Random(3);

  @TempDir Path temporary = Path.of("");
  private final Map<Key, Stored> acknowledged = new HashMap<>();

  @Test
  void aDiskThatIsFullInTheMiddleOfAWriteLosesNothingAcknowledged() throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.mount(temporary, "ext4", 48L << 20)) {
      Path directory = disk.root().resolve("store");
      try (H2ResourceStore store = open(directory, RECKLESS)) {
        write(store, "before");
        fill(disk.root().resolve("filler"));

        WriteRefused refused = assertThrows(WriteRefused.class, () -> writeOn(store));
        assertEquals(WriteRefused.Why.STORE_FULL, refused.why(), refused.toString());
        assertTrue(refused.toString().contains("make room"), refused.toString());
        assertAllThere(store);
        assertEquals(
            WriteRefused.Why.STORE_FULL,
            assertThrows(WriteRefused.class, () -> write(store, "still full")).why());
        try (H2ResourceStore crashed = open(copy(directory), RECKLESS)) {
          assertAllThere(crashed);
        }

        assertInstanceOf(Writability.Full.class, store.writability());

        Files.delete(disk.root().resolve("filler"));
        // Nobody writes: the store finds out by itself.
        Bench.await("open again", () -> store.writability() instanceof Writability.Open);
        write(store, "after");
        assertAllThere(store);
      }
      try (H2ResourceStore store = open(directory, RECKLESS)) {
        assertAllThere(store);
      }
    }
  }

  @Test
  void aDiskThatIsNearlyFullStillLetsObjectsBeChangedAndDeleted() throws Exception {
    StoreLimits limits = new StoreLimits(64L << 20, 16L << 20, 4L << 20, 4L << 20);
    try (LoopFileSystem disk = LoopFileSystem.mount(temporary, "ext4", 48L << 20);
        H2ResourceStore store = open(disk.root().resolve("store"), limits)) {
      Stored changed = write(store, "changed");
      Stored deleted = write(store, "deleted");
      fill(disk.root().resolve("filler"), 10L << 20);

      assertEquals(
          WriteRefused.Why.STORE_FULL,
          assertThrows(WriteRefused.class, () -> write(store, "new")).why());
      Stored again = store.replace(changed.key(), changed.revision(), draft());
      store.delete(deleted.key(), deleted.revision(), draft());

      fill(disk.root().resolve("more filler"));
      assertEquals(
          WriteRefused.Why.STORE_FULL,
          assertThrows(
                  WriteRefused.class, () -> store.replace(again.key(), again.revision(), draft()))
              .why());
      assertArrayEquals(again.document(), store.get(again.key()).orElseThrow().document());
      Stored going = store.reduce(again.key(), again.revision(), draft());
      store.delete(going.key(), going.revision(), draft());
      assertEquals(
          WriteRefused.Why.STORE_FULL,
          assertThrows(WriteRefused.class, () -> write(store, "new")).why());

      Files.delete(disk.root().resolve("filler"));
      Files.delete(disk.root().resolve("more filler"));
      write(store, "new");
    }
  }

  private static H2ResourceStore open(Path directory, StoreLimits limits) {
    return H2ResourceStore.open(directory, limits, Retention.STANDARD, UptimeClock.system());
  }

  private Stored write(ResourceStore store, String name) {
    Stored made = store.create(new Key("disks", "default", name), UUID.randomUUID(), draft());
    acknowledged.put(made.key(), made);
    return made;
  }

  private void writeOn(ResourceStore store) {
    for (int i = 0; i < 100_000; i++) {
      write(store, "d" + i);
    }
  }

  private static Draft draft() {
    byte[] document = new byte[2_000];
    RANDOM.nextBytes(document);
    return _ -> new Content(document, new byte[0]);
  }

  private void assertAllThere(ResourceStore store) {
    acknowledged.forEach((key, stored) ->
        assertArrayEquals(
            stored.document(), store.get(key).orElseThrow().document(), key::toString));
    assertEquals(
        acknowledged.size(),
        store.list(new ResourceStore.Selection("disks", "", "")).objects().size(),
        "a refused write is there");
  }

  private Path copy(Path directory) throws IOException {
    Path copy = Files.createDirectory(temporary.resolve("copy"));
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.copy(file, copy.resolve(file.getFileName()));
      }
    }
    return copy;
  }

  /** Leaves a little, so that it is a write of the store that finds no room. */
  private static void fill(Path file) throws IOException {
    fill(file, 300 << 10);
  }

  private static void fill(Path file, long leave) throws IOException {
    byte[] block = new byte[64 << 10];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (Files.getFileStore(file).getUsableSpace() > leave + block.length) {
        out.write(block);
        out.flush();
      }
    }
  }
}
