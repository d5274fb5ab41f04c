package cairn.appliance.resource;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Sets of fields in the form of {@code fieldsV1}: {@code {"f:spec": {"f:cores": {}}}}. Maps are
 * granular, everything else is a leaf. Pure; arguments are not changed.
 */
final class FieldTree {

  private static final String FIELD = "f:";

  private FieldTree() {}

  /** All fields of a value. */
  static ObjectNode of(JsonNode value) {
    ObjectNode tree = Json.object();
    if (value.isObject()) {
      value.properties().forEach(field -> tree.set(FIELD + field.getKey(), of(field.getValue())));
    }
    return tree;
  }

  /** The fields of {@code now} that are not the same in {@code old}. */
  static ObjectNode changed(JsonNode old, JsonNode now) {
    ObjectNode tree = Json.object();
    for (Map.Entry<String, JsonNode> field : now.properties()) {
      JsonNode before = old.path(field.getKey());
      JsonNode after = field.getValue();
      if (before.isMissingNode()) {
        tree.set(FIELD + field.getKey(), of(after));
      } else if (before.isObject() && after.isObject()) {
        ObjectNode below = changed(before, after);
        if (!below.isEmpty()) {
          tree.set(FIELD + field.getKey(), below);
        }
      } else if (!before.equals(after)) {
        tree.set(FIELD + field.getKey(), of(after));
      }
    }
    return tree;
  }

  static ObjectNode union(ObjectNode left, ObjectNode right) {
    ObjectNode all = left.deepCopy();
    for (Map.Entry<String, JsonNode> field : right.properties()) {
      JsonNode more = field.getValue();
      JsonNode present = all.path(field.getKey());
      all.set(
          field.getKey(),
          present instanceof ObjectNode a && more instanceof ObjectNode b
              ? union(a, b)
              : more.deepCopy());
    }
    return all;
  }

  /** What of {@code left} is not in {@code right}. */
  static ObjectNode minus(ObjectNode left, ObjectNode right) {
    ObjectNode rest = Json.object();
    for (Map.Entry<String, JsonNode> field : left.properties()) {
      JsonNode taken = right.path(field.getKey());
      if (taken.isMissingNode()) {
        rest.set(field.getKey(), field.getValue().deepCopy());
      } else if (field.getValue() instanceof ObjectNode below
          && !below.isEmpty()
          && taken instanceof ObjectNode takenBelow
          && !takenBelow.isEmpty()) {
        ObjectNode left2 = minus(below, takenBelow);
        if (!left2.isEmpty()) {
          rest.set(field.getKey(), left2);
        }
      }
    }
    return rest;
  }

  /** What of {@code fields} the document still has. Keys that are not plain fields stay. */
  static ObjectNode within(ObjectNode fields, JsonNode document) {
    ObjectNode rest = Json.object();
    for (Map.Entry<String, JsonNode> field : fields.properties()) {
      String key = field.getKey();
      JsonNode below = field.getValue();
      if (!key.startsWith(FIELD)) {
        rest.set(key, below.deepCopy());
        continue;
      }
      JsonNode value = document.path(key.substring(FIELD.length()));
      if (value.isMissingNode()) {
        continue;
      }
      if (below instanceof ObjectNode tree && !tree.isEmpty() && value.isObject()) {
        ObjectNode left = within(tree, value);
        if (!left.isEmpty()) {
          rest.set(key, left);
        }
      } else {
        rest.set(key, below.deepCopy());
      }
    }
    return rest;
  }

  /** Without fields that nobody owns. */
  static ObjectNode ownable(ObjectNode document) {
    ObjectNode copy = document.deepCopy();
    copy.remove(List.of("apiVersion", "kind"));
    if (copy.path("metadata") instanceof ObjectNode metadata) {
      metadata.retain(List.of("labels", "annotations", "finalizers", "ownerReferences"));
      if (metadata.isEmpty()) {
        copy.remove("metadata");
      }
    }
    return copy;
  }
}
