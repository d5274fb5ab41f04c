package cairn.appliance.settings;

import cairn.appliance.api.ByteCount;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One mapping of the file while it is read. Errors are collected, a default stands in for what is
 * wrong, and {@link #end} reports the keys nobody asked for.
 */
final class Section {

  private static final Pattern CORES =
      Pattern.compile("([0-9]{1,6}(?:\\.[0-9]{1,3})?)|([0-9]{1,9})m");
  private static final Pattern RATIO = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,2})?");
  private static final BigDecimal MOST_RATIO = BigDecimal.valueOf(100);
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(s|m|h|d)");

  private final ObjectNode node;
  private final String path;
  private final List<String> errors;
  private final Set<String> known = new TreeSet<>();

  private Section(ObjectNode node, String path, List<String> errors) {
    this.node = node;
    this.path = path;
    this.errors = errors;
  }

  static Section root(JsonNode document, List<String> errors) {
    if (document instanceof ObjectNode object) {
      return new Section(object, "", errors);
    }
    if (!document.isNull()) {
      errors.add("the file is not a mapping of keys to values");
    }
    return new Section(JsonNodeFactory.instance.objectNode(), "", errors);
  }

  Section section(String key) {
    JsonNode value = take(key);
    if (value instanceof ObjectNode object) {
      return new Section(object, path(key), errors);
    }
    if (!absent(value)) {
      wrong(key, value, "a mapping of keys to values");
    }
    return new Section(JsonNodeFactory.instance.objectNode(), path(key), errors);
  }

  String text(String key, String usual) {
    JsonNode value = take(key);
    if (absent(value)) {
      return usual;
    }
    if (!value.isString() || value.asString().isBlank()) {
      wrong(key, value, "a text");
      return usual;
    }
    return value.asString();
  }

  List<String> texts(String key) {
    JsonNode value = take(key);
    List<String> texts = new ArrayList<>();
    if (absent(value)) {
      return texts;
    }
    if (!value.isArray()) {
      wrong(key, value, "a list of texts");
      return texts;
    }
    for (JsonNode item : value) {
      if (item.isString() && !item.asString().isBlank()) {
        texts.add(item.asString());
      } else {
        wrong(key, item, "a list of texts");
      }
    }
    return texts;
  }

  boolean flag(String key, boolean usual) {
    JsonNode value = take(key);
    if (absent(value)) {
      return usual;
    }
    if (!value.isBoolean()) {
      wrong(key, value, "true or false");
      return usual;
    }
    return value.asBoolean();
  }

  int number(String key, int usual, int least, int most) {
    JsonNode value = take(key);
    if (absent(value)) {
      return usual;
    }
    if (!value.isIntegralNumber() || value.asLong() < least || value.asLong() > most) {
      wrong(key, value, "a whole number from " + least + " to " + most);
      return usual;
    }
    return (int) value.asLong();
  }

  long bytes(String key, long usual) {
    JsonNode value = take(key);
    if (absent(value)) {
      return usual;
    }
    OptionalLong bytes = ByteCount.parse(value);
    if (bytes.isEmpty() || bytes.getAsLong() == 0) {
      wrong(key, value, "a number of bytes, for example 100Gi");
      return usual;
    }
    return bytes.getAsLong();
  }

  /** A number of bytes, zero among them, or nothing. */
  OptionalLong bytesIfAny(String key) {
    JsonNode value = take(key);
    if (absent(value)) {
      return OptionalLong.empty();
    }
    OptionalLong bytes = ByteCount.parse(value);
    if (bytes.isEmpty()) {
      wrong(key, value, "a number of bytes, for example 2Gi");
    }
    return bytes;
  }

  /** Thousandths of a core, written as {@code 2}, {@code 0.5} or {@code 500m}. */
  long thousandths(String key, long usual) {
    JsonNode value = take(key);
    if (absent(value)) {
      return usual;
    }
    Matcher parts = CORES.matcher(value.asString(""));
    if (!parts.matches()) {
      wrong(key, value, "a number of cores, for example 1, 0.5 or 500m");
      return usual;
    }
    return parts.group(2) != null
        ? Long.parseLong(parts.group(2))
        : new BigDecimal(parts.group(1)).movePointRight(3).longValueExact();
  }

  /** How many times something may be given out, 1 (the default) to 100. */
  BigDecimal ratio(String key) {
    JsonNode value = take(key);
    if (absent(value)) {
      return BigDecimal.ONE;
    }
    if (RATIO.matcher(value.asString("")).matches()) {
      BigDecimal ratio = new BigDecimal(value.asString(""));
      if (ratio.compareTo(BigDecimal.ONE) >= 0 && ratio.compareTo(MOST_RATIO) <= 0) {
        return ratio;
      }
    }
    wrong(key, value, "a number from 1 to 100, for example 1.5");
    return BigDecimal.ONE;
  }

  Duration duration(String key, Duration usual) {
    JsonNode value = take(key);
    if (absent(value)) {
      return usual;
    }
    Matcher parts = DURATION.matcher(value.asString(""));
    if (!parts.matches() || Long.parseLong(parts.group(1)) == 0) {
      wrong(key, value, "a time such as 90s, 30m, 6h or 1d");
      return usual;
    }
    long count = Long.parseLong(parts.group(1));
    return switch (parts.group(2)) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }

  /** Says that a value which was read as text is wrong after all. */
  void wrong(String key, String value, String expected) {
    errors.add(path(key) + " is \"" + value + "\", expected " + expected);
  }

  /** Everything was asked for that may stand here. */
  void end() {
    for (String key : node.propertyNames()) {
      if (!known.contains(key)) {
        errors.add(path(key) + " is not a key; here may stand: " + String.join(", ", known));
      }
    }
  }

  private JsonNode take(String key) {
    known.add(key);
    return node.path(key);
  }

  private void wrong(String key, JsonNode value, String expected) {
    errors.add(path(key) + " is " + value + ", expected " + expected);
  }

  private static boolean absent(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }

  private String path(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
