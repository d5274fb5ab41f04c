package cairn.appliance.resource;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON patch, RFC 6902, read as Kubernetes' library reads it: {@code remove} of what is not there
 * and {@code test} that does not hold refuse the whole patch. Neither argument is changed.
 */
final class JsonPatch {

  /** More operations in one request are refused, as Kubernetes does. */
  private static final int MOST_OPERATIONS = 10_000;

  /** What all copies together may add: else a short patch could fill the memory by doubling. */
  private static final long MOST_COPIED = 3 << 20;

  private JsonNode document;
  private long copied;

  private JsonPatch(JsonNode document) {
    this.document = document;
  }

  /**
   * @throws Refusal {@code BAD_REQUEST} if the operations are malformed, {@code INVALID} if they do
   *     not fit the document, {@code REQUEST_ENTITY_TOO_LARGE} if they are too many
   */
  static JsonNode apply(JsonNode document, JsonNode operations) {
    if (!operations.isArray()) {
      throw Refusals.bad("the JSON patch is not an array of operations");
    }
    if (operations.size() > MOST_OPERATIONS) {
      throw new Refusal(
          Reason.REQUEST_ENTITY_TOO_LARGE,
          "The allowed maximum operations in a JSON patch is "
              + MOST_OPERATIONS
              + ", got "
              + operations.size());
    }
    JsonPatch patch = new JsonPatch(document.deepCopy());
    for (JsonNode operation : operations) {
      patch.carryOut(operation);
    }
    return patch.document;
  }

  private void carryOut(JsonNode operation) {
    String word = text(operation, "op");
    List<String> path = pointer(text(operation, "path"));
    switch (word) {
      case "add" -> add(word, path, value(operation));
      case "remove" -> remove(word, path);
      case "replace" -> {
        if (path.isEmpty()) {
          document = whole(value(operation));
        } else {
          replace(path, value(operation));
        }
      }
      case "move" -> {
        List<String> from = pointer(text(operation, "from"));
        if (path.size() > from.size() && path.subList(0, from.size()).equals(from)) {
          throw unfit(word, from, "a value cannot be moved into itself");
        }
        add(word, path, remove(word, from));
      }
      case "copy" -> {
        JsonNode original = find(word, pointer(text(operation, "from")));
        copied += original.toString().length();
        if (copied > MOST_COPIED) {
          throw new Refusal(
              Reason.REQUEST_ENTITY_TOO_LARGE,
              "the copies of the JSON patch add more than " + MOST_COPIED + " bytes");
        }
        add(word, path, original.deepCopy());
      }
      case "test" -> test(path, value(operation));
      default -> throw Refusals.bad("Unexpected kind: " + word);
    }
  }

  private void add(String word, List<String> path, JsonNode value) {
    requireBelow(word, path);
    String last = path.getLast();
    JsonNode parent = find(word, path.subList(0, path.size() - 1));
    switch (parent) {
      case ObjectNode object -> object.set(last, value);
      case ArrayNode array when last.equals("-") -> array.add(value);
      case ArrayNode array -> array.insert(place(word, path, array.size()), value);
      default -> throw missing(word, path);
    }
  }

  private void replace(List<String> path, JsonNode value) {
    find("replace", path);
    switch (find("replace", path.subList(0, path.size() - 1))) {
      case ObjectNode object -> object.set(path.getLast(), value);
      case ArrayNode array -> array.set(place("replace", path, array.size() - 1), value);
      default -> throw missing("replace", path);
    }
  }

  private JsonNode remove(String word, List<String> path) {
    requireBelow(word, path);
    JsonNode gone = find(word, path);
    switch (find(word, path.subList(0, path.size() - 1))) {
      case ObjectNode object -> object.remove(path.getLast());
      case ArrayNode array -> array.remove(place(word, path, array.size() - 1));
      default -> throw missing(word, path);
    }
    return gone;
  }

  private void test(List<String> path, JsonNode wanted) {
    JsonNode found = document;
    for (int i = 0; i < path.size(); i++) {
      found =
          found instanceof ArrayNode array
              ? array.path(place("test", path.subList(0, i + 1), array.size() - 1))
              : found.path(path.get(i));
    }
    // Kubernetes takes what is not there and null for the same.
    boolean holds = found.isMissingNode() ? wanted.isNull() : equal(found, wanted);
    if (!holds) {
      throw invalid("Testing value " + shown(path) + " failed: test failed");
    }
  }

  /** Of the whole document, Kubernetes' library knows the replacement only. */
  private static void requireBelow(String word, List<String> path) {
    if (path.isEmpty()) {
      throw missing(word, path);
    }
  }

  private static JsonNode whole(JsonNode value) {
    if (!value.isContainer()) {
      throw invalid("replace operation value must be object or array: " + value);
    }
    return value;
  }

  private JsonNode find(String word, List<String> path) {
    JsonNode found = document;
    for (int i = 0; i < path.size(); i++) {
      found =
          switch (found) {
            case ObjectNode object -> object.path(path.get(i));
            case ArrayNode array ->
                array.path(place(word, path.subList(0, i + 1), array.size() - 1));
            default -> found.path("nothing below a scalar");
          };
      if (found.isMissingNode()) {
        throw missing(word, path);
      }
    }
    return found;
  }

  private static int place(String word, List<String> path, int last) {
    String text = path.getLast();
    boolean digits = text.matches("0|[1-9][0-9]{0,8}");
    if (!digits || Integer.parseInt(text) > last) {
      throw unfit(word, path, "Unable to access invalid index: " + text);
    }
    return Integer.parseInt(text);
  }

  private static boolean equal(JsonNode left, JsonNode right) {
    if (left.isNumber() && right.isNumber()) {
      return left.decimalValue().compareTo(right.decimalValue()) == 0;
    }
    if (left instanceof ObjectNode one && right instanceof ObjectNode other) {
      return one.size() == other.size()
          && one.properties().stream()
              .allMatch(field ->
                  other.has(field.getKey()) && equal(field.getValue(), other.path(field.getKey())));
    }
    if (left instanceof ArrayNode one && right instanceof ArrayNode other) {
      if (one.size() != other.size()) {
        return false;
      }
      for (int i = 0; i < one.size(); i++) {
        if (!equal(one.path(i), other.path(i))) {
          return false;
        }
      }
      return true;
    }
    return left.equals(right);
  }

  private static JsonNode value(JsonNode operation) {
    JsonNode value = operation.path("value");
    if (value.isMissingNode()) {
      throw Refusals.bad("an operation of the JSON patch lacks its value: " + operation);
    }
    return value.deepCopy();
  }

  private static String text(JsonNode operation, String field) {
    JsonNode text = operation.path(field);
    if (!operation.isObject() || !text.isString()) {
      throw Refusals.bad("an operation of the JSON patch lacks its " + field + ": " + operation);
    }
    return text.asString();
  }

  /** The parts of a JSON pointer, RFC 6901. */
  private static List<String> pointer(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    if (!text.startsWith("/")) {
      throw Refusals.bad("a path of the JSON patch does not begin with /: " + text);
    }
    List<String> parts = new ArrayList<>();
    for (String part : text.substring(1).split("/", -1)) {
      parts.add(part.replace("~1", "/").replace("~0", "~"));
    }
    return parts;
  }

  private static Refusal missing(String word, List<String> path) {
    return invalid(
        word
            + " operation does not apply: doc is missing path: "
            + shown(path)
            + ": missing value");
  }

  private static Refusal unfit(String word, List<String> path, String why) {
    return invalid(word + " operation does not apply: " + shown(path) + ": " + why);
  }

  private static Refusal invalid(String why) {
    return new Refusal(
        Reason.INVALID, "the server rejected our request due to an error in our request: " + why);
  }

  private static String shown(List<String> path) {
    StringBuilder shown = new StringBuilder();
    path.forEach(part -> shown.append('/').append(part.replace("~", "~0").replace("/", "~1")));
    return shown.toString();
  }
}
