package cairn.appliance.store;

import java.time.Duration;

/**
 * How much a store remembers beyond the current state.
 *
 * @param historyAge changes younger than this are remembered, unless there are more than {@code
 *     historyMost}; longer than the minute between two bookmarks, so that a client that comes back
 *     need not list again
 * @param historyLeast this many newest changes are remembered whatever their age
 * @param historyMost never more changes than this
 * @param historyBytes never more than this in documents, counting those before and after each
 *     change; what counts before all else
 * @param watcherBacklog a watcher with more changes than this not taken is cut off
 * @param watcherBytes nor may the documents of those be more than this
 * @param shortLivedAge how long an object of a short-lived resource ({@code events}) stands after
 *     its last write
 * @param shortLivedMost the oldest short-lived objects go once there are more than this
 */
public record Retention(
    Duration historyAge,
    int historyLeast,
    int historyMost,
    long historyBytes,
    int watcherBacklog,
    long watcherBytes,
    Duration shortLivedAge,
    int shortLivedMost) {

  /** What the service runs with; the figures of the Kubernetes API server where it has some. */
  public static final Retention STANDARD =
      new Retention(
          Duration.ofSeconds(75),
          100,
          100_000,
          32L << 20,
          4_096,
          16L << 20,
          Duration.ofHours(1),
          5_000);

  public Retention {
    if (historyLeast < 1 || historyMost < historyLeast || historyBytes < 1) {
      throw new IllegalArgumentException(
          "history keeps at least %d and at most %d changes of %d bytes, expected 1 <= least <= most and bytes >= 1"
              .formatted(historyLeast, historyMost, historyBytes));
    }
    if (watcherBacklog < 1 || watcherBytes < 1 || shortLivedMost < 1) {
      throw new IllegalArgumentException(
          "watcher backlog is %d changes or %d bytes and short-lived objects are %d, expected at least 1"
              .formatted(watcherBacklog, watcherBytes, shortLivedMost));
    }
  }
}
