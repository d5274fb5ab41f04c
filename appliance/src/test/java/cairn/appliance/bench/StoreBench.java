package cairn.appliance.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.Draft;
import cairn.appliance.store.Retention;
import cairn.appliance.store.StoreFigures;
import cairn.appliance.store.StoreLimits;
import cairn.appliance.store.Stored;
import cairn.appliance.store.UptimeClock;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * What acknowledged writes cost and how long a store takes to open; {@link GrowthBench} has its
 * size. Arguments: directory to work in, file for the results, commit.
 */
final class StoreBench {

  private static final Duration SPELL = Duration.ofSeconds(4);
  private static final byte[] DOCUMENT = "a machine, 17 b. ".repeat(100).getBytes(UTF_8);
  private static final Draft DRAFT = _ -> new Content(DOCUMENT, new byte[0]);

  private final Path directory;
  private final Results results;

  private StoreBench(Path directory, Results results) {
    this.directory = directory;
    this.results = results;
  }

  public static void main(String[] arguments) throws Exception {
    Results results = new Results("store", arguments[2], Clock.systemUTC());
    StoreBench bench = new StoreBench(Path.of(arguments[0]), results);
    bench.writes();
    bench.open();
    results.write(Path.of(arguments[1]));
  }

  /** Beside the bare disk, just before and after: synced appends of one document by one thread. */
  private void writes() throws Exception {
    double alone = 0;
    for (int writers : new int[] {1, 8, 32}) {
      try (H2ResourceStore store = everGrowing(directory.resolve("writers-" + writers))) {
        List<Key> keys = fill(store, writers, writers);
        update(store, keys, writers, until(SPELL.dividedBy(2)));
        double bareBefore = bareSyncs();
        StoreFigures before = store.figures();
        long start = System.nanoTime();
        long written = update(store, keys, writers, until(SPELL));
        double perSecond = written / seconds(start);
        StoreFigures after = store.figures();
        double bare = (bareBefore + bareSyncs()) / 2;
        String name = "writers" + writers;
        alone = writers == 1 ? perSecond : alone;
        results.note(name + ".acknowledgedWritesPerSecond", perSecond);
        results.note(name + ".ratioToOneWriter", perSecond / alone);
        results.note(name + ".bareSyncedAppendsPerSecond", bare);
        results.note(name + ".ratioToBareSyncedAppends", perSecond / bare);
        results.note(
            name + ".writesPerSync",
            (double) (after.writes() - before.writes()) / (after.syncs() - before.syncs()));
        results.note(
            name + ".fileBytesPerWrite",
            (double) (after.fileSize() - before.fileSize()) / (after.writes() - before.writes()));
      }
    }
  }

  /** No fresh file is begun while its growth is measured. */
  private static H2ResourceStore everGrowing(Path path) {
    StoreLimits limits = new StoreLimits(64L << 30, 0, 0, 0);
    return H2ResourceStore.open(path, limits, Retention.STANDARD, UptimeClock.system());
  }

  private double bareSyncs() throws IOException {
    long start = System.nanoTime();
    BooleanSupplier done = until(SPELL.dividedBy(2));
    int appends = 0;
    try (FileChannel file =
        FileChannel.open(
            directory.resolve("bare"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      while (!done.getAsBoolean()) {
        file.write(ByteBuffer.wrap(DOCUMENT));
        file.force(false);
        appends++;
      }
    }
    return appends / seconds(start);
  }

  private void open() throws Exception {
    double small = openMillis(1_000);
    double large = openMillis(10_000);
    results.note("open.millisWith1000Objects", small);
    results.note("open.millisWith10000Objects", large);
    results.note("open.ratio10000To1000", large / small);
  }

  /** The best of several, because everything else on the machine only adds. */
  private double openMillis(int objects) throws Exception {
    Path path = directory.resolve("open-" + objects);
    try (H2ResourceStore store = H2ResourceStore.open(path)) {
      fill(store, objects, 64);
    }
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 7; i++) {
      long start = System.nanoTime();
      H2ResourceStore store = H2ResourceStore.open(path);
      best = Math.min(best, seconds(start) * 1_000);
      store.close();
    }
    return best;
  }

  private static List<Key> fill(H2ResourceStore store, int objects, int writers) throws Exception {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < objects; i++) {
      keys.add(new Key("virtualmachines.virtualization.deckhouse.io", "default", "vm-" + i));
    }
    List<Future<?>> made = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(writers)) {
      keys.forEach(
          key -> made.add(executor.submit(() -> store.create(key, UUID.randomUUID(), DRAFT))));
    }
    for (Future<?> one : made) {
      one.get();
    }
    return keys;
  }

  /** Each writer updates keys of its own in turn until it is done; returns how many writes. */
  private static long update(
      H2ResourceStore store, List<Key> keys, int writers, BooleanSupplier done) throws Exception {
    List<Future<Long>> counts = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < writers; writer++) {
        int first = writer;
        counts.add(executor.submit(() -> update(store, keys, first, writers, done)));
      }
    }
    long written = 0;
    for (Future<Long> count : counts) {
      written += count.get();
    }
    return written;
  }

  private static long update(
      H2ResourceStore store, List<Key> keys, int first, int step, BooleanSupplier done) {
    long written = 0;
    int at = first;
    while (!done.getAsBoolean()) {
      Stored current = store.get(keys.get(at)).orElseThrow();
      store.replace(current.key(), current.revision(), DRAFT);
      written++;
      at = at + step < keys.size() ? at + step : first;
    }
    return written;
  }

  private static BooleanSupplier until(Duration spell) {
    long start = System.nanoTime();
    return () -> System.nanoTime() - start >= spell.toNanos();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) / 1e9;
  }
}
