package cairn.appliance.apply;

import cairn.appliance.apply.FieldType.Deduced;
import cairn.appliance.apply.FieldType.Keyed;
import cairn.appliance.apply.FieldType.Parts;
import cairn.appliance.apply.FieldType.Values;
import cairn.appliance.apply.FieldType.Whole;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The items of a list by what tells them apart, in the list's order. */
record Items(SequencedMap<PathElement, JsonNode> byStep) {

  /** Empty if this is no list, or one that is owned as a whole, or one whose items look alike. */
  static Optional<Items> of(FieldType type, JsonNode list) {
    try {
      return apart(type, list);
    } catch (Unfit alike) {
      return Optional.empty();
    }
  }

  /**
   * The same for a list that somebody applies.
   *
   * @throws Unfit if an item lacks a key, or two items have the same ones
   */
  static Optional<Items> apart(FieldType type, JsonNode list) {
    if (!list.isArray()) {
      return Optional.empty();
    }
    return switch (type) {
      case Keyed keyed -> {
        SequencedMap<PathElement, JsonNode> items = new LinkedHashMap<>();
        for (JsonNode item : list) {
          add(items, key(keyed, item, items.size()), item);
        }
        yield Optional.of(new Items(items));
      }
      case Values _ -> {
        SequencedMap<PathElement, JsonNode> items = new LinkedHashMap<>();
        for (JsonNode item : list) {
          if (!item.isValueNode() || item.isNull()) {
            throw new Unfit(
                "element " + items.size() + ": a set holds scalar values only, found: " + item);
          }
          add(items, PathElement.value(item), item);
        }
        yield Optional.of(new Items(items));
      }
      case Whole _, Parts _, Deduced _ -> Optional.empty();
    };
  }

  static Items none() {
    return new Items(new LinkedHashMap<>());
  }

  private static void add(
      SequencedMap<PathElement, JsonNode> items, PathElement step, JsonNode item) {
    if (items.putIfAbsent(step, item) != null) {
      throw new Unfit("duplicate entries for key " + step.shown());
    }
  }

  private static PathElement key(Keyed type, JsonNode item, int index) {
    if (!item.isObject()) {
      throw new Unfit("element " + index + ": associative list with keys may only hold objects");
    }
    Map<String, JsonNode> keys = new TreeMap<>();
    for (String name : type.keys()) {
      JsonNode value = item.path(name);
      boolean absent = value.isMissingNode() || value.isNull();
      JsonNode key = absent ? type.defaults().get(name) : value;
      if (key == null) {
        throw new Unfit(
            "element "
                + index
                + ": associative list with keys has an element that omits key field \""
                + name
                + "\" (and doesn't have default value)");
      }
      keys.put(name, key);
    }
    return PathElement.item(keys);
  }
}
