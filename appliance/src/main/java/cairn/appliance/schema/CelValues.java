package cairn.appliance.schema;

import cairn.appliance.schema.Schema.ListShape;
import cairn.appliance.schema.Schema.ObjectShape;
import dev.cel.common.values.NullValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Turns document trees into the values CEL computes with. Integers become {@code Long}: CEL for
 * Java has no overloads for {@code Integer}. Field names that CEL cannot say are escaped as
 * Kubernetes escapes them; keys of maps are not.
 */
final class CelValues {

  private static final Set<String> RESERVED =
      Set.of(
          "true",
          "false",
          "null",
          "in",
          "as",
          "break",
          "const",
          "continue",
          "else",
          "for",
          "function",
          "if",
          "import",
          "let",
          "loop",
          "package",
          "namespace",
          "return",
          "var",
          "void",
          "while");

  private CelValues() {}

  static Object of(Optional<Schema> schema, JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT -> object(schema, (ObjectNode) value);
      case ARRAY -> list(schema, (ArrayNode) value);
      case BOOLEAN -> value.asBoolean();
      case NUMBER -> number(value);
      case STRING -> value.asString();
      case NULL, MISSING, POJO, BINARY -> NullValue.NULL_VALUE;
    };
  }

  private static Object number(JsonNode value) {
    return value.canConvertToExactIntegral() && value.canConvertToLong()
        ? (Object) value.longValue()
        : (Object) value.doubleValue();
  }

  private static Map<String, Object> object(Optional<Schema> schema, ObjectNode object) {
    Optional<ObjectShape> shape =
        schema
            .map(Schema::shape)
            .filter(ObjectShape.class::isInstance)
            .map(ObjectShape.class::cast);
    Map<String, Object> map = new LinkedHashMap<>();
    object.forEachEntry((name, value) -> {
      boolean field = shape.filter(known -> known.properties().containsKey(name)).isPresent();
      if (!(field && value.isNull())) {
        map.put(field ? escaped(name) : name, of(shape.flatMap(known -> known.field(name)), value));
      }
    });
    return map;
  }

  private static List<Object> list(Optional<Schema> schema, ArrayNode items) {
    Optional<Schema> item =
        schema
            .map(Schema::shape)
            .filter(ListShape.class::isInstance)
            .map(ListShape.class::cast)
            .flatMap(ListShape::items);
    List<Object> list = new ArrayList<>(items.size());
    items.forEach(value -> list.add(of(item, value)));
    return list;
  }

  /** {@code namespace} becomes {@code __namespace__}, {@code a-b} becomes {@code a__dash__b}. */
  static String escaped(String name) {
    if (RESERVED.contains(name)) {
      return "__" + name + "__";
    }
    return name.replace("__", "__underscores__")
        .replace(".", "__dot__")
        .replace("-", "__dash__")
        .replace("/", "__slash__");
  }
}
