package cairn.appliance.apply;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Lays an applied configuration over a document. What it does not speak of stays. */
final class Merging {

  private Merging() {}

  /**
   * The merged value. Null in the configuration clears a place: nothing then is there.
   *
   * @throws Unfit if items of a list in the configuration cannot be told apart; the message names
   *     the list
   */
  static JsonNode merge(FieldType type, JsonNode live, JsonNode applied) {
    return merge("", type, live, applied);
  }

  private static JsonNode merge(String path, FieldType type, JsonNode live, JsonNode applied) {
    if (applied.isNull()) {
      return MissingNode.getInstance();
    }
    if (applied instanceof ObjectNode fields && type.granular()) {
      return objects(path, type, live, fields);
    }
    Optional<Items> items = items(path, type, applied);
    if (items.isPresent()) {
      Items before = Items.of(type, live).orElseGet(Items::none);
      return list(path, type, before.byStep(), items.get().byStep());
    }
    return applied.deepCopy();
  }

  private static Optional<Items> items(String path, FieldType type, JsonNode applied) {
    try {
      return Items.apart(type, applied);
    } catch (Unfit alike) {
      throw new Unfit(path + ": " + alike.why());
    }
  }

  private static ObjectNode objects(
      String path, FieldType type, JsonNode live, ObjectNode applied) {
    ObjectNode merged = JsonNodeFactory.instance.objectNode();
    if (live instanceof ObjectNode present) {
      merged.setAll(present);
    }
    for (Map.Entry<String, JsonNode> field : applied.properties()) {
      String name = field.getKey();
      JsonNode value =
          merge(path + "." + name, type.field(name), merged.path(name), field.getValue());
      if (value.isMissingNode()) {
        merged.remove(name);
      } else {
        merged.set(name, value);
      }
    }
    return merged;
  }

  /**
   * Items that both have stand in the order of the configuration; items that only the document has
   * keep their places between those.
   */
  private static ArrayNode list(
      String path,
      FieldType type,
      SequencedMap<PathElement, JsonNode> live,
      SequencedMap<PathElement, JsonNode> applied) {
    Deque<PathElement> before = new ArrayDeque<>(live.keySet());
    Deque<PathElement> wanted = new ArrayDeque<>(applied.keySet());
    Deque<PathElement> shared = new ArrayDeque<>(applied.keySet());
    shared.removeIf(step -> !live.containsKey(step));
    List<JsonNode> merged = new ArrayList<>();
    while (!before.isEmpty() || !wanted.isEmpty()) {
      PathElement present = before.peek();
      if (present != null && !applied.containsKey(present)) {
        merged.add(live.getOrDefault(before.pop(), MissingNode.getInstance()));
      } else if (present != null && !wanted.isEmpty() && !present.equals(shared.peek())) {
        // It stands elsewhere in the configuration, and is merged when its turn comes there.
        before.pop();
      } else {
        PathElement next = wanted.pop();
        if (next.equals(shared.peek())) {
          shared.pop();
        }
        if (next.equals(present)) {
          before.pop();
        }
        merged.add(
            merge(
                path + next.shown(),
                type.item(),
                live.getOrDefault(next, MissingNode.getInstance()),
                applied.getOrDefault(next, MissingNode.getInstance())));
      }
    }
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    list.addAll(merged);
    return list;
  }
}
