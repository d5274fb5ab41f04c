package cairn.appliance.schema;

import cairn.appliance.schema.Schema.AnyShape;
import cairn.appliance.schema.Schema.FlagShape;
import cairn.appliance.schema.Schema.IntOrTextShape;
import cairn.appliance.schema.Schema.ListShape;
import cairn.appliance.schema.Schema.NumberShape;
import cairn.appliance.schema.Schema.ObjectShape;
import cairn.appliance.schema.Schema.TextShape;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fills defaults into a document, in place. A field that is null where null is not allowed counts
 * as absent: it gets its default, or goes if it has none, as Kubernetes does.
 */
final class Defaulting {

  private Defaulting() {}

  static void fill(Schema schema, JsonNode value) {
    switch (schema.shape()) {
      case ObjectShape shape when value instanceof ObjectNode object -> fields(shape, object);
      case ListShape shape when value instanceof ArrayNode items -> items(shape, items);
      case ObjectShape _,
          ListShape _,
          TextShape _,
          NumberShape _,
          FlagShape _,
          IntOrTextShape _,
          AnyShape _ -> {}
    }
  }

  private static void fields(ObjectShape shape, ObjectNode object) {
    shape
        .properties()
        .forEach((name, schema) -> {
          if (isNothing(object, name, schema)) {
            object.remove(name);
            schema.fallback().ifPresent(value -> object.set(name, value.deepCopy()));
          }
        });
    for (String name : List.copyOf(object.propertyNames())) {
      shape.field(name).ifPresent(schema -> fill(schema, object.path(name)));
    }
  }

  private static boolean isNothing(ObjectNode object, String name, Schema schema) {
    JsonNode value = object.get(name);
    return value == null || (value.isNull() && !schema.nullable() && !isAny(schema));
  }

  private static boolean isAny(Schema schema) {
    return schema.shape() instanceof AnyShape;
  }

  private static void items(ListShape shape, ArrayNode items) {
    shape.items().ifPresent(schema -> items.forEach(item -> fill(schema, item)));
  }
}
