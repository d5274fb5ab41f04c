package cairn.appliance.schema;

import cairn.appliance.schema.Schema.AnyShape;
import cairn.appliance.schema.Schema.FlagShape;
import cairn.appliance.schema.Schema.IntOrTextShape;
import cairn.appliance.schema.Schema.ListShape;
import cairn.appliance.schema.Schema.NumberShape;
import cairn.appliance.schema.Schema.ObjectShape;
import cairn.appliance.schema.Schema.TextShape;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads a document as Go's decoder reads it into the types of Kubernetes: the first value of
 * another type ends it, and null in a map or a list is the empty value. Fields that are null are
 * left to {@link Defaulting}.
 */
final class Decoding {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final String type;
  private final Deque<String> path = new ArrayDeque<>();

  private Decoding(String type) {
    this.type = type;
  }

  /** What the document cannot be read for. */
  private static final class Misfit extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Misfit(String why) {
      super(why, null, false, false);
    }
  }

  /**
   * @param type the name of the type, as sentences name it
   * @return why the document cannot be read; empty for one that was
   */
  static Optional<String> decode(String type, Schema schema, JsonNode document) {
    try {
      new Decoding(type).walk(schema, document);
      return Optional.empty();
    } catch (Misfit misfit) {
      return Optional.of(String.valueOf(misfit.getMessage()));
    }
  }

  private void walk(Schema schema, JsonNode value) {
    switch (schema.shape()) {
      case ObjectShape shape -> {
        if (!(value instanceof ObjectNode object)) {
          throw wrong(schema, value);
        }
        fields(shape, object);
      }
      case ListShape shape -> {
        if (!(value instanceof ArrayNode items)) {
          throw wrong(schema, value);
        }
        shape.items().ifPresent(each -> items(each, items));
      }
      case TextShape shape -> text(schema, shape, value);
      case NumberShape shape -> number(schema, shape, value);
      case FlagShape _ -> {
        if (!value.isBoolean()) {
          throw wrong(schema, value);
        }
      }
      case IntOrTextShape _ -> {
        if (!value.isString() && !value.isNumber()) {
          throw wrong(schema, value);
        }
      }
      case AnyShape _ -> {}
    }
  }

  private void fields(ObjectShape shape, ObjectNode object) {
    for (String name : List.copyOf(object.propertyNames())) {
      JsonNode value = object.path(name);
      Optional<Schema> schema = shape.field(name);
      if (value.isNull()) {
        if (!shape.properties().containsKey(name)) {
          shape.values().ifPresent(each -> object.set(name, nothing(each)));
        }
      } else if (schema.isPresent()) {
        // Go names the fields of its types, not the keys of its maps.
        boolean named = shape.properties().containsKey(name);
        if (named) {
          path.addLast(name);
        }
        walk(schema.get(), value);
        if (named) {
          path.removeLast();
        }
      }
    }
  }

  private void items(Schema schema, ArrayNode items) {
    for (int i = 0; i < items.size(); i++) {
      if (items.path(i).isNull()) {
        items.set(i, nothing(schema));
      } else {
        walk(schema, items.path(i));
      }
    }
  }

  private void text(Schema schema, TextShape shape, JsonNode value) {
    if (!value.isString()) {
      throw wrong(schema, value);
    }
    String text = value.asString();
    if (!TextFormat.holds(shape.format(), text)) {
      String shown = Shown.of(value);
      throw new Misfit(
          shape.format().equals("byte")
              // Not the value: it may be a password that somebody forgot to encode.
              ? "illegal base64 data in %s".formatted(place())
              : "parsing time %s of %s as \"2006-01-02T15:04:05Z07:00\": cannot parse %s"
                  .formatted(shown, place(), shown));
    }
  }

  private void number(Schema schema, NumberShape shape, JsonNode value) {
    if (!value.isNumber()) {
      throw wrong(schema, value);
    }
    if (shape.whole() && (!value.isIntegralNumber() || !Validation.hasRoom(shape.bits(), value))) {
      throw wrong(schema, "number " + Shown.of(value));
    }
  }

  /** What Go's types hold where nothing was said. */
  private static JsonNode nothing(Schema schema) {
    return switch (schema.shape()) {
      case TextShape _, IntOrTextShape _ -> NODES.stringNode("");
      case NumberShape _ -> NODES.numberNode(0);
      case FlagShape _ -> NODES.booleanNode(false);
      case ObjectShape _ -> NODES.objectNode();
      case ListShape _ -> NODES.arrayNode();
      case AnyShape _ -> NODES.nullNode();
    };
  }

  private Misfit wrong(Schema schema, JsonNode value) {
    return wrong(
        schema,
        switch (value.getNodeType()) {
          case STRING -> "string";
          case NUMBER -> "number";
          case BOOLEAN -> "bool";
          case ARRAY -> "array";
          case OBJECT, POJO -> "object";
          case NULL, MISSING, BINARY -> "null";
        });
  }

  private Misfit wrong(Schema schema, String found) {
    return new Misfit(
        "json: cannot unmarshal %s into Go struct field %s of type %s"
            .formatted(found, place(), typeOf(schema)));
  }

  private String place() {
    List<String> steps = new ArrayList<>(path);
    steps.addFirst(steps.contains("metadata") ? "ObjectMeta" : type);
    return String.join(".", steps);
  }

  private static String typeOf(Schema schema) {
    return switch (schema.shape()) {
      case TextShape shape -> shape.format().equals("byte") ? "[]uint8" : "string";
      case IntOrTextShape _ -> "string";
      case NumberShape shape -> shape.whole() ? "int" + shape.bits() : "float64";
      case FlagShape _ -> "bool";
      case ListShape shape -> "[]" + shape.items().map(Decoding::typeOf).orElse("interface {}");
      case ObjectShape shape ->
          shape.values().isPresent() && shape.properties().isEmpty()
              ? "map[string]" + typeOf(shape.values().get())
              : "struct";
      case AnyShape _ -> "interface {}";
    };
  }
}
