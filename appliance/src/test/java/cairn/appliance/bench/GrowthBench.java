package cairn.appliance.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.Draft;
import cairn.appliance.store.Stored;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * How large the store's files become and how writes fare over very many updates of a thousand
 * objects (promise 5), as a curve. Arguments: directory to work in, file for the results, commit.
 */
final class GrowthBench {

  private static final int UPDATES = Integer.getInteger("cairn.bench.updates", 1_000_000);
  private static final int POINTS = 25;
  private static final int OBJECTS = 1_000;
  private static final int WRITERS = 32;
  private static final double MEBIBYTE = 1 << 20;
  private static final byte[] DOCUMENT = "a machine, 17 b. ".repeat(100).getBytes(UTF_8);
  private static final Draft DRAFT = _ -> new Content(DOCUMENT, new byte[0]);

  private final Path directory;
  private final Results results;
  private final AtomicLong peak = new AtomicLong();

  private GrowthBench(Path directory, Results results) {
    this.directory = directory;
    this.results = results;
  }

  public static void main(String[] arguments) throws Exception {
    Results results = new Results("growth", arguments[2], Clock.systemUTC());
    new GrowthBench(Path.of(arguments[0]).resolve("growth"), results).run();
    results.write(Path.of(arguments[1]));
  }

  private void run() throws Exception {
    long start = System.nanoTime();
    try (H2ResourceStore store = H2ResourceStore.open(directory)) {
      List<Key> keys = fill(store);
      int each = UPDATES / POINTS;
      for (int point = 1; point <= POINTS; point++) {
        long began = System.nanoTime();
        long[] nanos = update(store, keys, each);
        double seconds = (System.nanoTime() - began) / 1e9;
        Arrays.sort(nanos);
        peak.accumulateAndGet(size(directory), Math::max);
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("updates", (double) point * each);
        values.put("fileMebibytes", size(directory) / MEBIBYTE);
        values.put("peakMebibytes", peak.get() / MEBIBYTE);
        values.put("freshFiles", (double) store.figures().rotations());
        values.put("updatesPerSecond", nanos.length / seconds);
        values.put("medianMillis", nanos[nanos.length / 2] / 1e6);
        values.put("p99Millis", nanos[nanos.length / 100 * 99] / 1e6);
        values.put("longestMillis", nanos[nanos.length - 1] / 1e6);
        results.point("curve", values);
      }
      results.note("updates", (double) POINTS * each);
      results.note("updatesPerSecond", POINTS * each / ((System.nanoTime() - start) / 1e9));
      results.note("freshFilesBegun", (double) store.figures().rotations());
      results.note("peakMebibytes", peak.get() / MEBIBYTE);
    }
    long begin = System.nanoTime();
    try (H2ResourceStore store = H2ResourceStore.open(directory)) {
      results.note("openedAgainMillis", (System.nanoTime() - begin) / 1e6);
      results.note("objectsAfterwards", (double) store.figures().memory().objects());
    }
  }

  private static List<Key> fill(H2ResourceStore store) {
    List<Key> keys = new ArrayList<>();
    for (int i = 0; i < OBJECTS; i++) {
      Key key = new Key("virtualmachines.virtualization.deckhouse.io", "default", "vm-" + i);
      store.create(key, UUID.randomUUID(), DRAFT);
      keys.add(key);
    }
    return keys;
  }

  /** Writers with keys of their own, in turn; how long each update took. */
  private long[] update(H2ResourceStore store, List<Key> keys, int updates) throws Exception {
    List<Future<long[]>> parts = new ArrayList<>();
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < WRITERS; writer++) {
        int first = writer;
        parts.add(executor.submit(() -> update(store, keys, first, updates / WRITERS)));
      }
    }
    List<long[]> all = new ArrayList<>();
    for (Future<long[]> part : parts) {
      all.add(part.get());
    }
    return all.stream().flatMapToLong(Arrays::stream).toArray();
  }

  private long[] update(H2ResourceStore store, List<Key> keys, int first, int updates) {
    long[] nanos = new long[updates];
    int at = first;
    for (int i = 0; i < updates; i++) {
      long begin = System.nanoTime();
      Stored current = store.get(keys.get(at)).orElseThrow();
      store.replace(current.key(), current.revision(), DRAFT);
      nanos[i] = System.nanoTime() - begin;
      at = at + WRITERS < keys.size() ? at + WRITERS : first;
      if (i % 16 == 0) {
        peak.accumulateAndGet(size(directory), Math::max);
      }
    }
    return nanos;
  }

  /** All files together: a fresh one in the making counts beside the old one. */
  private static long size(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      // One may be renamed meanwhile.
      return files.mapToLong(file -> file.toFile().length()).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
