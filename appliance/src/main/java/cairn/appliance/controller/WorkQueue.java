package cairn.appliance.controller;

import cairn.appliance.store.Key;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keys that need a pass. One pass per key at a time, different keys at once on virtual threads;
 * adding a key that waits already changes nothing, adding one that is being worked on makes one
 * more pass follow. A pass answers when the key is to be looked at again by itself.
 */
public final class WorkQueue implements AutoCloseable {

  /** One look at a key. */
  @FunctionalInterface
  public interface Pass {

    Next over(Key key) throws InterruptedException;
  }

  /**
   * What follows a pass.
   *
   * @param after when to look again; empty for not by itself
   * @param patient whether {@link #nudge} must not cut that time short
   */
  public record Next(Optional<Duration> after, boolean patient) {}

  private static final Duration AFTER_AN_ERROR = Duration.ofMinutes(1);

  private final ReentrantLock lock = new ReentrantLock();
  private final Set<Key> waiting = new HashSet<>();
  private final Set<Key> running = new HashSet<>();
  private final Set<Key> nudged = new HashSet<>();
  private final Map<Key, Due> delayed = new HashMap<>();
  private final DelayQueue<Due> timers = new DelayQueue<>();
  private final Semaphore slots;
  private final ExecutorService threads;
  private final Pass pass;
  private boolean closed;

  public WorkQueue(String name, int parallel, Pass pass) {
    this.slots = new Semaphore(parallel);
    this.pass = pass;
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
    var _ = threads.submit(this::watchTimers);
  }

  private static final class Due implements Delayed {

    private final Key key;
    private final boolean patient;
    private final long at;

    Due(Key key, Duration after, boolean patient) {
      this.key = key;
      this.patient = patient;
      this.at = System.nanoTime() + after.toNanos();
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }

  /** Something changed: look at the key now. */
  public void add(Key key) {
    lock.lock();
    try {
      if (closed || !waiting.add(key)) {
        return;
      }
      forgetTimer(key);
      if (!running.contains(key)) {
        begin(key);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Something changed that the pass itself may have caused: does not cut a back-off short, neither
   * one that lasts nor one that the pass under way is about to begin.
   */
  public void nudge(Key key) {
    lock.lock();
    try {
      if (running.contains(key)) {
        nudged.add(key);
        return;
      }
      Due due = delayed.get(key);
      if (due != null && due.patient) {
        return;
      }
      add(key);
    } finally {
      lock.unlock();
    }
  }

  /**
   * How much there is to do.
   *
   * @param waiting keys that wait for a pass, those that are being worked on included
   * @param running passes under way, or waiting for one of the parallel places
   * @param timed keys to be looked at later
   */
  record Load(int waiting, int running, int timed) {}

  Load load() {
    lock.lock();
    try {
      return new Load(waiting.size(), running.size(), delayed.size());
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more work, interrupts passes under way and waits for them. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      waiting.clear();
    } finally {
      lock.unlock();
    }
    threads.shutdownNow();
    threads.close();
  }

  private void begin(Key key) {
    running.add(key);
    var _ = threads.submit(() -> work(key));
  }

  private void work(Key key) {
    try {
      slots.acquire();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    // Even a pass that dies of an Error leaves its key in the queue.
    Next next = new Next(Optional.of(AFTER_AN_ERROR), true);
    try {
      started(key);
      next = pass.over(key);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended(key, next);
      slots.release();
    }
  }

  private void started(Key key) {
    lock.lock();
    try {
      waiting.remove(key);
      nudged.remove(key);
      forgetTimer(key);
    } finally {
      lock.unlock();
    }
  }

  private void ended(Key key, Next next) {
    lock.lock();
    try {
      running.remove(key);
      boolean backsOff = next.patient() && next.after().isPresent();
      boolean again = nudged.remove(key) && !backsOff;
      if (closed) {
        return;
      }
      if (waiting.contains(key)) {
        begin(key);
      } else if (again) {
        add(key);
      } else {
        next.after().ifPresent(after -> setTimer(new Due(key, after, next.patient())));
      }
    } finally {
      lock.unlock();
    }
  }

  private void setTimer(Due due) {
    delayed.put(due.key, due);
    timers.add(due);
  }

  private void forgetTimer(Key key) {
    Due due = delayed.remove(key);
    if (due != null) {
      timers.remove(due);
    }
  }

  private void watchTimers() {
    try {
      while (true) {
        add(timers.take().key);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
