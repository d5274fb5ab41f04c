package cairn.appliance.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The laws on what Secrets and ConfigMaps hold, in Kubernetes' words. Pure. */
final class Contents {

  private static final String IMMUTABLE = "immutable";

  /** Of all values together. */
  private static final int MOST_BYTES = 1024 * 1024;

  private static final int LONGEST_KEY = 253;
  private static final Pattern KEY = Pattern.compile("[-._a-zA-Z0-9]+");

  private Contents() {}

  /**
   * What is wrong with the state that a write asks for.
   *
   * @param fields that hold the entries
   */
  static List<FieldError> check(ObjectNode now, Optional<ObjectNode> old, List<String> fields) {
    List<FieldError> errors = new ArrayList<>();
    old.filter(before -> before.path(IMMUTABLE).asBoolean(false))
        .ifPresent(before -> fixed(before, now, fields, errors));
    long bytes = 0;
    for (String field : fields) {
      for (String key : now.path(field).propertyNames()) {
        key(field, key, errors);
        JsonNode value = now.path(field).path(key);
        bytes += field.equals("data") && fields.size() > 1 ? utf8(value) : decoded(value);
      }
    }
    if (bytes > MOST_BYTES) {
      errors.add(
          new FieldError(
              fields.size() > 1 ? "" : fields.getFirst(),
              Cause.TOO_LONG,
              "Too long: may not be more than " + MOST_BYTES + " bytes"));
    }
    return errors;
  }

  /** A key may stand in one of two fields only. */
  static List<FieldError> twice(ObjectNode now, String field, String other) {
    return now.path(field).propertyNames().stream()
        .filter(key -> now.path(other).has(key))
        .map(key ->
            new FieldError(
                field + "[" + key + "]",
                Cause.INVALID,
                "Invalid value: \"" + key + "\": duplicate of key present in " + other))
        .toList();
  }

  private static void fixed(
      ObjectNode old, ObjectNode now, List<String> fields, List<FieldError> errors) {
    if (!now.path(IMMUTABLE).asBoolean(false)) {
      errors.add(forbidden(IMMUTABLE));
    }
    for (String field : fields) {
      boolean none = old.path(field).isEmpty() && now.path(field).isEmpty();
      if (!none && !old.path(field).equals(now.path(field))) {
        errors.add(forbidden(field));
      }
    }
  }

  private static FieldError forbidden(String field) {
    return new FieldError(
        field, Cause.FORBIDDEN, "Forbidden: field is immutable when `immutable` is set");
  }

  private static void key(String field, String key, List<FieldError> errors) {
    boolean wrong =
        key.length() > LONGEST_KEY
            || !KEY.matcher(key).matches()
            || key.equals(".")
            || key.startsWith("..");
    if (wrong) {
      errors.add(
          new FieldError(
              field + "[" + key + "]",
              Cause.INVALID,
              "Invalid value: \""
                  + key
                  + "\": a valid config key must consist of alphanumeric characters, '-', '_' or"
                  + " '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for"
                  + " validation is '[-._a-zA-Z0-9]+'), at most 253 of them, and may not begin"
                  + " with '..'"));
    }
  }

  private static long utf8(JsonNode value) {
    return value.asString("").getBytes(UTF_8).length;
  }

  /** Of base64: three bytes in four letters. */
  private static long decoded(JsonNode value) {
    String text = value.asString("");
    int padding = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
    return text.length() / 4L * 3 - padding;
  }
}
