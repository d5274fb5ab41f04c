package cairn.appliance.store;

import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.ResourceStore.Watch;
import cairn.appliance.store.ResourceStore.WatchEnded;
import cairn.appliance.store.ResourceStore.WatcherTooSlow;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One watcher's changes not yet taken. The writer never waits here: it cuts the watcher off. */
final class WatchQueue implements Watch {

  private enum State {
    OPEN,
    TOO_SLOW,
    ENDED
  }

  private final Published published;
  private final Selection selection;
  private final int backlog;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Change> waiting;
  private final long mostBytes;
  private long bytes;
  private State state = State.OPEN;

  /** Up to here everything was taken. */
  private Revision taken;

  /**
   * @param missed what happened since {@code after}; it does not count against the backlog
   */
  WatchQueue(
      Published published,
      Selection selection,
      Revision after,
      Collection<Change> missed,
      Retention retention) {
    this.published = published;
    this.selection = selection;
    this.taken = after;
    this.waiting = new ArrayDeque<>(missed);
    this.backlog = missed.size() + retention.watcherBacklog();
    this.bytes = missed.stream().mapToLong(WatchQueue::bytes).sum();
    this.mostBytes = bytes + retention.watcherBytes();
  }

  private static long bytes(Change change) {
    Stored now = change.now();
    return (long) now.document().length + now.privateDocument().length;
  }

  Selection selection() {
    return selection;
  }

  /**
   * Called in revision order by the one publisher.
   *
   * @return whether this change cut the watcher off
   */
  boolean offer(Change change) {
    lock.lock();
    try {
      if (state != State.OPEN) {
        return false;
      }
      boolean tooMany = waiting.size() >= backlog || bytes > mostBytes;
      if (tooMany) {
        waiting.clear();
        bytes = 0;
        state = State.TOO_SLOW;
      } else {
        waiting.addLast(change);
        bytes += bytes(change);
      }
      changed.signal();
      return tooMany;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Optional<Change> next(Duration patience) throws InterruptedException {
    long left = patience.toNanos();
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && state == State.OPEN && left > 0) {
        left = changed.awaitNanos(left);
      }
      refuseUnlessOpen();
      Optional<Change> next = Optional.ofNullable(waiting.pollFirst());
      next.ifPresent(change -> {
        taken = change.now().revision();
        bytes -= bytes(change);
      });
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void refuseUnlessOpen() {
    switch (state) {
      case OPEN -> {}
      case TOO_SLOW ->
          throw new WatcherTooSlow(
              "The watch of %s was cut off at revision %s: more than %d changes or %d KiB were not taken; list again"
                  .formatted(selection.resource(), taken, backlog, mostBytes >> 10));
      case ENDED -> throw new WatchEnded("The watch of " + selection.resource() + " was closed");
    }
  }

  @Override
  public Revision seen() {
    // Read before looking at the queue: what is published up to here was offered already.
    Revision reached = published.revision();
    lock.lock();
    try {
      return waiting.isEmpty() && state == State.OPEN && reached.compareTo(taken) > 0
          ? reached
          : taken;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    end();
    published.forget(this);
  }

  /** Ends the stream without telling the publisher. */
  void end() {
    lock.lock();
    try {
      waiting.clear();
      if (state == State.OPEN) {
        state = State.ENDED;
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
