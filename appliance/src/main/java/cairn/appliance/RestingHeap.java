package cairn.appliance;

import com.sun.management.GarbageCollectionNotificationInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives back to the host the memory that a start or a burst of work took. Serial shrinks the heap
 * at full collections only, and a service at rest has none. So once no collection has happened for
 * a while after some have, and the heap is larger than it was after the last time, one is asked
 * for. Does nothing while nothing is allocated.
 */
public final class RestingHeap implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(RestingHeap.class);

  private static final Duration QUIET = Duration.ofSeconds(20);
  private static final Duration LATEST = Duration.ofMinutes(5);

  private final BlockingQueue<Boolean> collections = new ArrayBlockingQueue<>(1);
  private final NotificationListener listener = this::hear;
  private final LongSupplier size;
  private final Runnable collect;
  private final Duration quiet;
  private final Duration latest;
  private final Thread thread;

  /**
   * @param size of the heap, in bytes, with what is free in it
   * @param collect collects all of it, and lets it shrink
   * @param quiet how long no collection must have happened
   * @param latest how long to wait for that at most
   */
  RestingHeap(LongSupplier size, Runnable collect, Duration quiet, Duration latest) {
    this.size = size;
    this.collect = collect;
    this.quiet = quiet;
    this.latest = latest;
    this.thread = Thread.ofVirtual().name("resting-heap").unstarted(this::run);
  }

  /** Watches this JVM's heap. */
  public static RestingHeap begin() {
    RestingHeap heap =
        new RestingHeap(Runtime.getRuntime()::totalMemory, System::gc, QUIET, LATEST);
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        emitter.addNotificationListener(heap.listener, null, null);
      }
    }
    // What the start took counts too.
    heap.collected();
    heap.start();
    return heap;
  }

  void start() {
    thread.start();
  }

  /** A collection has happened. */
  void collected() {
    collections.offer(true);
  }

  private void hear(Notification notification, Object unused) {
    if (notification
        .getType()
        .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
      collected();
    }
  }

  private void run() {
    try {
      long kept = 0;
      while (true) {
        collections.take();
        awaitRest();
        // Its own collection is heard too, and finds nothing to do.
        if (size.getAsLong() > kept + kept / 4) {
          collect.run();
          kept = size.getAsLong();
          LOG.debug("the heap rests at {} MiB", kept >> 20);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // Closed.
    }
  }

  private void awaitRest() throws InterruptedException {
    long end = System.nanoTime() + latest.toNanos();
    while (collections.poll(quiet.toNanos(), TimeUnit.NANOSECONDS) != null
        && System.nanoTime() < end) {
      // Another collection: not at rest yet.
    }
  }

  @Override
  public void close() {
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      if (collector instanceof NotificationEmitter emitter) {
        try {
          emitter.removeNotificationListener(listener);
        } catch (ListenerNotFoundException e) {
          // Made for a test, without listening.
        }
      }
    }
    thread.interrupt();
  }
}
