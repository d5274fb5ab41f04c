package cairn.appliance.store;

import java.time.Duration;
import java.util.List;

/**
 * What a store has done since it was opened, and what it holds.
 *
 * @param fileSize bytes on disk now
 * @param rotations how often a fresh file was begun
 * @param syncs transactions made durable
 * @param writes acknowledged writes, those of short-lived objects included
 * @param failures writes that were accepted and could not be made durable
 * @param latency of the acknowledged writes
 * @param memory what readers are served from
 */
public record StoreFigures(
    long fileSize,
    long rotations,
    long syncs,
    long writes,
    long failures,
    WriteLatency latency,
    Memory memory) {

  /**
   * From the decision about a write to its acknowledgement.
   *
   * @param bounds upper ends of the classes, rising; the last class has none
   * @param counts writes in each class, one more than there are bounds
   * @param sum of all writes
   */
  public record WriteLatency(List<Duration> bounds, List<Long> counts, Duration sum) {
    public WriteLatency {
      bounds = List.copyOf(bounds);
      counts = List.copyOf(counts);
      if (counts.size() != bounds.size() + 1) {
        throw new IllegalArgumentException(
            "%d counts for %d bounds, expected one more".formatted(counts.size(), bounds.size()));
      }
    }
  }

  /**
   * What is in memory.
   *
   * @param objects of all resources
   * @param documentBytes of their documents
   * @param historyChanges changes that watches can begin at
   * @param historyBytes documents of these, an upper bound
   * @param watchers open watches, those of the service itself included
   * @param watchersCut watches that were cut off since the start, because they did not take
   */
  public record Memory(
      long objects,
      long documentBytes,
      long historyChanges,
      long historyBytes,
      long watchers,
      long watchersCut) {}
}
