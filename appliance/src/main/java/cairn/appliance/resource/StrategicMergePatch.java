package cairn.appliance.resource;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Strategic merge patch, for core kinds: maps merge; the lists named here merge by key or by value,
 * as Kubernetes' own types say; every other list is replaced. Neither argument is changed.
 */
final class StrategicMergePatch {

  private static final String DIRECTIVE = "$patch";
  private static final String RETAIN = "$retainKeys";
  private static final String REMOVALS = "$deleteFromPrimitiveList/";
  private static final String ORDER = "$setElementOrder/";

  /** A list that merges by value instead of by a key. */
  private static final String BY_VALUE = "";

  private static final Map<String, String> EVERY_KIND =
      Map.of("metadata.ownerReferences", "uid", "metadata.finalizers", BY_VALUE);

  /** Paths of merging lists by kind, with the key that tells their items apart. */
  private static final Map<String, Map<String, String>> BY_KIND =
      Map.of(
          "Namespace", Map.of("status.conditions", "type"),
          "Node",
              Map.of(
                  "spec.podCIDRs", BY_VALUE,
                  "status.conditions", "type",
                  "status.addresses", "type"),
          "Service", Map.of("spec.ports", "port", "status.conditions", "type"),
          "ServiceAccount", Map.of("secrets", "name"));

  private final Map<String, String> ofKind;

  private StrategicMergePatch(Map<String, String> ofKind) {
    this.ofKind = ofKind;
  }

  /**
   * @param kind as the document names it
   * @throws Refusal {@code BAD_REQUEST} for a directive that means nothing
   */
  static JsonNode apply(String kind, ObjectNode target, ObjectNode patch) {
    return new StrategicMergePatch(BY_KIND.getOrDefault(kind, Map.of())).map("", target, patch);
  }

  private ObjectNode map(String path, JsonNode target, ObjectNode patch) {
    switch (patch.path(DIRECTIVE).asString("merge")) {
      case "replace" -> {
        return withoutDirectives(patch);
      }
      case "delete" -> {
        return Json.object();
      }
      case "merge" -> {}
      default ->
          throw Refusals.bad("unknown patch type " + patch.path(DIRECTIVE) + " in map " + patch);
    }
    ObjectNode result = target instanceof ObjectNode object ? object.deepCopy() : Json.object();
    retain(result, patch);
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      if (change.getKey().startsWith(REMOVALS)) {
        String name = change.getKey().substring(REMOVALS.length());
        result.set(name, without(result.path(name), list(change.getKey(), change.getValue())));
      }
    }
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      String name = change.getKey();
      if (!name.startsWith("$")) {
        set(result, name, value(child(path, name), result.path(name), change.getValue()));
      }
    }
    for (Map.Entry<String, JsonNode> change : patch.properties()) {
      if (change.getKey().startsWith(ORDER)) {
        String name = change.getKey().substring(ORDER.length());
        ArrayNode order = list(change.getKey(), change.getValue());
        key(child(path, name))
            .filter(key -> result.path(name).isArray())
            .ifPresent(key -> result.set(name, ordered(result.path(name), order, key)));
      }
    }
    return result;
  }

  private static void set(ObjectNode object, String name, Optional<JsonNode> value) {
    value.ifPresentOrElse(now -> object.set(name, now), () -> object.remove(name));
  }

  /** Empty if the patch takes the value away. */
  private Optional<JsonNode> value(String path, JsonNode target, JsonNode change) {
    if (change.isNull()) {
      return Optional.empty();
    }
    if (change instanceof ObjectNode map) {
      return map.path(DIRECTIVE).asString("").equals("delete")
          ? Optional.empty()
          : Optional.of(map(path, target, map));
    }
    if (change instanceof ArrayNode list) {
      return Optional.of(
          key(path)
              .<JsonNode>map(key ->
                  key.equals(BY_VALUE) ? union(target, list) : byKey(path, target, list, key))
              .orElseGet(() -> replaced(list)));
    }
    return Optional.of(change.deepCopy());
  }

  private Optional<String> key(String path) {
    return Optional.ofNullable(EVERY_KIND.get(path))
        .or(() -> Optional.ofNullable(ofKind.get(path)));
  }

  /** Whoever sends the keys to retain wants all others gone. */
  private static void retain(ObjectNode result, ObjectNode patch) {
    if (!patch.has(RETAIN)) {
      return;
    }
    ArrayNode kept = list(RETAIN, patch.path(RETAIN));
    List<String> names = kept.valueStream().map(name -> name.asString("")).toList();
    for (String name : patch.propertyNames()) {
      if (!name.startsWith("$") && !names.contains(name)) {
        throw new Refusal(
            Reason.INVALID,
            "NOT all values in " + RETAIN + " list: the patch sets \"" + name + "\" beside it");
      }
    }
    result.retain(names);
  }

  private ArrayNode byKey(String path, JsonNode present, ArrayNode changes, String key) {
    List<JsonNode> elements = new ArrayList<>();
    if (!contains(changes, Json.object().put(DIRECTIVE, "replace"))) {
      present.forEach(elements::add);
    }
    for (JsonNode change : changes) {
      if (!(change instanceof ObjectNode map)) {
        throw Refusals.bad("the list " + path + " holds objects, not " + change);
      }
      if (map.size() == 1 && map.has(DIRECTIVE)) {
        continue;
      }
      if (map.path(key).isMissingNode()) {
        throw Refusals.bad("map: " + map + " does not contain declared merge key: " + key);
      }
      int at = position(elements, key, map.path(key));
      if (map.path(DIRECTIVE).asString("").equals("delete")) {
        elements.removeIf(element -> element.path(key).equals(map.path(key)));
      } else if (at >= 0) {
        elements.set(at, map(path, elements.get(at), map));
      } else {
        elements.add(map(path, Json.object(), map));
      }
    }
    return array(elements);
  }

  /** Items named by the order stand as it says; the others stay behind whom they stood behind. */
  private static ArrayNode ordered(JsonNode list, ArrayNode order, String key) {
    List<JsonNode> wanted = new ArrayList<>();
    for (JsonNode place : order) {
      JsonNode name = key.equals(BY_VALUE) ? place : place.path(key);
      for (JsonNode item : list) {
        if (identity(item, key).equals(name) && !wanted.contains(item)) {
          wanted.add(item);
        }
      }
    }
    int after = -1;
    for (JsonNode item : list) {
      if (!wanted.contains(item)) {
        wanted.add(after + 1, item);
      }
      after = wanted.indexOf(item);
    }
    return array(wanted);
  }

  private static JsonNode identity(JsonNode item, String key) {
    return key.equals(BY_VALUE) ? item : item.path(key);
  }

  /** A list that does not merge. Directives in its items have done their work by standing there. */
  private static JsonNode replaced(ArrayNode list) {
    List<JsonNode> items = new ArrayList<>();
    for (JsonNode item : list) {
      if (item instanceof ObjectNode map) {
        if (!(map.size() == 1 && map.has(DIRECTIVE))) {
          items.add(withoutDirectives(map));
        }
      } else {
        items.add(item.deepCopy());
      }
    }
    return array(items);
  }

  private static ObjectNode withoutDirectives(ObjectNode map) {
    ObjectNode plain = Json.object();
    map.properties()
        .forEach(field -> {
          if (!field.getKey().startsWith("$") && !field.getValue().isNull()) {
            plain.set(
                field.getKey(),
                switch (field.getValue()) {
                  case ObjectNode below -> withoutDirectives(below);
                  case ArrayNode list -> replaced(list);
                  default -> field.getValue().deepCopy();
                });
          }
        });
    return plain;
  }

  private static ArrayNode without(JsonNode present, ArrayNode removals) {
    List<JsonNode> left = new ArrayList<>();
    for (JsonNode element : present) {
      if (!contains(removals, element)) {
        left.add(element);
      }
    }
    return array(left);
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

  private static ArrayNode list(String name, JsonNode value) {
    if (value instanceof ArrayNode list) {
      return list;
    }
    throw Refusals.bad(name + " is no list: " + value);
  }

  private static boolean contains(JsonNode list, JsonNode wanted) {
    for (JsonNode element : list) {
      if (element.equals(wanted)) {
        return true;
      }
    }
    return false;
  }

  private static ArrayNode array(List<JsonNode> elements) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    array.addAll(elements);
    return array;
  }

  private static int position(List<JsonNode> elements, String key, JsonNode wanted) {
    for (int i = 0; i < elements.size(); i++) {
      if (elements.get(i).path(key).equals(wanted)) {
        return i;
      }
    }
    return -1;
  }

  private static String child(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
