package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a machine that does not stay up is held back: the first short life in a row is followed by a
 * new instance at once, as after any reboot, each further one by a pause twice as long. One life
 * that is not short, or a stop that somebody asked for, ends the row.
 *
 * @param shortLives instances in a row that ended by themselves soon after their start
 * @param notBefore when the next may be made; empty for at once
 */
record BackOff(int shortLives, Optional<Instant> notBefore) {

  static final BackOff NONE = new BackOff(0, Optional.empty());

  /** An instance that lived longer was up. */
  static final Duration SHORT_LIFE = Duration.ofSeconds(30);

  static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  BackOff {
    requireNonNull(notBefore, "notBefore is null");
    if (shortLives < 0) {
      throw new IllegalArgumentException("shortLives is " + shortLives + ", expected 0 or more");
    }
  }

  /** After an instance that ended by itself. */
  BackOff after(Duration life, Instant now) {
    if (life.compareTo(SHORT_LIFE) >= 0) {
      return NONE;
    }
    int inARow = shortLives + 1;
    Duration pause = pause(inARow);
    return new BackOff(inARow, pause.isZero() ? Optional.empty() : Optional.of(now.plus(pause)));
  }

  /** How long is still to wait; never longer than any pause, whatever the clock did meanwhile. */
  Duration left(Instant now) {
    Duration left = notBefore.map(at -> Duration.between(now, at)).orElse(Duration.ZERO);
    if (left.isNegative()) {
      return Duration.ZERO;
    }
    return left.compareTo(LONGEST_PAUSE) < 0 ? left : LONGEST_PAUSE;
  }

  private static Duration pause(int inARow) {
    if (inARow <= 1) {
      return Duration.ZERO;
    }
    // Beyond ten doublings the longest pause is reached anyway.
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(inARow - 2, 10));
    return doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
  }
}
