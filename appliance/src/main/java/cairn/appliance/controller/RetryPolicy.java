package cairn.appliance.controller;

import java.time.Duration;
import java.util.Optional;

/** When to look at an object again. One switch over outcomes, one over faults. Pure. */
final class RetryPolicy {

  /** A wake can be lost to a defect; waiting objects are looked at this often all the same. */
  static final Duration WAITING = Duration.ofMinutes(1);

  private RetryPolicy() {}

  /**
   * @param failures passes in a row that failed, this one included
   * @return how long to wait; empty for until something changes
   */
  static Optional<Duration> after(Outcome outcome, int failures) {
    return switch (outcome) {
      case Outcome.Settled() -> Optional.empty();
      case Outcome.LookAgain(Duration after) -> Optional.of(after);
      case Outcome.WaitingFor(_) -> Optional.of(WAITING);
      case Outcome.Failed(Fault fault) -> after(fault, failures);
    };
  }

  private static Optional<Duration> after(Fault fault, int failures) {
    return switch (fault) {
      case Fault.Rejected _ -> Optional.empty();
      case Fault.Missing _ -> Optional.of(WAITING);
      case Fault.Exhausted _ ->
          Optional.of(doubled(Duration.ofSeconds(5), Duration.ofMinutes(2), failures));
      case Fault.Transient _ ->
          Optional.of(doubled(Duration.ofMillis(200), Duration.ofSeconds(30), failures));
      case Fault.Broken _ ->
          Optional.of(doubled(Duration.ofSeconds(1), Duration.ofMinutes(5), failures));
    };
  }

  private static Duration doubled(Duration first, Duration most, int failures) {
    // Beyond 20 doublings every sequence has reached its cap.
    int doublings = Math.clamp(failures - 1, 0, 20);
    Duration grown = first.multipliedBy(1L << doublings);
    return grown.compareTo(most) > 0 ? most : grown;
  }
}
