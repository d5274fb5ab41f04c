package cairn.appliance.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** How an object, or a list of them, is printed for programs. */
sealed interface Output {

  void print(Discovery.Kind kind, JsonNode answer, PrintWriter out);

  static Output form(String form) {
    return switch (form) {
      case "yaml" -> new Yaml();
      case "json" -> new Json();
      case "name" -> new Name();
      default -> {
        if (!form.startsWith("field=")) {
          throw new Failure(
              Failure.WRONG_USAGE,
              "output form '"
                  + form
                  + "' is not known; known are wide, yaml, json, name, field=PATH");
        }
        yield new Field(form.substring("field=".length()));
      }
    };
  }

  record Yaml() implements Output {
    @Override
    public void print(Discovery.Kind kind, JsonNode answer, PrintWriter out) {
      Documents.yaml(answer, out);
    }
  }

  record Json() implements Output {
    @Override
    public void print(Discovery.Kind kind, JsonNode answer, PrintWriter out) {
      out.println(answer.toPrettyString());
    }
  }

  record Name() implements Output {
    @Override
    public void print(Discovery.Kind kind, JsonNode answer, PrintWriter out) {
      items(answer)
          .forEach(item ->
              out.println(kind.plural() + "/" + item.path("metadata").path("name").asString("")));
    }
  }

  /** One field of each object, a line each; a path is written {@code status.phase}. */
  record Field(String path) implements Output {
    @Override
    public void print(Discovery.Kind kind, JsonNode answer, PrintWriter out) {
      List<JsonNode> found = items(answer).map(this::at).toList();
      if (!found.isEmpty() && found.stream().allMatch(JsonNode::isMissingNode)) {
        throw new Failure(
            Failure.REFUSED,
            "%s has no field '%s' now; all of it: cairn get %s -o yaml"
                .formatted(
                    found.size() == 1
                        ? "this " + kind.singular()
                        : "none of these " + kind.plural(),
                    path,
                    kind.singular()));
      }
      found.forEach(value -> out.println(text(value)));
    }

    private JsonNode at(JsonNode item) {
      JsonNode found = item;
      for (String step : path.replaceFirst("^\\.", "").split("\\.", -1)) {
        found = step.matches("\\d+") ? found.path(Integer.parseInt(step)) : found.path(step);
      }
      return found;
    }

    private static String text(JsonNode value) {
      if (value.isMissingNode() || value.isNull()) {
        return "";
      }
      return value.isString() ? value.stringValue() : value.toString();
    }
  }

  private static Stream<JsonNode> items(JsonNode answer) {
    return answer.has("items") ? answer.path("items").valueStream() : Stream.of(answer);
  }
}
