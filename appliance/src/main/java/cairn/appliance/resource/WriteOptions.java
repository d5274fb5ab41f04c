package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.List;
import java.util.Map;

/**
 * How a write is meant.
 *
 * @param manager who writes, as {@code managedFields} name it; at most 128 characters
 * @param dryRun everything happens but storing
 */
public record WriteOptions(String manager, boolean dryRun, FieldValidation fieldValidation) {

  private static final int LONGEST_MANAGER = 128;

  public WriteOptions {
    requireNonNull(manager, "manager is null");
    requireNonNull(fieldValidation, "fieldValidation is null");
    if (manager.length() > LONGEST_MANAGER) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          "fieldManager is " + manager.length() + " characters long, at most 128 are allowed");
    }
  }

  /**
   * Reads {@code fieldManager}, {@code dryRun} and {@code fieldValidation} of a query.
   *
   * @param userAgent header of the request, empty for none; names the manager when the query does
   *     not: up to its first slash
   */
  public static WriteOptions read(Map<String, List<String>> query, String userAgent) {
    String manager = QueryText.last(query, "fieldManager");
    return new WriteOptions(
        manager.isEmpty() ? managerOf(userAgent) : manager,
        QueryText.dryRun(query.getOrDefault("dryRun", List.of())),
        validation(QueryText.last(query, "fieldValidation")));
  }

  private static String managerOf(String userAgent) {
    int slash = userAgent.indexOf('/');
    String name = slash < 0 ? userAgent : userAgent.substring(0, slash);
    String known = name.isBlank() ? "unknown" : name;
    return known.length() > LONGEST_MANAGER ? known.substring(0, LONGEST_MANAGER) : known;
  }

  private static FieldValidation validation(String text) {
    return switch (text) {
      case "", "Warn" -> FieldValidation.WARN;
      case "Strict" -> FieldValidation.STRICT;
      case "Ignore" -> FieldValidation.IGNORE;
      default ->
          throw QueryText.invalid(
              "fieldValidation", text, "supported values: \"Ignore\", \"Strict\", \"Warn\"");
    };
  }
}
