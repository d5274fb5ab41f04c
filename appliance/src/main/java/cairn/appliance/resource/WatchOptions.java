package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which changes are wanted; texts as they came, empty for absent. How long the stream lasts is the
 * edge's business.
 *
 * @param allowBookmarks {@code allowWatchBookmarks} of the query
 */
public record WatchOptions(
    String labelSelector,
    String fieldSelector,
    String resourceVersion,
    String resourceVersionMatch,
    boolean allowBookmarks,
    Optional<Boolean> sendInitialEvents) {

  /** Everything that is there, then everything that changes. */
  public static final WatchOptions ALL = new WatchOptions("", "", "", "", false, Optional.empty());

  public WatchOptions {
    requireNonNull(labelSelector, "labelSelector is null");
    requireNonNull(fieldSelector, "fieldSelector is null");
    requireNonNull(resourceVersion, "resourceVersion is null");
    requireNonNull(resourceVersionMatch, "resourceVersionMatch is null");
    requireNonNull(sendInitialEvents, "sendInitialEvents is null");
  }

  /** Reads the query of a watch. */
  public static WatchOptions read(Map<String, List<String>> query) {
    ListOptions common = ListOptions.read(query);
    return new WatchOptions(
        common.labelSelector(),
        common.fieldSelector(),
        common.resourceVersion(),
        common.resourceVersionMatch(),
        QueryText.flag(query, "allowWatchBookmarks"),
        common.sendInitialEvents());
  }
}
