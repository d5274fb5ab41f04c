package cairn.appliance.store;

import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.WriteRefused;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The newest state, with the writes that are decided but not yet durable. Preconditions are checked
 * here, so writers need not wait for each other's sync; the committer takes the writes in revision
 * order.
 */
final class Head {

  /**
   * A decided write; {@code done} completes when everybody sees it.
   *
   * @param decidedAt nanoseconds, by the machine's monotonic clock
   */
  record Pending(Change change, CompletableFuture<Stored> done, long decidedAt) {

    Duration age() {
      return Duration.ofNanos(System.nanoTime() - decidedAt);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  private final Published published;
  private final Map<Key, Pending> newest = new HashMap<>();
  private final Deque<Pending> waiting = new ArrayDeque<>();
  private long revision;
  private boolean closed;

  Head(Published published) {
    this.published = published;
    this.revision = published.revision().value();
  }

  /**
   * Decides a write and queues it.
   *
   * @return completes with {@link WriteRefused} where a write not yet durable is in the way: only
   *     then does the refused caller, reading again, see what refused it
   * @throws WriteRefused if its precondition does not hold; it leaves no trace
   */
  CompletableFuture<Stored> submit(Write write) {
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("The store is closed; nothing was written");
      }
      Optional<Pending> before = Optional.ofNullable(newest.get(write.key()));
      try {
        return enqueue(write.decide(current(write.key(), before), new Revision(revision + 1)));
      } catch (WriteRefused refused) {
        return before.orElseThrow(() -> refused).done().thenApply(_ -> refuse(refused));
      }
    } finally {
      lock.unlock();
    }
  }

  private static Stored refuse(WriteRefused refused) {
    throw refused;
  }

  private CompletableFuture<Stored> enqueue(Change change) {
    revision++;
    Pending pending = new Pending(change, new CompletableFuture<>(), System.nanoTime());
    newest.put(change.now().key(), pending);
    waiting.addLast(pending);
    arrived.signal();
    return pending.done();
  }

  private Optional<Stored> current(Key key, Optional<Pending> before) {
    if (before.isEmpty()) {
      return published.get(key);
    }
    Change change = before.get().change();
    return switch (change.type()) {
      case ADDED, MODIFIED -> Optional.of(change.now());
      case DELETED -> Optional.empty();
    };
  }

  /** The next writes in revision order; none if none came in time. */
  List<Pending> take(int most, Duration patience) throws InterruptedException {
    lock.lock();
    try {
      long left = patience.toNanos();
      while (waiting.isEmpty() && !closed && left > 0) {
        left = arrived.awaitNanos(left);
      }
      List<Pending> batch = new ArrayList<>();
      while (batch.size() < most && !waiting.isEmpty()) {
        batch.add(waiting.removeFirst());
      }
      return batch;
    } finally {
      lock.unlock();
    }
  }

  /** Called once the batch is published: from now on {@link Published} answers for it. */
  void settle(List<Pending> batch) {
    lock.lock();
    try {
      batch.forEach(pending -> newest.remove(pending.change().now().key(), pending));
    } finally {
      lock.unlock();
    }
    batch.forEach(pending -> pending.done().complete(pending.change().now()));
  }

  /** The batch came to nothing, and with it all that was decided on top of it. */
  void abandon(List<Pending> batch, RuntimeException why) {
    List<Pending> lost = new ArrayList<>(batch);
    lock.lock();
    try {
      lost.addAll(waiting);
      waiting.clear();
      newest.clear();
    } finally {
      lock.unlock();
    }
    lost.forEach(pending -> pending.done().completeExceptionally(why));
  }

  /** No more writes are accepted; those under way can still be taken. */
  void close() {
    lock.lock();
    try {
      closed = true;
      arrived.signalAll();
    } finally {
      lock.unlock();
    }
  }

  boolean isDone() {
    lock.lock();
    try {
      return closed && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
