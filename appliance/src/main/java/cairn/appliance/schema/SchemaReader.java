package cairn.appliance.schema;

import cairn.appliance.schema.Schema.Alternatives;
import cairn.appliance.schema.Schema.AnyShape;
import cairn.appliance.schema.Schema.Bounds;
import cairn.appliance.schema.Schema.CelRule;
import cairn.appliance.schema.Schema.FlagShape;
import cairn.appliance.schema.Schema.IntOrTextShape;
import cairn.appliance.schema.Schema.Limit;
import cairn.appliance.schema.Schema.ListShape;
import cairn.appliance.schema.Schema.ListType;
import cairn.appliance.schema.Schema.NumberShape;
import cairn.appliance.schema.Schema.ObjectShape;
import cairn.appliance.schema.Schema.Shape;
import cairn.appliance.schema.Schema.TextShape;
import com.google.re2j.Pattern;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** Reads {@code openAPIV3Schema} trees into {@link Schema}. */
final class SchemaReader {

  private static final String PRESERVE = "x-kubernetes-preserve-unknown-fields";
  private static final String INT_OR_STRING = "x-kubernetes-int-or-string";

  private SchemaReader() {}

  static Schema read(JsonNode schema) {
    return new Schema(
        shape(schema),
        Optional.ofNullable(schema.get("default")),
        schema.path("nullable").asBoolean(false),
        elements(schema.path("enum")),
        rules(schema.path("x-kubernetes-validations")),
        alternatives(schema));
  }

  private static Shape shape(JsonNode schema) {
    String type = schema.path("type").asString("");
    return switch (type) {
      case "object" -> object(schema);
      case "array" -> list(schema);
      case "string" ->
          new TextShape(
              schema.path("format").asString(""),
              pattern(schema),
              bounds(schema, "minLength", "maxLength"));
      case "integer", "number" -> number(schema, type.equals("integer"));
      case "boolean" -> new FlagShape();
      case "" -> untyped(schema);
      default -> throw new IllegalArgumentException("no such type of a field: " + type);
    };
  }

  /** Inside {@code oneOf} and the like only what differs is written, so the type is missing. */
  private static Shape untyped(JsonNode schema) {
    if (schema.path(INT_OR_STRING).asBoolean(false)) {
      return new IntOrTextShape(pattern(schema));
    }
    return schema.has("properties") || schema.has("required") ? object(schema) : new AnyShape();
  }

  private static ObjectShape object(JsonNode schema) {
    Map<String, Schema> properties = new LinkedHashMap<>();
    schema
        .path("properties")
        .forEachEntry((name, property) -> properties.put(name, read(property)));
    JsonNode values = schema.path("additionalProperties");
    return new ObjectShape(
        properties,
        values.isObject() ? Optional.of(read(values)) : Optional.empty(),
        texts(schema.path("required")),
        schema.path(PRESERVE).asBoolean(false) || values.asBoolean(false),
        schema.path("x-kubernetes-map-type").asString("").equals("atomic"),
        bounds(schema, "minProperties", "maxProperties"));
  }

  private static ListShape list(JsonNode schema) {
    return new ListShape(
        schema.has("items") ? Optional.of(read(schema.path("items"))) : Optional.empty(),
        switch (schema.path("x-kubernetes-list-type").asString("atomic")) {
          case "set" -> ListType.SET;
          case "map" -> ListType.MAP;
          default -> ListType.ATOMIC;
        },
        texts(schema.path("x-kubernetes-list-map-keys")),
        bounds(schema, "minItems", "maxItems"));
  }

  private static NumberShape number(JsonNode schema, boolean whole) {
    return new NumberShape(
        whole,
        schema.path("format").asString("").equals("int32") ? Integer.SIZE : Long.SIZE,
        limit(schema, "minimum", "exclusiveMinimum"),
        limit(schema, "maximum", "exclusiveMaximum"));
  }

  private static Optional<Limit> limit(JsonNode schema, String word, String exclusive) {
    return Optional.ofNullable(schema.get(word))
        .map(value -> new Limit(value.decimalValue(), schema.path(exclusive).asBoolean(false)));
  }

  private static Optional<Pattern> pattern(JsonNode schema) {
    return Optional.ofNullable(schema.get("pattern"))
        .map(pattern -> Pattern.compile(pattern.asString()));
  }

  private static Bounds bounds(JsonNode schema, String least, String most) {
    return new Bounds(count(schema.path(least)), count(schema.path(most)));
  }

  private static OptionalLong count(JsonNode value) {
    return value.isNumber() ? OptionalLong.of(value.asLong()) : OptionalLong.empty();
  }

  private static List<CelRule> rules(JsonNode rules) {
    List<CelRule> read = new ArrayList<>();
    for (JsonNode rule : rules) {
      read.add(new CelRule(rule.path("rule").asString(), rule.path("message").asString("")));
    }
    return read;
  }

  private static Alternatives alternatives(JsonNode schema) {
    // An int-or-string place repeats in anyOf what its own word says already.
    JsonNode any =
        schema.path(INT_OR_STRING).asBoolean(false)
            ? schema.path("nothing of the kind")
            : schema.path("anyOf");
    return new Alternatives(
        schemas(schema.path("allOf")),
        schemas(any),
        schemas(schema.path("oneOf")),
        schema.has("not") ? Optional.of(read(schema.path("not"))) : Optional.empty());
  }

  private static List<Schema> schemas(JsonNode array) {
    return elements(array).stream().map(SchemaReader::read).toList();
  }

  private static List<JsonNode> elements(JsonNode array) {
    List<JsonNode> elements = new ArrayList<>();
    array.forEach(elements::add);
    return elements;
  }

  static List<String> texts(JsonNode array) {
    return elements(array).stream().map(JsonNode::asString).toList();
  }
}
