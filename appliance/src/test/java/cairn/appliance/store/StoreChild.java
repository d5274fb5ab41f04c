package cairn.appliance.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.Draft;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that writes until it is killed. Each thread has keys of its own. Before a write it
 * prints {@code try KEY}, once it is acknowledged {@code put KEY REVISION} or {@code gone KEY
 * REVISION}; and {@code fresh COUNT} when it saw that fresh files were begun.
 */
final class StoreChild {

  private static final int THREADS = 4;
  private static final int KEYS = 40;

  private final H2ResourceStore store;
  private final PrintStream out;
  private final AtomicLong rotations = new AtomicLong();
  private final long pauseNanos;

  private StoreChild(H2ResourceStore store, PrintStream out, int writesPerSecond) {
    this.store = store;
    this.out = out;
    this.pauseNanos = Duration.ofSeconds(THREADS).toNanos() / writesPerSecond;
  }

  /** Arguments: directory, rotation limit in bytes, seed, writes per second. */
  public static void main(String[] arguments) {
    StoreLimits limits = new StoreLimits(Long.parseLong(arguments[1]), 0, 0, 0);
    H2ResourceStore store =
        H2ResourceStore.open(
            Path.of(arguments[0]), limits, Retention.STANDARD, UptimeClock.system());
    StoreChild child =
        new StoreChild(
            store, new PrintStream(System.out, true, UTF_8), Integer.parseInt(arguments[3]));
    long seed = Long.parseLong(arguments[2]);
    for (int thread = 0; thread < THREADS; thread++) {
      int number = thread;
      Thread.ofPlatform().start(() -> child.write(number, new Random(seed + number)));
    }
  }

  private void write(int thread, Random random) {
    while (true) {
      LockSupport.parkNanos(pauseNanos);
      Key key = new Key("disks", "t" + thread, "d" + random.nextInt(KEYS));
      out.println("try " + key.namespace() + "/" + key.name());
      Optional<Stored> before = store.get(key);
      String id = " " + key.namespace() + "/" + key.name() + " ";
      if (before.isEmpty()) {
        out.println("put" + id + store.create(key, UUID.randomUUID(), draft(key)).revision());
      } else if (random.nextInt(8) == 0) {
        out.println(
            "gone" + id + store.delete(key, before.get().revision(), draft(key)).revision());
      } else {
        out.println(
            "put" + id + store.replace(key, before.get().revision(), draft(key)).revision());
      }
      tellOfFreshFiles();
    }
  }

  private void tellOfFreshFiles() {
    long now = store.figures().rotations();
    if (rotations.getAndAccumulate(now, Math::max) < now) {
      out.println("fresh " + now);
    }
  }

  static Draft draft(Key key) {
    return revision -> new Content(document(key, revision), new byte[0]);
  }

  /** About 1.7 kB that tell which object and revision they belong to. */
  static byte[] document(Key key, Revision revision) {
    return (key + "@" + revision + " ").repeat(80).getBytes(UTF_8);
  }
}
