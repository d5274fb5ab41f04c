package cairn.storage.imports;

import cairn.storage.StorageFault;
import java.time.Duration;

/** The end of the time that an import may take. Measured by the clock that nobody sets. */
record Deadline(long endNanos, Duration whole) {

  static Deadline in(Duration whole) {
    return new Deadline(System.nanoTime() + whole.toNanos(), whole);
  }

  /**
   * Time that is left, more than zero.
   *
   * @throws StorageFault when none is left
   */
  Duration left() {
    long left = endNanos - System.nanoTime();
    if (left <= 0) {
      throw Refused.forNow(
          "ImportTimedOut", "The import did not end within " + whole.toSeconds() + " s.", null);
    }
    return Duration.ofNanos(left);
  }
}
