package cairn.appliance.schema;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.schema.Schema.Alternatives;
import cairn.appliance.schema.Schema.AnyShape;
import cairn.appliance.schema.Schema.Bounds;
import cairn.appliance.schema.Schema.FlagShape;
import cairn.appliance.schema.Schema.IntOrTextShape;
import cairn.appliance.schema.Schema.Limit;
import cairn.appliance.schema.Schema.ListShape;
import cairn.appliance.schema.Schema.ListType;
import cairn.appliance.schema.Schema.NumberShape;
import cairn.appliance.schema.Schema.ObjectShape;
import cairn.appliance.schema.Schema.TextShape;
import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Measures a document by its schema, without CEL; finds everything wrong in one walk. */
final class Validation {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final List<FieldError> errors = new ArrayList<>();

  private Validation() {}

  static List<FieldError> validate(String path, Schema schema, JsonNode value) {
    Validation validation = new Validation();
    validation.walk(path, schema, value);
    return List.copyOf(validation.errors);
  }

  private void walk(String path, Schema schema, JsonNode value) {
    if (value.isNull() && (schema.nullable() || schema.shape() instanceof AnyShape)) {
      return;
    }
    switch (schema.shape()) {
      case ObjectShape shape -> object(path, shape, value);
      case ListShape shape -> list(path, shape, value);
      case TextShape shape -> text(path, shape, value);
      case NumberShape shape -> number(path, shape, value);
      case FlagShape _ -> {
        if (!value.isBoolean()) {
          wrongType(path, "boolean", value);
        }
      }
      case IntOrTextShape shape -> intOrText(path, shape, value);
      case AnyShape _ -> {}
    }
    allowed(path, schema.allowed(), value);
    alternatives(path, schema.alternatives(), value);
  }

  private void object(String path, ObjectShape shape, JsonNode value) {
    if (!(value instanceof ObjectNode object)) {
      wrongType(path, "object", value);
      return;
    }
    for (String name : shape.required()) {
      if (!object.has(name)) {
        add(Paths.child(path, name), Cause.REQUIRED, "Required value");
      }
    }
    properties(path, shape.count(), object.size());
    object.forEachEntry((name, field) ->
        shape.field(name).ifPresent(schema -> walk(Paths.child(path, name), schema, field)));
  }

  private void properties(String path, Bounds bounds, long count) {
    if (bounds.least().isPresent() && count < bounds.least().getAsLong()) {
      invalid(
          path,
          String.valueOf(count),
          path + " in body should have at least " + bounds.least().getAsLong() + " properties");
    }
    tooMany(path, bounds, count);
  }

  private void list(String path, ListShape shape, JsonNode value) {
    if (!(value instanceof ArrayNode items)) {
      wrongType(path, "array", value);
      return;
    }
    if (shape.count().least().isPresent() && items.size() < shape.count().least().getAsLong()) {
      invalid(
          path,
          String.valueOf(items.size()),
          path + " in body should have at least " + shape.count().least().getAsLong() + " items");
    }
    tooMany(path, shape.count(), items.size());
    duplicates(path, shape, items);
    shape
        .items()
        .ifPresent(schema -> {
          for (int i = 0; i < items.size(); i++) {
            walk(Paths.item(path, i), schema, items.path(i));
          }
        });
  }

  private void tooMany(String path, Bounds bounds, long count) {
    if (bounds.most().isPresent() && count > bounds.most().getAsLong()) {
      long most = bounds.most().getAsLong();
      add(
          path,
          Cause.TOO_MANY,
          "Too many: " + count + ": must have at most " + most + (most == 1 ? " item" : " items"));
    }
  }

  private void duplicates(String path, ListShape shape, ArrayNode items) {
    if (shape.type() == ListType.ATOMIC) {
      return;
    }
    Set<JsonNode> seen = new HashSet<>();
    for (int i = 0; i < items.size(); i++) {
      JsonNode identity = shape.type() == ListType.SET ? items.path(i) : keys(shape, items.path(i));
      if (!seen.add(identity)) {
        add(Paths.item(path, i), Cause.DUPLICATE, "Duplicate value: " + identity);
      }
    }
  }

  private static JsonNode keys(ListShape shape, JsonNode item) {
    ObjectNode keys = NODES.objectNode();
    for (String key : shape.keys()) {
      if (item.has(key)) {
        keys.set(key, item.path(key));
      }
    }
    return keys;
  }

  private void text(String path, TextShape shape, JsonNode value) {
    if (!value.isString()) {
      wrongType(path, "string", value);
      return;
    }
    String text = value.asString();
    long length = text.codePointCount(0, text.length());
    if (shape.length().most().isPresent() && length > shape.length().most().getAsLong()) {
      add(
          path,
          Cause.TOO_LONG,
          "Too long: may not be more than " + shape.length().most().getAsLong() + " bytes");
    }
    if (shape.length().least().isPresent() && length < shape.length().least().getAsLong()) {
      invalid(
          path,
          Shown.of(value),
          path
              + " in body should be at least "
              + shape.length().least().getAsLong()
              + " chars long");
    }
    pattern(path, shape.pattern(), value);
    if (!TextFormat.holds(shape.format(), text)) {
      String shown = Shown.of(value);
      invalid(path, shown, path + " in body must be of type " + shape.format() + ": " + shown);
    }
  }

  private void pattern(String path, Optional<Pattern> pattern, JsonNode value) {
    if (pattern.isPresent() && !pattern.get().matcher(value.asString()).find()) {
      invalid(
          path, Shown.of(value), path + " in body should match '" + pattern.get().pattern() + "'");
    }
  }

  private void number(String path, NumberShape shape, JsonNode value) {
    if (!value.isNumber() || (shape.whole() && !isWhole(value))) {
      wrongType(path, shape.whole() ? "integer" : "number", value);
      return;
    }
    if (shape.whole() && !hasRoom(shape.bits(), value)) {
      add(
          path,
          Cause.TYPE_INVALID,
          "Invalid value: %s: %s in body must be of type int%d"
              .formatted(Shown.of(value), path, shape.bits()));
      return;
    }
    BigDecimal number = value.decimalValue();
    shape.least().ifPresent(limit -> least(path, limit, number, value));
    shape.most().ifPresent(limit -> most(path, limit, number, value));
  }

  private static boolean isWhole(JsonNode value) {
    return value.isNumber()
        && value.decimalValue().stripTrailingZeros().scale() <= 0
        && hasRoom(Long.SIZE, value);
  }

  /** Compared as decimals: 1e999999999 must not be written out to learn that it is too large. */
  static boolean hasRoom(int bits, JsonNode value) {
    BigDecimal end = BigDecimal.TWO.pow(bits - 1);
    BigDecimal number = value.decimalValue();
    return number.compareTo(end) < 0 && number.compareTo(end.negate()) >= 0;
  }

  private void least(String path, Limit limit, BigDecimal number, JsonNode value) {
    int order = number.compareTo(limit.value());
    if (order < 0 || (order == 0 && limit.exclusive())) {
      invalid(
          path,
          value.toString(),
          path
              + " in body should be greater than "
              + (limit.exclusive() ? "" : "or equal to ")
              + limit.value().toPlainString());
    }
  }

  private void most(String path, Limit limit, BigDecimal number, JsonNode value) {
    int order = number.compareTo(limit.value());
    if (order > 0 || (order == 0 && limit.exclusive())) {
      invalid(
          path,
          value.toString(),
          path
              + " in body should be less than "
              + (limit.exclusive() ? "" : "or equal to ")
              + limit.value().toPlainString());
    }
  }

  private void intOrText(String path, IntOrTextShape shape, JsonNode value) {
    if (value.isString()) {
      pattern(path, shape.pattern(), value);
    } else if (!isWhole(value)) {
      wrongType(path, "integer,string", value);
    }
  }

  private void allowed(String path, List<JsonNode> allowed, JsonNode value) {
    if (!allowed.isEmpty() && !allowed.contains(value)) {
      String values = allowed.stream().map(JsonNode::toString).collect(Collectors.joining(", "));
      add(
          path,
          Cause.NOT_SUPPORTED,
          "Unsupported value: " + Shown.of(value) + ": supported values: " + values);
    }
  }

  private void alternatives(String path, Alternatives alternatives, JsonNode value) {
    alternatives.all().forEach(schema -> walk(path, schema, value));
    List<Schema> any = alternatives.any();
    if (!any.isEmpty() && any.stream().noneMatch(schema -> fits(path, schema, value))) {
      invalid(path, "\"\"", quoted(path) + " must validate at least one schema (anyOf)");
    }
    exactlyOne(path, alternatives.exactlyOne(), value);
    if (alternatives.none().filter(schema -> fits(path, schema, value)).isPresent()) {
      invalid(path, "\"\"", quoted(path) + " must not validate the schema (not)");
    }
  }

  private void exactlyOne(String path, List<Schema> schemas, JsonNode value) {
    if (schemas.isEmpty()) {
      return;
    }
    long fitting = schemas.stream().filter(schema -> fits(path, schema, value)).count();
    if (fitting != 1) {
      invalid(
          path,
          "\"\"",
          quoted(path)
              + " must validate one and only one schema (oneOf). Found "
              + (fitting == 0 ? "none valid" : fitting + " valid alternatives"));
    }
  }

  private static boolean fits(String path, Schema schema, JsonNode value) {
    return validate(path, schema, value).isEmpty();
  }

  private void wrongType(String path, String expected, JsonNode value) {
    String found = "\"" + typeOf(value) + "\"";
    add(
        path,
        Cause.TYPE_INVALID,
        "Invalid value: "
            + found
            + ": "
            + path
            + " in body must be of type "
            + expected
            + ": "
            + found);
  }

  private static String typeOf(JsonNode value) {
    return switch (value.getNodeType()) {
      case OBJECT, POJO -> "object";
      case ARRAY -> "array";
      case STRING, BINARY -> "string";
      case BOOLEAN -> "boolean";
      case NUMBER -> isWhole(value) ? "integer" : "number";
      case NULL, MISSING -> "null";
    };
  }

  private static String quoted(String path) {
    return "\"" + path + "\"";
  }

  private void invalid(String path, String value, String sentence) {
    add(path, Cause.INVALID, "Invalid value: " + value + ": " + sentence);
  }

  private void add(String path, Cause cause, String message) {
    errors.add(new FieldError(path, cause, message));
  }
}
