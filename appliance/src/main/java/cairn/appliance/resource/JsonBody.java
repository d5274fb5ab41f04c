package cairn.appliance.resource;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.WellFormed;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Reads JSON from a client and notes which fields stand twice. */
final class JsonBody {

  private static final int LONGEST_SHOWN = 40;

  private final List<String> duplicates = new ArrayList<>();
  private final JsonParser parser;

  private JsonBody(JsonParser parser) {
    this.parser = parser;
  }

  static Body read(byte[] bytes) {
    List<String> duplicates = new ArrayList<>();
    if (parse(bytes, duplicates) instanceof ObjectNode document) {
      return new Body(document, duplicates);
    }
    throw new Refusal(Reason.BAD_REQUEST, "the body is not a JSON object");
  }

  /** Any JSON, as a patch is; {@code duplicates} takes the paths of fields that stand twice. */
  static JsonNode tree(byte[] bytes, List<String> duplicates) {
    return parse(bytes, duplicates);
  }

  private static JsonNode parse(byte[] bytes, List<String> duplicates) {
    try (JsonParser parser = Json.MAPPER.createParser(bytes)) {
      JsonBody body = new JsonBody(parser);
      if (parser.nextToken() == null) {
        throw new Refusal(Reason.BAD_REQUEST, "the body is empty, expected a JSON object");
      }
      JsonNode tree = body.value("");
      if (parser.nextToken() != null) {
        throw new Refusal(Reason.BAD_REQUEST, "the body holds more than one JSON value");
      }
      duplicates.addAll(body.duplicates);
      return tree;
    } catch (JacksonException e) {
      throw new Refusal(
          Reason.BAD_REQUEST, "the body cannot be read as JSON: " + JsonMisreading.words(e));
    }
  }

  private JsonNode value(String path) {
    JsonToken token = parser.currentToken();
    if (token == JsonToken.START_OBJECT) {
      return object(path);
    }
    if (token == JsonToken.START_ARRAY) {
      return array(path);
    }
    if (token == JsonToken.VALUE_STRING) {
      return JsonNodeFactory.instance.stringNode(WellFormed.of(parser.getString()));
    }
    JsonNode scalar = parser.readValueAsTree();
    if (scalar.isNumber() && Double.isInfinite(scalar.asDouble())) {
      throw new Refusal(
          Reason.BAD_REQUEST,
          "the number at " + (path.isEmpty() ? "the top" : path) + " is too large: " + shown());
    }
    return scalar;
  }

  private String shown() {
    String text = parser.getString();
    return text.length() > LONGEST_SHOWN ? text.substring(0, LONGEST_SHOWN) + "..." : text;
  }

  private ObjectNode object(String path) {
    ObjectNode object = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = WellFormed.of(parser.currentName());
      String below = path.isEmpty() ? name : path + "." + name;
      if (object.has(name)) {
        duplicates.add(below);
      }
      parser.nextToken();
      object.set(name, value(below));
    }
    return object;
  }

  private ArrayNode array(String path) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(path + "[" + array.size() + "]"));
    }
    return array;
  }
}
