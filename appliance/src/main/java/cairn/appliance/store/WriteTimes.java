package cairn.appliance.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;

/** How long writes took, counted in classes of duration. One thread adds; any thread looks. */
final class WriteTimes {

  /** Around what a sync takes on a flash disk, on a spinning one, and on one in trouble. */
  private static final List<Duration> BOUNDS =
      List.of(
          Duration.ofNanos(500_000),
          Duration.ofMillis(1),
          Duration.ofNanos(2_500_000),
          Duration.ofMillis(5),
          Duration.ofMillis(10),
          Duration.ofMillis(25),
          Duration.ofMillis(50),
          Duration.ofMillis(100),
          Duration.ofMillis(250),
          Duration.ofSeconds(1),
          Duration.ofSeconds(10));

  /** One more than the bounds: what took longer than all of them. */
  private final AtomicLongArray counts = new AtomicLongArray(BOUNDS.size() + 1);

  private volatile Duration sum = Duration.ZERO;

  void add(Duration took) {
    int at = 0;
    while (at < BOUNDS.size() && took.compareTo(BOUNDS.get(at)) > 0) {
      at++;
    }
    counts.incrementAndGet(at);
    sum = sum.plus(took);
  }

  StoreFigures.WriteLatency soFar() {
    List<Long> each = new ArrayList<>();
    for (int at = 0; at < counts.length(); at++) {
      each.add(counts.get(at));
    }
    return new StoreFigures.WriteLatency(BOUNDS, each, sum);
  }
}
