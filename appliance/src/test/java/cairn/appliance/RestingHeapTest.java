package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RestingHeapTest {

  private final AtomicLong size = new AtomicLong(200);
  private final BlockingQueue<Long> collected = new LinkedBlockingQueue<>();

  @Test
  void isCollectedOnceAtRestAndAgainOnlyWhenItHasGrown() throws Exception {
    try (RestingHeap heap = heap(Duration.ofMillis(5), Duration.ofMinutes(5))) {
      heap.start();
      assertNull(collected.poll(50, TimeUnit.MILLISECONDS), "nothing has happened yet");

      heap.collected();
      assertEquals(200, collected.poll(1, TimeUnit.MINUTES));
      heap.collected();
      assertNull(collected.poll(50, TimeUnit.MILLISECONDS), "it has not grown");

      size.set(130);
      heap.collected();
      assertEquals(130, collected.poll(1, TimeUnit.MINUTES));
    }
  }

  @Test
  void steadyWorkPutsItOffButNotForEver() throws Exception {
    try (RestingHeap heap = heap(Duration.ofMinutes(5), Duration.ofMillis(50))) {
      heap.start();
      Long found = null;
      for (int patience = 0; found == null && patience < 10_000; patience++) {
        heap.collected();
        found = collected.poll(5, TimeUnit.MILLISECONDS);
      }
      assertNotNull(found);
    }
  }

  private RestingHeap heap(Duration quiet, Duration latest) {
    return new RestingHeap(
        size::get,
        () -> {
          collected.add(size.get());
          size.set(100);
        },
        quiet,
        latest);
  }
}
