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

  private List<Pending> taken = List.of();
  private long syncs;
  private long writes;
  private volatile StoreFigures figures;

  Committer(
      Head head, Published published, RotatingFile file, ShortLived shortLived, UptimeClock clock) {
    this.head = head;
    this.published = published;
    this.file = file;
    this.shortLived = shortLived;
    this.clock = clock;
    this.ceiling = published.revision();
    this.figures = new StoreFigures(file.size(), 0, 0, 0);
    this.thread = Thread.ofPlatform().name("store-committer").daemon().unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  StoreFigures figures() {
    return figures;
  }

  private void run() {
    try {
      while (!head.isDone()) {
        taken = head.take(LARGEST_BATCH, IDLE);
        if (!taken.isEmpty()) {
          process(taken);
        }
        expire();
        if (file.isTooLarge()) {
          file.tryRotate(whole(ceiling));
          count();
        }
      }
      finish();
    } catch (InterruptedException | RuntimeException | Error e) {
      LOG.error("The store accepts no more writes", e);
      head.close();
      head.abandon(taken, new StoreUnusable("The store stopped writing: " + e, e));
    } finally {
      file.close();
    }
  }

  private void process(List<Pending> batch) {
    List<Change> changes = batch.stream().map(Pending::change).toList();
    try {
      persist(changes);
    } catch (SQLException | IOException | RuntimeException e) {
      LOG.warn("{} writes could not be made durable and are refused", changes.size(), e);
      head.abandon(batch, refusal(e));
      return;
    }
    published.publish(changes);
    Duration now = clock.uptime();
    changes.forEach(change -> shortLived.note(change, now));
    writes += changes.size();
    count();
    head.settle(batch);
  }

  private void count() {
    figures = new StoreFigures(file.size(), file.rotations(), syncs, writes);
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
            "Not written: the disk of the store is full; make room, for example by deleting disks and images");
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
