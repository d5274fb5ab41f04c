package cairn.appliance;

import static java.util.Objects.requireNonNull;

import cairn.appliance.store.UptimeClock;
import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An answer that is costly to get and changes rarely. A failure is not remembered. Any thread. */
final class Remembered<T> implements Supplier<T> {

  private record Answer<T>(T value, Duration since) {}

  private final Supplier<T> source;
  private final Duration lasts;
  private final UptimeClock clock;
  private volatile @Nullable Answer<T> last;

  /**
   * @param lasts how long an answer stands before it is asked for again
   */
  Remembered(Supplier<T> source, Duration lasts, UptimeClock clock) {
    this.source = requireNonNull(source, "source is null");
    this.lasts = requireNonNull(lasts, "lasts is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public T get() {
    Duration now = clock.uptime();
    Answer<T> known = last;
    if (known == null || now.minus(known.since()).compareTo(lasts) >= 0) {
      known = new Answer<>(source.get(), now);
      last = known;
    }
    return known.value();
  }
}
