package cairn.appliance.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.controller.WorkQueue.Next;
import cairn.appliance.store.Key;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkQueueTest {

  private static final Next NOTHING = new Next(Optional.empty(), false);
  private static final Key A = new Key("disks", "default", "a");
  private static final Key B = new Key("disks", "default", "b");

  @Test
  void wakesDuringAPassMakeExactlyOneMore() throws Exception {
    Semaphore inside = new Semaphore(0);
    Semaphore goOn = new Semaphore(0);
    try (WorkQueue queue =
        new WorkQueue(
            "test",
            4,
            key -> {
              inside.release();
              goOn.acquire();
              return NOTHING;
            })) {
      queue.add(A);
      soon(inside);
      for (int i = 0; i < 10; i++) {
        queue.add(A);
      }
      goOn.release();
      soon(inside);
      goOn.release();

      assertFalse(inside.tryAcquire(200, TimeUnit.MILLISECONDS), "a third pass came");
    }
  }

  @Test
  void aKeyIsNeverWorkedOnTwiceAtOnceAndDifferentOnesAre() throws Exception {
    Map<Key, AtomicInteger> busy = new ConcurrentHashMap<>();
    AtomicBoolean twice = new AtomicBoolean();
    CountDownLatch passed = new CountDownLatch(2);
    CountDownLatch both = new CountDownLatch(2);
    Map<Key, Boolean> first = new ConcurrentHashMap<>();
    try (WorkQueue queue =
        new WorkQueue(
            "test",
            8,
            key -> {
              AtomicInteger here = busy.computeIfAbsent(key, k -> new AtomicInteger());
              if (here.incrementAndGet() > 1) {
                twice.set(true);
              }
              if (first.putIfAbsent(key, true) == null) {
                both.countDown();
                both.await();
              }
              passed.countDown();
              here.decrementAndGet();
              return NOTHING;
            })) {
      for (int i = 0; i < 2_000; i++) {
        queue.add(A);
        queue.add(B);
      }
      assertTrue(both.await(20, TimeUnit.SECONDS), "two keys did not run at once");
      assertTrue(passed.await(20, TimeUnit.SECONDS), "the passes did not end");
    }
    assertFalse(twice.get(), "one key ran twice at once");
  }

  @Test
  void aPassIsRepeatedWhenItsTimeComes() throws Exception {
    Semaphore passes = new Semaphore(0);
    try (WorkQueue queue =
        new WorkQueue(
            "test",
            1,
            key -> {
              passes.release();
              return new Next(Optional.of(Duration.ofMillis(5)), false);
            })) {
      queue.add(A);

      assertTrue(passes.tryAcquire(5, 20, TimeUnit.SECONDS), "no fifth pass");
    }
  }

  @Test
  void aNudgeDoesNotCutABackOffShortButAWakeDoes() throws Exception {
    Semaphore passes = new Semaphore(0);
    try (WorkQueue queue =
        new WorkQueue(
            "test",
            1,
            key -> {
              passes.release();
              return new Next(Optional.of(Duration.ofHours(1)), true);
            })) {
      queue.add(A);
      soon(passes);
      queue.add(A);
      soon(passes);
      // Once this key's pass ended, nudges are ignored; before that they add one pass.
      assertEquals(0, nudgesUntilIgnored(queue, passes));
    }
  }

  /** How many passes nudges still cause after the pass under way has ended. */
  private static int nudgesUntilIgnored(WorkQueue queue, Semaphore passes)
      throws InterruptedException {
    int caused = 1;
    for (int round = 0; caused > 0 && round < 100; round++) {
      queue.nudge(A);
      caused = passes.tryAcquire(200, TimeUnit.MILLISECONDS) ? 1 : 0;
    }
    return caused;
  }

  @Test
  void whatAFailingPassCausesIsNoReasonToRepeatItAtOnce() throws Exception {
    assertEquals(1, passesNudgedMeanwhile(new Next(Optional.of(Duration.ofHours(1)), true)));
    assertEquals(2, passesNudgedMeanwhile(new Next(Optional.of(Duration.ofHours(1)), false)));
    assertEquals(2, passesNudgedMeanwhile(new Next(Optional.empty(), true)));
  }

  /** How many passes there are when the first one is nudged while it is under way. */
  private static int passesNudgedMeanwhile(Next next) throws InterruptedException {
    AtomicReference<WorkQueue> reached = new AtomicReference<>();
    Semaphore passes = new Semaphore(0);
    AtomicInteger count = new AtomicInteger();
    try (WorkQueue queue =
        new WorkQueue(
            "test",
            1,
            key -> {
              if (key.equals(A) && count.incrementAndGet() == 1) {
                Objects.requireNonNull(reached.get()).nudge(A);
              }
              passes.release();
              return next;
            })) {
      reached.set(queue);
      queue.add(A);
      soon(passes);
      passes.tryAcquire(300, TimeUnit.MILLISECONDS);
      return count.get();
    }
  }

  @Test
  void aClosedQueueTakesNothing() throws Exception {
    Semaphore passes = new Semaphore(0);
    WorkQueue queue =
        new WorkQueue(
            "test",
            1,
            key -> {
              passes.release();
              return NOTHING;
            });
    queue.close();

    queue.add(A);

    assertFalse(passes.tryAcquire(100, TimeUnit.MILLISECONDS));
  }

  private static void soon(Semaphore semaphore) throws InterruptedException {
    assertTrue(semaphore.tryAcquire(20, TimeUnit.SECONDS), "nothing happened in 20 seconds");
  }
}
