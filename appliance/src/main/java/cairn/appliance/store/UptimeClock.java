package cairn.appliance.store;

import java.time.Duration;

/**
 * Time since this process started. It only grows, so a wall clock that was set wrong neither drops
 * history nor removes what is short-lived.
 */
@FunctionalInterface
public interface UptimeClock {

  Duration uptime();

  /** The machine's monotonic clock. */
  static UptimeClock system() {
    long start = System.nanoTime();
    return () -> Duration.ofNanos(System.nanoTime() - start);
  }
}
