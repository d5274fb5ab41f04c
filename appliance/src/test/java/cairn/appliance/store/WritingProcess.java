package cairn.appliance.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs {@link StoreChild} again and again on one store, and knows what it was promised. */
final class WritingProcess {

  /** The last acknowledged state of a key: its revision, or that it is gone. */
  private record Promise(boolean present, long revision) {}

  /** For a rotation to begin; a strike that finds none strikes anyway. */
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(10);

  private final Path directory;
  private final long rotateAt;
  private final int writesPerSecond;
  private final Map<String, Promise> promises = new HashMap<>();
  private final Set<String> underWay = new HashSet<>();
  private final Random random = new Random(4);
  private long highest;
  private long acknowledged;
  private int hitsInRotation;

  /** Fresh files begun in all runs so far, and in the one under way. */
  private long rotations;

  private long rotationsOfRun;

  private WritingProcess(Path directory, long rotateAt, int writesPerSecond) {
    this.directory = directory;
    this.rotateAt = rotateAt;
    this.writesPerSecond = writesPerSecond;
  }

  /** Writes as fast as it can. */
  static WritingProcess unbridled(Path directory, long rotateAt) {
    return new WritingProcess(directory, rotateAt, Integer.MAX_VALUE);
  }

  static WritingProcess paced(Path directory, long rotateAt, int writesPerSecond) {
    return new WritingProcess(directory, rotateAt, writesPerSecond);
  }

  /** What ends a run; called while the child writes. */
  interface End {
    void strike() throws IOException;
  }

  /**
   * Lets a child write for a while and strikes.
   *
   * @param inRotation strike while a fresh file is being made
   */
  void run(Duration least, boolean inRotation, End end) throws Exception {
    Process child = start(directory, rotateAt, random.nextInt(), writesPerSecond);
    try (BufferedReader lines = child.inputReader(UTF_8)) {
      String first = lines.readLine();
      assertTrue(first != null, "the child could not open the store in " + directory);
      heed(first);
      FutureTask<Boolean> reader = new FutureTask<>(() -> lines.lines().forEach(this::heed), true);
      Thread.ofVirtual().start(reader);
      waitBefore(least, inRotation);
      if (Files.exists(directory.resolve("objects.new.mv.db"))) {
        hitsInRotation++;
      }
      stop(child);
      end.strike();
      // Not Process.destroyForcibly: that closes the pipe, and what it still holds counts.
      child.toHandle().destroyForcibly();
      assertTrue(child.waitFor(30, TimeUnit.SECONDS), "the child does not die");
      assertTrue(reader.get(30, TimeUnit.SECONDS));
    } finally {
      child.destroyForcibly();
    }
  }

  /**
   * Lets the child say no more, as a real power cut does. Without it, an ext4 that is shut down
   * under a running fsync may call that fsync a success (its journal drops the aborted transaction
   * and then finds nothing to wait for), and the child acknowledges what nobody could have heard.
   */
  private static void stop(Process child) throws IOException, InterruptedException {
    int result = new ProcessBuilder("kill", "-STOP", Long.toString(child.pid())).start().waitFor();
    assertTrue(result == 0, "the child could not be stopped");
  }

  /** A process of its own that writes until it is killed. */
  static Process start(Path directory, long rotateAt, int seed, int writesPerSecond)
      throws IOException {
    return new ProcessBuilder(
            ProcessHandle.current().info().command().orElse("java"),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            StoreChild.class.getName(),
            directory.toString(),
            Long.toString(rotateAt),
            Integer.toString(seed),
            Integer.toString(writesPerSecond))
        .start();
  }

  private void waitBefore(Duration least, boolean inRotation) {
    long start = System.nanoTime();
    long wait = least.toNanos() + random.nextInt(400_000_000);
    while (System.nanoTime() - start < wait) {
      LockSupport.parkNanos(wait - (System.nanoTime() - start));
    }
    long deadline = System.nanoTime() + LONGEST_WAIT.toNanos();
    while (inRotation
        && !Files.exists(directory.resolve("objects.new.mv.db"))
        && System.nanoTime() < deadline) {
      LockSupport.parkNanos(500_000);
    }
  }

  private synchronized void heed(String line) {
    String[] words = line.split(" ");
    if (words.length == 2 && words[0].equals("try")) {
      underWay.add(words[1]);
      return;
    }
    if (words.length == 2 && words[0].equals("fresh")) {
      rotationsOfRun = Long.parseLong(words[1]);
      return;
    }
    boolean whole = words.length == 3 && (words[0].equals("put") || words[0].equals("gone"));
    if (whole) {
      long revision = Long.parseLong(words[2]);
      promises.put(words[1], new Promise(words[0].equals("put"), revision));
      underWay.remove(words[1]);
      highest = Math.max(highest, revision);
      acknowledged++;
    }
  }

  /** Opens the store and compares: every promise is kept, but for a write that was under way. */
  synchronized void verify() {
    StoreLimits limits = new StoreLimits(rotateAt, 0, 0, 0);
    try (ResourceStore store =
        H2ResourceStore.open(directory, limits, Retention.STANDARD, UptimeClock.system())) {
      assertTrue(
          store.revision().value() >= highest,
          "the revision went back from " + highest + " to " + store.revision());
      promises.forEach((id, promise) -> verify(store, id, promise));
      store.list(new ResourceStore.Selection("disks", "", "")).objects().forEach(this::accept);
    }
    underWay.clear();
    rotations += rotationsOfRun;
    rotationsOfRun = 0;
  }

  private void verify(ResourceStore store, String id, Promise promise) {
    String[] parts = id.split("/");
    Optional<Stored> found = store.get(new Key("disks", parts[0], parts[1]));
    boolean kept =
        promise.present()
            ? found.filter(object -> object.revision().value() == promise.revision()).isPresent()
            : found.isEmpty();
    boolean overtaken =
        underWay.contains(id)
            && found.map(object -> object.revision().value() > promise.revision()).orElse(true);
    assertTrue(
        kept || overtaken,
        () -> id + " was acknowledged as " + promise + " but is " + found.map(Stored::revision));
    if (!kept) {
      promises.put(
          id,
          new Promise(
              found.isPresent(),
              found.map(object -> object.revision().value()).orElse(promise.revision())));
    }
  }

  private void accept(Stored object) {
    assertArrayEquals(StoreChild.document(object.key(), object.revision()), object.document());
    String id = object.key().namespace() + "/" + object.key().name();
    assertTrue(promises.containsKey(id) || underWay.contains(id), () -> id + " was never written");
    promises.putIfAbsent(id, new Promise(true, object.revision().value()));
  }

  long acknowledged() {
    return acknowledged;
  }

  /** Fresh files that were begun and finished. */
  long rotations() {
    return rotations;
  }

  int hitsInRotation() {
    return hitsInRotation;
  }

  void report(String what) throws IOException {
    System.out.printf(
        "STORE %s: %d acknowledged writes, %d fresh files, %d strikes hit the making of one, none lost; file of %d KiB%n",
        what,
        acknowledged,
        rotations,
        hitsInRotation,
        Files.size(directory.resolve("objects.mv.db")) >> 10);
  }
}
