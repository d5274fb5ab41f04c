package cairn.storage.imports;

import static java.util.Objects.requireNonNull;

import cairn.storage.ByteSize;
import java.time.Duration;

/**
 * What an import may cost.
 *
 * @param virtualSize largest image, unpacked
 * @param transferred most bytes over the wire
 * @param stall longest time in which (almost) nothing may arrive; also for connecting
 * @param total longest time for the whole import
 * @param redirects how many times a server may point elsewhere
 * @param parallel imports at the same time; further ones wait
 */
public record ImportLimits(
    ByteSize virtualSize,
    ByteSize transferred,
    Duration stall,
    Duration total,
    int redirects,
    int parallel) {

  public ImportLimits {
    requireNonNull(virtualSize, "virtualSize is null");
    requireNonNull(transferred, "transferred is null");
    requirePositive("stall", stall);
    requirePositive("total", total);
    if (redirects < 0) {
      throw new IllegalArgumentException("redirects is " + redirects + ", expected 0 or more");
    }
    if (parallel < 1) {
      throw new IllegalArgumentException("parallel is " + parallel + ", expected 1 or more");
    }
  }

  /** 2 TiB unpacked, 1 TiB over the wire, one minute of silence, six hours in all. */
  public static ImportLimits usual() {
    return new ImportLimits(
        ByteSize.ofGibibytes(2048),
        ByteSize.ofGibibytes(1024),
        Duration.ofMinutes(1),
        Duration.ofHours(6),
        10,
        8);
  }

  private static void requirePositive(String what, Duration duration) {
    requireNonNull(duration, what + " is null");
    if (!duration.isPositive()) {
      throw new IllegalArgumentException(what + " is " + duration + ", expected more than zero");
    }
  }
}
