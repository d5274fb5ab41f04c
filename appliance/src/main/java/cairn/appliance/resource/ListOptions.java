package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which objects of a list are wanted and how fresh; texts as they came, empty for absent. The
 * engine refuses what does not fit together.
 *
 * @param limit objects per page; 0 for all
 * @param continueToken as the page before gave it
 */
public record ListOptions(
    String labelSelector,
    String fieldSelector,
    long limit,
    String continueToken,
    String resourceVersion,
    String resourceVersionMatch,
    Optional<Boolean> sendInitialEvents) {

  public static final ListOptions ALL = new ListOptions("", "", 0, "", "", "", Optional.empty());

  public ListOptions {
    requireNonNull(labelSelector, "labelSelector is null");
    requireNonNull(fieldSelector, "fieldSelector is null");
    requireNonNull(continueToken, "continueToken is null");
    requireNonNull(resourceVersion, "resourceVersion is null");
    requireNonNull(resourceVersionMatch, "resourceVersionMatch is null");
    requireNonNull(sendInitialEvents, "sendInitialEvents is null");
  }

  /** Reads the query of a list. */
  public static ListOptions read(Map<String, List<String>> query) {
    return new ListOptions(
        QueryText.last(query, "labelSelector"),
        QueryText.last(query, "fieldSelector"),
        QueryText.number(query, "limit", 0),
        QueryText.last(query, "continue"),
        QueryText.last(query, "resourceVersion"),
        QueryText.last(query, "resourceVersionMatch"),
        query.containsKey("sendInitialEvents")
            ? Optional.of(QueryText.flag(query, "sendInitialEvents"))
            : Optional.empty());
  }
}
