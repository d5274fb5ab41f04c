package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.apply.Applying.Insistence;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How a write is meant.
 *
 * @param manager who writes, as {@code managedFields} name it; at most 128 bytes, printable
 * @param dryRun everything happens but storing
 * @param insistence what is done about fields of others; for applied configurations only
 */
public record WriteOptions(
    String manager, boolean dryRun, FieldValidation fieldValidation, Insistence insistence) {

  private static final int LONGEST_MANAGER = 128;

  public WriteOptions {
    requireNonNull(manager, "manager is null");
    requireNonNull(fieldValidation, "fieldValidation is null");
    requireNonNull(insistence, "insistence is null");
  }

  public WriteOptions(String manager, boolean dryRun, FieldValidation fieldValidation) {
    this(manager, dryRun, fieldValidation, Insistence.YIELD);
  }

  /** The kinds of options, as their refusals name them. */
  public enum Form {
    CREATE("CreateOptions"),
    UPDATE("UpdateOptions"),
    PATCH("PatchOptions"),
    APPLY("PatchOptions");

    private final String word;

    Form(String word) {
      this.word = word;
    }
  }

  /**
   * Reads {@code fieldManager}, {@code dryRun}, {@code fieldValidation} and {@code force} of a
   * query.
   *
   * @param userAgent header of the request, empty for none; names the manager when the query does
   *     not: up to its first slash
   * @throws cairn.appliance.api.Refusal {@code INVALID} naming everything that is wrong
   */
  public static WriteOptions read(Form form, Map<String, List<String>> query, String userAgent) {
    String manager = QueryText.first(query, "fieldManager");
    List<FieldError> errors = managerErrors(manager);
    if (form == Form.APPLY && manager.isEmpty()) {
      errors.add(
          new FieldError(
              "fieldManager", Cause.REQUIRED, "Required value: is required for apply patch"));
    }
    if (form == Form.PATCH && query.containsKey("force")) {
      errors.add(
          new FieldError(
              "force", Cause.FORBIDDEN, "Forbidden: may not be specified for non-apply patch"));
    }
    if (!errors.isEmpty()) {
      throw Refusals.invalidOptions(form.word, errors);
    }
    return new WriteOptions(
        manager.isEmpty() ? managerOf(userAgent) : manager,
        QueryText.dryRun(form.word, query.getOrDefault("dryRun", List.of())),
        validation(form, QueryText.first(query, "fieldValidation")),
        QueryText.flag(query, "force") ? Insistence.FORCE : Insistence.YIELD);
  }

  private static List<FieldError> managerErrors(String manager) {
    List<FieldError> errors = new ArrayList<>();
    if (manager.getBytes(StandardCharsets.UTF_8).length > LONGEST_MANAGER) {
      errors.add(
          new FieldError(
              "fieldManager",
              Cause.TOO_LONG,
              "Too long: may not be more than " + LONGEST_MANAGER + " bytes"));
    }
    manager
        .codePoints()
        .filter(point -> !isPrintable(point))
        .mapToObj(point ->
            new FieldError(
                "fieldManager",
                Cause.INVALID,
                String.format(
                    "Invalid value: \"%s\": invalid character U+%04X (at position %d)",
                    shown(manager), point, manager.indexOf(point))))
        .findFirst()
        .ifPresent(errors::add);
    return errors;
  }

  /** What a client calls itself: what of it can be printed, as far as there is room. */
  private static String managerOf(String userAgent) {
    int slash = userAgent.indexOf('/');
    StringBuilder name = new StringBuilder();
    int bytes = 0;
    for (int point :
        userAgent
            .substring(0, slash < 0 ? userAgent.length() : slash)
            .codePoints()
            .filter(WriteOptions::isPrintable)
            .toArray()) {
      bytes += Character.toString(point).getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST_MANAGER) {
        break;
      }
      name.appendCodePoint(point);
    }
    return name.isEmpty() ? "unknown" : name.toString();
  }

  private static String shown(String manager) {
    StringBuilder shown = new StringBuilder();
    manager.codePoints().forEach(point -> shown.appendCodePoint(isPrintable(point) ? point : '?'));
    return shown.toString();
  }

  /** Letters, marks, numbers, punctuation, symbols and the plain space, as Go sees it. */
  private static boolean isPrintable(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> point == ' ';
      default -> true;
    };
  }

  private static FieldValidation validation(Form form, String text) {
    return switch (text) {
      case "", "Warn" -> FieldValidation.WARN;
      case "Strict" -> FieldValidation.STRICT;
      case "Ignore" -> FieldValidation.IGNORE;
      default ->
          throw QueryText.unsupported(
              form.word,
              "fieldValidation",
              text,
              "supported values: \"Ignore\", \"Strict\", \"Warn\"");
    };
  }
}
