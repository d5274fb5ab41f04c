package cairn.appliance.resource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strategic merge patch for the few core kinds served: maps merge, the lists named here merge by
 * key, every other list is replaced. Order directives are read and not followed: the order of those
 * lists means nothing. Pure; neither argument is changed.
 */
final class StrategicMergePatch {

  private static final Map<String, String> MERGE_KEYS =
      Map.of("ownerReferences", "uid", "conditions", "type", "addresses", "type", "taints", "key");
  private static final String DIRECTIVE = "$patch";
  private static final String REMOVALS = "$deleteFromPrimitiveList/";

  private StrategicMergePatch() {}

  static JsonNode apply(JsonNode target, JsonNode patch) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch.deepCopy();
    }
    String directive = changes.path(DIRECTIVE).asString("");
    ObjectNode result =
        target instanceof ObjectNode object && !directive.equals("replace")
            ? object.deepCopy()
            : Json.object();
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      merge(result, change.getKey(), change.getValue());
    }
    return result;
  }

  private static void merge(ObjectNode result, String name, JsonNode change) {
    if (name.startsWith(REMOVALS)) {
      removeTexts(result, name.substring(REMOVALS.length()), change);
    } else if (name.startsWith("$")) {
      return;
    } else if (change.isNull() || change.path(DIRECTIVE).asString("").equals("delete")) {
      result.remove(name);
    } else if (change instanceof ArrayNode list && name.equals("finalizers")) {
      result.set(name, union(result.path(name), list));
    } else if (change instanceof ArrayNode list && MERGE_KEYS.containsKey(name)) {
      String key = Optional.ofNullable(MERGE_KEYS.get(name)).orElseThrow();
      result.set(name, byKey(result.path(name), list, key));
    } else {
      result.set(name, apply(result.path(name), change));
    }
  }

  private static void removeTexts(ObjectNode result, String name, JsonNode removals) {
    ArrayNode left = JsonNodeFactory.instance.arrayNode();
    for (JsonNode element : result.path(name)) {
      if (!contains(removals, element)) {
        left.add(element);
      }
    }
    result.set(name, left);
  }

  private static ArrayNode union(JsonNode present, ArrayNode more) {
    ArrayNode all = JsonNodeFactory.instance.arrayNode();
    present.forEach(all::add);
    for (JsonNode element : more) {
      if (!contains(all, element)) {
        all.add(element);
      }
    }
    return all;
  }

  private static boolean contains(JsonNode list, JsonNode wanted) {
    for (JsonNode element : list) {
      if (element.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static ArrayNode byKey(JsonNode present, ArrayNode changes, String key) {
    List<JsonNode> elements = new ArrayList<>();
    boolean replace = contains(changes, Json.object().put(DIRECTIVE, "replace"));
    if (!replace) {
      present.forEach(elements::add);
    }
    for (JsonNode change : changes) {
      if (change.size() == 1 && change.has(DIRECTIVE)) {
        continue;
      }
      int at = position(elements, key, change.path(key));
      if (change.path(DIRECTIVE).asString("").equals("delete")) {
        if (at >= 0) {
          elements.remove(at);
        }
      } else if (at >= 0) {
        elements.set(at, apply(elements.get(at), change));
      } else {
        elements.add(apply(Json.object(), change));
      }
    }
    ArrayNode result = JsonNodeFactory.instance.arrayNode();
    elements.forEach(result::add);
    return result;
  }

  private static int position(List<JsonNode> elements, String key, JsonNode wanted) {
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i).path(key).equals(wanted)) {
        return i;
      }
    }
    return -1;
  }
}
