package cairn.appliance.resource;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Reads parameters of a query as Kubernetes reads them: of several with one name the first counts.
 */
final class QueryText {

  private QueryText() {}

  static String first(Map<String, List<String>> query, String name) {
    List<String> values = query.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.getFirst();
  }

  /** Only absent, empty, {@code 0} and {@code false} in any case are false. */
  static boolean flag(Map<String, List<String>> query, String name) {
    if (!query.containsKey(name)) {
      return false;
    }
    String text = first(query, name).toLowerCase(Locale.ROOT);
    return !text.equals("0") && !text.equals("false");
  }

  /**
   * @param options the kind of options that the refusal names
   */
  static boolean dryRun(String options, List<String> values) {
    for (String value : values) {
      if (!value.equals("All")) {
        throw unsupported(options, "dryRun", value, "supported values: \"All\"");
      }
    }
    return !values.isEmpty();
  }

  /** Empty if the parameter is absent; one without a value is no number either. */
  static OptionalLong number(Map<String, List<String>> query, String name) {
    if (!query.containsKey(name)) {
      return OptionalLong.empty();
    }
    String text = first(query, name);
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException e) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          name + " is \"" + text + "\", expected a whole number, for example " + name + "=500");
    }
  }

  static Refusal unsupported(String options, String field, String value, String remedy) {
    String message =
        (value.isEmpty() ? "Invalid value: \"\"" : "Unsupported value: \"" + value + "\"")
            + ": "
            + remedy;
    return Refusals.invalidOptions(
        options, List.of(new FieldError(field, FieldError.Cause.NOT_SUPPORTED, message)));
  }
}
