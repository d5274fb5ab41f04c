package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

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

  /** Whether the state is wanted as it was at {@link #resourceVersion}, and no later one. */
  boolean exact() {
    return resourceVersionMatch.equals("Exact");
  }

  /**
   * Reads the query of a list.
   *
   * @throws cairn.appliance.api.Refusal {@code BAD_REQUEST} for a number that is none
   */
  public static ListOptions read(Map<String, List<String>> query) {
    timeoutSeconds(query);
    return new ListOptions(
        QueryText.first(query, "labelSelector"),
        QueryText.first(query, "fieldSelector"),
        limit(query),
        QueryText.first(query, "continue"),
        QueryText.first(query, "resourceVersion"),
        QueryText.first(query, "resourceVersionMatch"),
        query.containsKey("sendInitialEvents")
            ? Optional.of(QueryText.flag(query, "sendInitialEvents"))
            : Optional.empty());
  }

  /**
   * How long the request may take, in seconds; a watch lasts that long, a list never does.
   *
   * @throws cairn.appliance.api.Refusal {@code BAD_REQUEST} if it is no whole number
   */
  public static OptionalLong timeoutSeconds(Map<String, List<String>> query) {
    return QueryText.number(query, "timeoutSeconds");
  }

  private static long limit(Map<String, List<String>> query) {
    long limit = QueryText.number(query, "limit").orElse(0);
    if (limit < 0) {
      throw Refusals.bad("limit is " + limit + ", expected zero for all objects, or more");
    }
    return limit;
  }
}
