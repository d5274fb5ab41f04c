package cairn.appliance.apply;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * One step of a path, in the form of {@code fieldsV1}, always spelled the same way: {@code f:name}
 * a field, {@code k:{"type":"Ready"}} the item with these keys, {@code v:"x"} the item with this
 * value, {@code i:3} the item at this place.
 */
record PathElement(String encoded) implements Comparable<PathElement> {

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static PathElement field(String name) {
    return new PathElement("f:" + name);
  }

  static PathElement item(Map<String, JsonNode> keys) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    new TreeMap<>(keys).forEach(object::set);
    return new PathElement("k:" + MAPPER.writeValueAsString(object));
  }

  static PathElement value(JsonNode value) {
    return new PathElement("v:" + MAPPER.writeValueAsString(value));
  }

  /**
   * Reads a step as a client wrote it.
   *
   * @return empty for a kind of step that nobody knows yet; Kubernetes drops these too
   * @throws IllegalArgumentException if it is none at all
   */
  static Optional<PathElement> decode(String text) {
    if (text.length() < 2 || text.charAt(1) != ':') {
      throw new IllegalArgumentException("no step of a path: \"" + text + "\"");
    }
    String rest = text.substring(2);
    return switch (text.charAt(0)) {
      case 'f' -> Optional.of(new PathElement(text));
      case 'k' -> Optional.of(item(keys(rest)));
      case 'v' -> Optional.of(value(json(rest)));
      case 'i' -> Optional.of(new PathElement("i:" + index(rest)));
      default -> Optional.empty();
    };
  }

  boolean isField() {
    return encoded.startsWith("f:");
  }

  /** The name of a field; of other steps what stands behind their letter. */
  String content() {
    return encoded.substring(2);
  }

  /** As people read it in a conflict: {@code .data}, {@code [type="Ready"]}, {@code [="x"]}. */
  String shown() {
    return switch (encoded.charAt(0)) {
      case 'f' -> "." + content();
      case 'k' ->
          keys(content()).entrySet().stream()
              .map(key -> key.getKey() + "=" + key.getValue())
              .collect(Collectors.joining(",", "[", "]"));
      case 'v' -> "[=" + content() + "]";
      default -> "[" + content() + "]";
    };
  }

  @Override
  public int compareTo(PathElement other) {
    return encoded.compareTo(other.encoded);
  }

  private static Map<String, JsonNode> keys(String json) {
    if (json(json) instanceof ObjectNode object) {
      Map<String, JsonNode> keys = new TreeMap<>();
      object.properties().forEach(key -> keys.put(key.getKey(), key.getValue()));
      return keys;
    }
    throw new IllegalArgumentException("keys of an item are no object: " + json);
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JacksonException e) {
      throw new IllegalArgumentException("a step of a path holds no JSON: " + text, e);
    }
  }

  private static int index(String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("a step of a path holds no index: " + text, e);
    }
  }
}
