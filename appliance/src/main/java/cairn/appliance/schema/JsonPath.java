package cairn.appliance.schema;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * The part of Kubernetes' JSONPath that printed columns use: fields, {@code \.} for a dot inside a
 * name, {@code [0]}, {@code [*]} and {@code [?(@.field=='text')]}.
 */
final class JsonPath {

  /** One step from a set of values to the next. */
  private sealed interface Step {}

  private record Field(String name) implements Step {}

  private record Index(int index) implements Step {}

  private record All() implements Step {}

  private record Where(List<String> path, String value) implements Step {}

  private final List<Step> steps;

  private JsonPath(List<Step> steps) {
    this.steps = List.copyOf(steps);
  }

  /**
   * @throws IllegalArgumentException if the path uses what this part does not have
   */
  static JsonPath parse(String path) {
    List<Step> steps = new ArrayList<>();
    int at = 0;
    while (at < path.length()) {
      if (path.charAt(at) == '.') {
        int end = endOfName(path, at + 1);
        steps.add(new Field(unescaped(path.substring(at + 1, end))));
        at = end;
      } else if (path.charAt(at) == '[') {
        int end = path.indexOf(']', at);
        steps.add(bracket(path, path.substring(at + 1, end)));
        at = end + 1;
      } else {
        throw new IllegalArgumentException("no path of a column: " + path);
      }
    }
    return new JsonPath(steps);
  }

  private static int endOfName(String path, int start) {
    int at = start;
    while (at < path.length() && path.charAt(at) != '.' && path.charAt(at) != '[') {
      at += path.charAt(at) == '\\' ? 2 : 1;
    }
    return at;
  }

  private static String unescaped(String name) {
    return name.replace("\\", "");
  }

  private static Step bracket(String path, String inner) {
    if (inner.equals("*")) {
      return new All();
    }
    if (inner.startsWith("?(@.") && inner.endsWith(")") && inner.contains("==")) {
      String condition = inner.substring("?(@.".length(), inner.length() - 1);
      int equal = condition.indexOf("==");
      return new Where(
          List.of(condition.substring(0, equal).strip().split("\\.", -1)),
          unquoted(condition.substring(equal + 2).strip()));
    }
    try {
      return new Index(Integer.parseInt(inner));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("no path of a column: " + path, e);
    }
  }

  private static String unquoted(String value) {
    boolean quoted =
        value.length() > 1
            && (value.charAt(0) == '\'' || value.charAt(0) == '"')
            && value.charAt(0) == value.charAt(value.length() - 1);
    return quoted ? value.substring(1, value.length() - 1) : value;
  }

  /** The first value found; empty if there is none or it is null. */
  Optional<JsonNode> first(JsonNode document) {
    Stream<JsonNode> values = Stream.of(document);
    for (Step step : steps) {
      values = values.flatMap(value -> next(step, value));
    }
    return values.filter(value -> !value.isNull()).findFirst();
  }

  private static Stream<JsonNode> next(Step step, JsonNode value) {
    return switch (step) {
      case Field field -> Stream.ofNullable(value.get(field.name()));
      case Index index -> Stream.ofNullable(value.get(index.index()));
      case All _ -> value.valueStream();
      case Where where -> value.valueStream().filter(item -> fits(where, item));
    };
  }

  private static boolean fits(Where where, JsonNode item) {
    JsonNode value = item;
    for (String name : where.path()) {
      value = value.path(name);
    }
    return value.isValueNode() && value.asString().equals(where.value());
  }
}
