package cairn.appliance.apply;

import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.MissingNode;
import tools.jackson.databind.node.ObjectNode;

/** Takes places out of a document. An object or list that is emptied by that goes too. */
final class Removing {

  private Removing() {}

  /**
   * @param kept places that stay even when nothing is left in them: somebody owns them as empty
   */
  static JsonNode remove(FieldType type, JsonNode value, FieldSet places, FieldSet kept) {
    if (places.isEmpty()) {
      return value;
    }
    if (value instanceof ObjectNode object && type.granular()) {
      return fields(type, object, places, kept);
    }
    return Items.of(type, value).map(items -> items(type, items, places, kept)).orElse(value);
  }

  private static JsonNode fields(
      FieldType type, ObjectNode object, FieldSet places, FieldSet kept) {
    ObjectNode left = JsonNodeFactory.instance.objectNode();
    for (Map.Entry<String, JsonNode> field : object.properties()) {
      PathElement step = PathElement.field(field.getKey());
      JsonNode value = part(type.field(field.getKey()), field.getValue(), step, places, kept);
      if (!value.isMissingNode()) {
        left.set(field.getKey(), value);
      }
    }
    return left;
  }

  private static JsonNode items(FieldType type, Items items, FieldSet places, FieldSet kept) {
    ArrayNode left = JsonNodeFactory.instance.arrayNode();
    items
        .byStep()
        .forEach((step, item) -> {
          JsonNode value = part(type.item(), item, step, places, kept);
          if (!value.isMissingNode()) {
            left.add(value);
          }
        });
    return left;
  }

  private static JsonNode part(
      FieldType type, JsonNode value, PathElement step, FieldSet places, FieldSet kept) {
    if (places.has(step)) {
      return MissingNode.getInstance();
    }
    JsonNode left = remove(type, value, places.below(step), kept.below(step));
    boolean emptied = left.isContainer() && left.isEmpty() && !value.isEmpty();
    return emptied && !kept.has(step) ? MissingNode.getInstance() : left;
  }
}
