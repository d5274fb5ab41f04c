package cairn.appliance.resource;

import cairn.appliance.api.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * A label selector: requirements that must all hold. Grammar: {@code key}, {@code !key}, {@code
 * key=v}, {@code key==v}, {@code key!=v}, {@code key in (a,b)}, {@code key notin (a,b)}, {@code
 * key>1}, {@code key<1}, joined by commas.
 */
final class LabelSelector {

  static final LabelSelector EVERYTHING = new LabelSelector(List.of());

  private static final Pattern SET =
      Pattern.compile("\\s*(\\S+?)\\s+(in|notin)\\s*\\(([^()]*)\\)\\s*");
  private static final Pattern COMPARED =
      Pattern.compile("\\s*([^\\s=!<>(),]+)\\s*(==|!=|=|<|>)\\s*([^\\s=!<>(),]*)\\s*");
  private static final Pattern PRESENT = Pattern.compile("\\s*(!?)\\s*([^\\s=!<>(),]+)\\s*");

  private final List<Predicate<JsonNode>> requirements;

  private LabelSelector(List<Predicate<JsonNode>> requirements) {
    this.requirements = List.copyOf(requirements);
  }

  /**
   * @throws Refusal {@code BAD_REQUEST} if the text is no selector
   */
  static LabelSelector parse(String text) {
    if (text.isBlank()) {
      return EVERYTHING;
    }
    List<Predicate<JsonNode>> requirements = new ArrayList<>();
    for (String part : split(text)) {
      requirements.add(requirement(part, text));
    }
    return new LabelSelector(requirements);
  }

  boolean everything() {
    return requirements.isEmpty();
  }

  boolean matches(JsonNode document) {
    JsonNode labels = document.path("metadata").path("labels");
    return requirements.stream().allMatch(requirement -> requirement.test(labels));
  }

  /** At commas outside of parentheses. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int depth = 0;
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '(') {
        depth++;
      } else if (c == ')') {
        depth--;
      } else if (c == ',' && depth == 0) {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static Predicate<JsonNode> requirement(String part, String whole) {
    Matcher set = SET.matcher(part);
    if (set.matches()) {
      return ofSet(key(set.group(1), whole), set.group(2), set.group(3), whole);
    }
    Matcher compared = COMPARED.matcher(part);
    if (compared.matches()) {
      return ofComparison(
          key(compared.group(1), whole), compared.group(2), compared.group(3), whole);
    }
    Matcher present = PRESENT.matcher(part);
    if (present.matches()) {
      String key = key(present.group(2), whole);
      boolean wanted = present.group(1).isEmpty();
      return labels -> labels.has(key) == wanted;
    }
    throw unreadable(whole, "found '" + part.strip() + "', expected a requirement");
  }

  private static Predicate<JsonNode> ofSet(String key, String operator, String list, String whole) {
    if (list.isBlank()) {
      throw unreadable(whole, "for 'in', 'notin' operators, values set can't be empty");
    }
    Set<String> values = new TreeSet<>();
    for (String value : list.split(",", -1)) {
      values.add(value(value.strip(), whole));
    }
    return operator.equals("in")
        ? labels -> labels.has(key) && values.contains(labels.path(key).asString(""))
        : labels -> !labels.has(key) || !values.contains(labels.path(key).asString(""));
  }

  private static Predicate<JsonNode> ofComparison(
      String key, String operator, String text, String whole) {
    if (operator.equals("<") || operator.equals(">")) {
      return ofOrder(key, operator.equals(">"), text, whole);
    }
    String value = value(text, whole);
    return operator.equals("!=")
        ? labels -> !labels.has(key) || !labels.path(key).asString("").equals(value)
        : labels -> labels.has(key) && labels.path(key).asString("").equals(value);
  }

  private static Predicate<JsonNode> ofOrder(
      String key, boolean greater, String text, String whole) {
    OptionalLong bound = number(text);
    if (bound.isEmpty()) {
      throw unreadable(whole, "for 'Gt', 'Lt' operators, the value must be an integer");
    }
    return labels -> {
      OptionalLong number = number(labels.path(key).asString(""));
      return number.isPresent()
          && (greater
              ? number.getAsLong() > bound.getAsLong()
              : number.getAsLong() < bound.getAsLong());
    };
  }

  /** A label's value has no sign, so neither has the number that it is compared with. */
  private static OptionalLong number(String text) {
    try {
      return text.matches("[0-9]{1,63}")
          ? OptionalLong.of(Long.parseLong(text))
          : OptionalLong.empty();
    } catch (NumberFormatException e) {
      return OptionalLong.empty();
    }
  }

  private static String key(String key, String whole) {
    Optional<String> wrong = MetadataRules.qualifiedName(key);
    if (wrong.isPresent()) {
      throw unreadable(whole, "key: Invalid value: \"" + key + "\": " + wrong.get());
    }
    return key;
  }

  private static String value(String value, String whole) {
    Optional<String> wrong = MetadataRules.labelValue(value);
    if (wrong.isPresent()) {
      throw unreadable(whole, "values: Invalid value: \"" + value + "\": " + wrong.get());
    }
    return value;
  }

  private static Refusal unreadable(String whole, String why) {
    return Refusals.bad("unable to parse requirement of labelSelector \"" + whole + "\": " + why);
  }
}
