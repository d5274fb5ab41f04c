package cairn.appliance.schema;

import cairn.appliance.apply.FieldType;
import cairn.appliance.schema.Schema.AnyShape;
import cairn.appliance.schema.Schema.FlagShape;
import cairn.appliance.schema.Schema.IntOrTextShape;
import cairn.appliance.schema.Schema.ListShape;
import cairn.appliance.schema.Schema.NumberShape;
import cairn.appliance.schema.Schema.ObjectShape;
import cairn.appliance.schema.Schema.TextShape;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** How the places that a schema describes are owned: by its list types, map types and keys. */
final class FieldTypes {

  private FieldTypes() {}

  static FieldType of(Schema schema) {
    return switch (schema.shape()) {
      case ObjectShape shape -> shape.whole() ? new FieldType.Whole() : parts(shape);
      case ListShape shape -> list(shape);
      case TextShape _, NumberShape _, FlagShape _, IntOrTextShape _ -> new FieldType.Whole();
      case AnyShape _ -> new FieldType.Deduced();
    };
  }

  private static FieldType parts(ObjectShape shape) {
    Map<String, FieldType> fields = new HashMap<>();
    shape.properties().forEach((name, property) -> fields.put(name, of(property)));
    return new FieldType.Parts(fields, shape.values().map(FieldTypes::of));
  }

  private static FieldType list(ListShape shape) {
    return switch (shape.type()) {
      case ATOMIC -> new FieldType.Whole();
      case SET -> new FieldType.Values();
      case MAP ->
          new FieldType.Keyed(
              shape.keys(),
              shape.items().map(items -> defaults(shape, items)).orElse(Map.of()),
              shape.items().map(FieldTypes::of).orElseGet(FieldType.Deduced::new));
    };
  }

  private static Map<String, JsonNode> defaults(ListShape list, Schema items) {
    Map<String, JsonNode> defaults = new HashMap<>();
    if (items.shape() instanceof ObjectShape shape) {
      for (String key : list.keys()) {
        Optional.ofNullable(shape.properties().get(key))
            .flatMap(Schema::fallback)
            .ifPresent(value -> defaults.put(key, value));
      }
    }
    return defaults;
  }
}
