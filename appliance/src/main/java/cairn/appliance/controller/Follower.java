package cairn.appliance.controller;

import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.HistoryExpired;
import cairn.appliance.store.ResourceStore.Listing;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.ResourceStore.Watch;
import cairn.appliance.store.ResourceStore.WatcherTooSlow;
import cairn.appliance.store.Stored;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a listener about every object of one resource and every change to it, on one virtual
 * thread: what is there first, then what changes; after a gap, everything again.
 */
public final class Follower implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final Duration AFTER_A_DEFECT = Duration.ofSeconds(1);

  /** Told on the follower's thread, one call at a time; must not block for long. */
  public interface Listener {

    /** The object is there, new, changed or seen again after a gap. */
    void present(Stored now, Optional<Stored> before);

    /** The object is gone; as it was last. */
    void gone(Stored last);
  }

  private final ResourceStore store;
  private final Selection selection;
  private final Listener listener;
  private final Map<Key, Stored> known = new HashMap<>();
  private final CountDownLatch listed = new CountDownLatch(1);
  private final Thread thread;

  public Follower(ResourceStore store, String resource, Listener listener) {
    this.store = store;
    this.selection = new Selection(resource, "", "");
    this.listener = listener;
    this.thread = Thread.ofVirtual().name("follow-" + resource).unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Waits until everything that was there at the start was told. */
  public void awaitListed() throws InterruptedException {
    listed.await();
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        follow();
      } catch (HistoryExpired | WatcherTooSlow gap) {
        LOG.info("Listing {} again: {}", selection.resource(), gap.getMessage());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (RuntimeException defect) {
        LOG.error("Following {} failed; trying again", selection.resource(), defect);
        pause();
      }
    }
  }

  private void follow() throws InterruptedException {
    Listing listing = store.list(selection);
    try (Watch watch = store.watch(selection, listing.revision())) {
      tellAll(listing);
      listed.countDown();
      while (true) {
        Optional<Change> change = watch.next(PATIENCE);
        if (change.isPresent()) {
          tell(change.get());
        }
      }
    }
  }

  private void tellAll(Listing listing) {
    Map<Key, Stored> missing = new HashMap<>(known);
    for (Stored now : listing.objects()) {
      missing.remove(now.key());
      present(now, Optional.ofNullable(known.get(now.key())));
    }
    missing.values().forEach(this::gone);
  }

  private void tell(Change change) {
    switch (change.type()) {
      case ADDED, MODIFIED -> present(change.now(), change.before());
      case DELETED -> gone(change.now());
    }
  }

  private void present(Stored now, Optional<Stored> before) {
    known.put(now.key(), now);
    listener.present(now, before);
  }

  private void gone(Stored last) {
    known.remove(last.key());
    listener.gone(last);
  }

  private static void pause() {
    try {
      Thread.sleep(AFTER_A_DEFECT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
