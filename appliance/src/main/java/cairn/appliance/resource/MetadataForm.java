package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The form of {@code apiVersion}, {@code kind} and {@code metadata}, which no kind's schema
 * describes: wrong types are refused as Go's decoder refuses them, null in a map is an empty text,
 * unknown fields are dropped.
 */
final class MetadataForm {

  private static final Set<String> TEXTS =
      Set.of(
          "name",
          "generateName",
          "namespace",
          "selfLink",
          "uid",
          "resourceVersion",
          "creationTimestamp",
          "deletionTimestamp");
  private static final Set<String> NUMBERS = Set.of("generation", "deletionGracePeriodSeconds");
  private static final Set<String> MAPS = Set.of("labels", "annotations");
  private static final Set<String> LISTS = Set.of("finalizers", "ownerReferences", "managedFields");

  private MetadataForm() {}

  /**
   * Checks the form, drops nulls and what metadata does not know, fills in apiVersion and kind.
   *
   * @param misfits refuses what cannot be read
   * @return paths of the unknown fields
   */
  static List<String> normalize(Kind kind, ObjectNode document, Misfits misfits) {
    identity(kind, document);
    JsonNode metadata = document.path("metadata");
    if (metadata.isMissingNode() || metadata.isNull()) {
      document.set("metadata", Json.object());
      return List.of();
    }
    if (!(metadata instanceof ObjectNode fields)) {
      throw wrong(misfits, metadata, "metadata", "v1.ObjectMeta");
    }
    List<String> unknown = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : List.copyOf(fields.properties())) {
      String name = field.getKey();
      if (field.getValue().isNull()) {
        fields.remove(name);
      } else if (!known(name)) {
        fields.remove(name);
        unknown.add("metadata." + name);
      } else {
        check(misfits, name, field.getValue());
      }
    }
    for (String list : List.of("labels", "annotations", "finalizers", "ownerReferences")) {
      if (fields.has(list) && fields.path(list).isEmpty()) {
        fields.remove(list);
      }
    }
    return unknown;
  }

  private static void identity(Kind kind, ObjectNode document) {
    String version = document.path("apiVersion").asString("");
    String word = document.path("kind").asString("");
    if (!version.isEmpty() && !version.equals(kind.apiVersion())) {
      throw Refusals.bad(
          "the API version in the data ("
              + version
              + ") does not match the expected API version ("
              + kind.apiVersion()
              + ")");
    }
    if (!word.isEmpty() && !word.equals(kind.kind())) {
      throw Refusals.bad(
          "the kind in the data ("
              + word
              + ") does not match the expected kind ("
              + kind.kind()
              + ")");
    }
    document.put("apiVersion", kind.apiVersion());
    document.put("kind", kind.kind());
  }

  private static boolean known(String name) {
    return TEXTS.contains(name)
        || NUMBERS.contains(name)
        || MAPS.contains(name)
        || LISTS.contains(name);
  }

  private static void check(Misfits misfits, String name, JsonNode value) {
    if (TEXTS.contains(name) && !value.isString()) {
      throw wrong(misfits, value, "metadata." + name, "string");
    }
    if (NUMBERS.contains(name) && !value.isIntegralNumber()) {
      throw wrong(misfits, value, "metadata." + name, "int64");
    }
    if (MAPS.contains(name)) {
      texts(misfits, "metadata." + name, value);
    }
    if (LISTS.contains(name)) {
      list(misfits, name, value);
    }
  }

  private static void texts(Misfits misfits, String path, JsonNode map) {
    if (!map.isObject()) {
      throw wrong(misfits, map, path, "map[string]string");
    }
    for (Map.Entry<String, JsonNode> entry : List.copyOf(map.properties())) {
      if (entry.getValue().isNull() && map instanceof ObjectNode texts) {
        texts.put(entry.getKey(), "");
      } else if (!entry.getValue().isString()) {
        throw wrong(misfits, entry.getValue(), path, "string");
      }
    }
  }

  private static void list(Misfits misfits, String name, JsonNode value) {
    String path = "metadata." + name;
    if (!value.isArray()) {
      throw wrong(misfits, value, path, "slice");
    }
    for (JsonNode element : value) {
      if (element.isNull()) {
        continue;
      }
      if (name.equals("finalizers") ? !element.isString() : !element.isObject()) {
        throw wrong(misfits, element, path, name.equals("finalizers") ? "string" : "struct");
      }
    }
  }

  private static RuntimeException wrong(Misfits misfits, JsonNode value, String path, String type) {
    String found =
        switch (value.getNodeType()) {
          case STRING -> "string";
          case NUMBER -> "number";
          case BOOLEAN -> "bool";
          case ARRAY -> "array";
          case OBJECT, POJO -> "object";
          case NULL, MISSING, BINARY -> "null";
        };
    return misfits.because(
        "json: cannot unmarshal "
            + found
            + " into Go struct field ObjectMeta."
            + path
            + " of type "
            + type);
  }
}
