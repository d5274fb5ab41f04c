package cairn.appliance.store;

import cairn.appliance.store.Head.Pending;
import cairn.appliance.store.ObjectFile.Batch;
import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.WriteRefused;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: takes what is decided, makes it durable in one transaction and one
 * sync, publishes it in revision order and acknowledges it. Writers that come while it syncs share
 * the next sync.
 */
final class Committer {

  private static final Logger LOG = LoggerFactory.getLogger(Committer.class);

  /**
   * Revisions are reserved in the file ahead of use, so that short-lived objects can take some
   * without a sync; after a crash the store goes on above all that were reserved.
   */
  private static final long RESERVED = 10_000;

  private static final int LARGEST_BATCH = 1_000;

  /** H2 links the exceptions of a failed file in circles. */
  private static final int DEEPEST_CAUSE = 20;

  private static final Duration IDLE = Duration.ofSeconds(1);

  /** A disk that takes longer than this to write a group of changes does not answer. */
  private static final Duration HUNG = Duration.ofSeconds(10);

  /** Between attempts to begin a fresh file after one failed, when nobody writes. */
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(5);

  private final Head head;
  private final Published published;
  private final RotatingFile file;
  private final ShortLived shortLived;
  private final UptimeClock clock;
  private final Thread thread;

  /** Short-lived objects that are published but not in the file yet. */
  private final Map<Key, Optional<Stored>> unsaved = new LinkedHashMap<>();

  /** No revision above this may be shown before a higher ceiling is durable. */
  private Revision ceiling;

  private final WriteTimes times = new WriteTimes();
  private List<Pending> taken = List.of();
  private long syncs;
  private long writes;
  private long failures;
  private volatile Done done;

  /** Since when the disk is being written to; empty while it is not. */
  private volatile Optional<Duration> busySince = Optional.empty();

  private volatile Writability writability = new Writability.Open();
  private Duration healAt = Duration.ZERO;

  Committer(
      Head head, Published published, RotatingFile file, ShortLived shortLived, UptimeClock clock) {
    this.head = head;
    this.published = published;
    this.file = file;
    this.shortLived = shortLived;
    this.clock = clock;
    this.ceiling = published.revision();
    this.done = new Done(file.size(), 0, 0, 0, 0);
    this.thread = Thread.ofPlatform().name("store-committer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  StoreFigures figures() {
    Done soFar = done;
    return new StoreFigures(
        soFar.size(),
        soFar.rotations(),
        soFar.syncs(),
        soFar.writes(),
        soFar.failures(),
        times.soFar(),
        published.figures());
  }

  /** Whether writes come through, as far as the last ones tell. Any thread. */
  Writability writability() {
    if (writability instanceof Writability.Ended) {
      return writability;
    }
    Optional<Duration> since = busySince.map(start -> clock.uptime().minus(start));
    return since.filter(busy -> busy.compareTo(HUNG) > 0).isPresent()
        ? new Writability.Failing(
            "the disk of the store has been writing for %d s and does not end"
                .formatted(since.orElseThrow().toSeconds()))
        : writability;
  }

  /** What was done up to the last write. */
  private record Done(long size, long rotations, long syncs, long writes, long failures) {}

  private void run() {
    try {
      while (!head.isDone()) {
        taken = head.take(LARGEST_BATCH, IDLE);
        if (!taken.isEmpty()) {
          process(taken);
        }
        expire();
        if (file.isTooLarge() || isHealingDue()) {
          rotate();
        }
      }
      finish();
      writability = new Writability.Ended("the store is closed");
    } catch (InterruptedException | RuntimeException | Error e) {
      LOG.error("The store accepts no more writes", e);
      writability = new Writability.Ended("the store stopped writing: " + e);
      head.close();
      head.abandon(taken, new StoreUnusable("The store stopped writing: " + e, e));
    } finally {
      file.close();
    }
  }

  /**
   * A file that failed is replaced also when nobody writes, so that what the store says about
   * itself is true again as soon as the disk works.
   */
  private boolean isHealingDue() {
    return file.isGivenUp() && clock.uptime().compareTo(healAt) >= 0;
  }

  private void rotate() {
    busySince = Optional.of(clock.uptime());
    file.tryRotate(whole(ceiling));
    busySince = Optional.empty();
    if (file.isGivenUp()) {
      healAt = clock.uptime().plus(BETWEEN_ATTEMPTS);
    } else {
      writability = new Writability.Open();
    }
    count();
  }

  private void process(List<Pending> batch) {
    List<Change> changes = batch.stream().map(Pending::change).toList();
    busySince = Optional.of(clock.uptime());
    try {
      persist(changes);
    } catch (SQLException | IOException | RuntimeException e) {
      fail(batch, e);
      return;
    } finally {
      busySince = Optional.empty();
    }
    published.publish(changes);
    Duration now = clock.uptime();
    changes.forEach(change -> shortLived.note(change, now));
    batch.forEach(pending -> times.add(pending.age()));
    writes += changes.size();
    if (!file.isGivenUp()) {
      writability = new Writability.Open();
    }
    count();
    head.settle(batch);
  }

  private void fail(List<Pending> batch, Exception cause) {
    RuntimeException refusal = refusal(cause);
    String why = String.valueOf(refusal.getMessage());
    if (refusal instanceof WriteRefused) {
      writability = new Writability.Full(why);
      LOG.warn("{} writes are refused: {}", batch.size(), why);
    } else {
      writability = new Writability.Failing(why);
      LOG.warn("{} writes could not be made durable and are refused", batch.size(), cause);
    }
    failures += batch.size();
    healAt = clock.uptime().plus(BETWEEN_ATTEMPTS);
    count();
    head.abandon(batch, refusal);
  }

  private void count() {
    done = new Done(file.size(), file.rotations(), syncs, writes, failures);
  }

  private void persist(List<Change> changes) throws SQLException, IOException {
    Map<Key, Optional<Stored>> states = new LinkedHashMap<>();
    Map<Key, Optional<Stored>> events = new LinkedHashMap<>();
    for (Change change : changes) {
      Key key = change.now().key();
      Optional<Stored> state =
          change.type() == Change.Type.DELETED ? Optional.empty() : Optional.of(change.now());
      (ShortLived.includes(key) ? events : states).put(key, state);
    }
    Revision last = changes.getLast().now().revision();
    Revision needed = last.compareTo(ceiling) > 0 ? new Revision(last.value() + RESERVED) : ceiling;
    if (!states.isEmpty() || !needed.equals(ceiling)) {
      commit(states, needed);
    }
    unsaved.putAll(events);
  }

  /** Events published before this ride along; they never cause a sync of their own. */
  private void commit(Map<Key, Optional<Stored>> states, Revision reserved)
      throws SQLException, IOException {
    Map<Key, Optional<Stored>> all = new LinkedHashMap<>(unsaved);
    all.putAll(states);
    file.commit(new Batch(all, ages(), reserved), () -> whole(reserved));
    ceiling = reserved;
    unsaved.clear();
    syncs++;
  }

  private Map<Key, Duration> ages() {
    Duration now = clock.uptime();
    Map<Key, Duration> ages = new HashMap<>();
    unsaved.keySet().forEach(key -> ages.put(key, shortLived.age(key, now)));
    return ages;
  }

  private Batch whole(Revision reserved) {
    return RotatingFile.whole(published.all(), shortLived, clock.uptime(), reserved);
  }

  private static RuntimeException refusal(Exception cause) {
    Throwable at = cause;
    for (int depth = 0; at != null && depth < DEEPEST_CAUSE; depth++) {
      if (String.valueOf(at.getMessage()).contains("No space left on device")) {
        return new WriteRefused(
            WriteRefused.Why.STORE_FULL,
            "the disk of the store is full; make room on its file system");
      }
      at = at.getCause();
    }
    return new StoreUnusable("Not written: the store file failed: " + cause, cause);
  }

  private void expire() {
    for (Key due : shortLived.due(clock.uptime())) {
      published.get(due).ifPresent(this::expire);
    }
  }

  private void expire(Stored old) {
    Content unchanged = new Content(old.document(), old.privateDocument());
    try {
      // Nobody waits for it; a failure abandons it and it is due again.
      CompletableFuture<Stored> _ =
          head.submit(new Write.Delete(old.key(), old.revision(), _ -> unchanged));
    } catch (WriteRefused | IllegalStateException e) {
      LOG.debug("{} is not expired now: {}", old.key(), e.getMessage());
    }
  }

  /** A clean end leaves the file exact: all events, and no revision reserved in vain. */
  private void finish() {
    try {
      Revision exact = published.revision();
      if (!unsaved.isEmpty() || !ceiling.equals(exact)) {
        commit(Map.of(), exact);
      }
    } catch (SQLException | IOException | RuntimeException e) {
      LOG.warn("The last events were not saved", e);
    }
  }

  void awaitEnd() {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
