package cairn.appliance.resource;

import cairn.appliance.store.Revision;

/**
 * The rules of {@code resourceVersion}, {@code resourceVersionMatch} and {@code sendInitialEvents}.
 * One node has one truth, so all but {@code Exact} is answered from the latest state, and the rules
 * only decide what is refused.
 */
final class Freshness {

  private static final String MATCH = "resourceVersionMatch";
  private static final String INITIAL = "sendInitialEvents";

  private Freshness() {}

  /** Checks a list, all but whether the versions it names are known. */
  static void checkList(ListOptions options) {
    String match = options.resourceVersionMatch();
    boolean versioned = !options.resourceVersion().isEmpty();
    if (options.sendInitialEvents().isPresent()) {
      throw Refusals.forbiddenOption(INITIAL, INITIAL + " is forbidden for list");
    }
    if (!options.continueToken().isEmpty()) {
      if (!match.isEmpty()) {
        throw Refusals.forbiddenOption(MATCH, MATCH + " is forbidden when continue is provided");
      }
      if (versioned && !options.resourceVersion().equals("0")) {
        throw Refusals.bad("specifying resource version is not allowed when using continue");
      }
      return;
    }
    checkMatch(match, versioned);
    long asked = number(options.resourceVersion());
    if (options.exact() && asked == 0) {
      throw Refusals.forbiddenOption(
          MATCH, MATCH + " \"Exact\" is forbidden for resourceVersion \"0\"");
    }
  }

  /** Checks a watch, all but whether the history still reaches back. */
  static void checkWatch(WatchOptions options) {
    String match = options.resourceVersionMatch();
    if (options.sendInitialEvents().isPresent() && !match.equals("NotOlderThan")) {
      throw Refusals.forbiddenOption(
          MATCH, INITIAL + " requires setting " + MATCH + " to NotOlderThan");
    }
    if (options.sendInitialEvents().isEmpty() && !match.isEmpty()) {
      throw Refusals.forbiddenOption(
          MATCH, MATCH + " is forbidden for watch unless " + INITIAL + " is provided");
    }
  }

  /** Zero for absent. */
  static long number(String resourceVersion) {
    if (resourceVersion.isEmpty()) {
      return 0;
    }
    if (!resourceVersion.matches("[0-9]{1,18}")) {
      throw Refusals.bad(
          "resourceVersion: Invalid value: \""
              + resourceVersion
              + "\": expected a whole number that the server handed out");
    }
    return Long.parseLong(resourceVersion);
  }

  static void notFromTheFuture(long asked, Revision current) {
    if (asked > current.value()) {
      throw Refusals.tooLarge(asked, current.value());
    }
  }

  private static void checkMatch(String match, boolean versioned) {
    switch (match) {
      case "" -> {}
      case "Exact", "NotOlderThan" -> {
        if (!versioned) {
          throw Refusals.forbiddenOption(
              MATCH, MATCH + " is forbidden unless resourceVersion is provided");
        }
      }
      default ->
          throw QueryText.unsupported(
              "ListOptions", MATCH, match, "supported values: \"Exact\", \"NotOlderThan\", \"\"");
    }
  }
}
