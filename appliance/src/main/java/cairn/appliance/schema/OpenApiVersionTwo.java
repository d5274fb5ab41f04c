package cairn.appliance.schema;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * OpenAPI v2 ("Swagger") from v3, for Terraform's provider, Headlamp and older tools. What v2 has
 * no words for is left out, as Kubernetes does: {@code nullable}, {@code oneOf}, {@code anyOf},
 * {@code not}; a field that takes numbers and texts has no type.
 */
final class OpenApiVersionTwo {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String OLD_PLACE = "#/components/schemas/";
  private static final String NEW_PLACE = "#/definitions/";
  private static final List<String> UNKNOWN_WORDS = List.of("nullable", "oneOf", "anyOf", "not");

  private OpenApiVersionTwo() {}

  /**
   * One document for all group versions.
   *
   * @param documents of version 3; left as they are
   */
  static ObjectNode of(List<ObjectNode> documents, String productVersion) {
    ObjectNode document = NODES.objectNode();
    document.put("swagger", "2.0");
    document.putObject("info").put("title", "Cairn").put("version", productVersion);
    ObjectNode paths = document.putObject("paths");
    ObjectNode definitions = document.putObject("definitions");
    for (ObjectNode three : documents) {
      fields(three.path("paths")).forEach(path -> paths.set(path.getKey(), path(path.getValue())));
      fields(three.path("components").path("schemas"))
          .forEach(schema -> definitions.set(schema.getKey(), schema(schema.getValue())));
    }
    return document;
  }

  private static Iterable<Map.Entry<String, JsonNode>> fields(JsonNode object) {
    return object.properties();
  }

  private static JsonNode path(JsonNode three) {
    ObjectNode two = NODES.objectNode();
    for (Map.Entry<String, JsonNode> entry : fields(three)) {
      two.set(
          entry.getKey(),
          entry.getKey().equals("parameters")
              ? parameters(entry.getValue())
              : operation((ObjectNode) entry.getValue()));
    }
    return two;
  }

  private static ArrayNode parameters(JsonNode three) {
    ArrayNode two = NODES.arrayNode();
    for (JsonNode parameter : three) {
      ObjectNode flat = (ObjectNode) parameter.deepCopy();
      flat.remove("schema");
      flat.setAll((ObjectNode) parameter.path("schema"));
      two.add(flat);
    }
    return two;
  }

  private static ObjectNode operation(ObjectNode three) {
    ObjectNode two = three.deepCopy();
    two.remove("requestBody");
    ArrayNode parameters = parameters(three.path("parameters"));
    JsonNode body = three.path("requestBody").path("content");
    if (body instanceof ObjectNode content) {
      content.propertyNames().forEach(two.putArray("consumes")::add);
      parameters
          .addObject()
          .put("name", "body")
          .put("in", "body")
          .put("required", true)
          .set("schema", onlySchema(content));
    }
    two.set("parameters", parameters);
    two.putArray("produces").add("application/json");
    ObjectNode answer = two.putObject("responses").putObject("200").put("description", "OK");
    if (three.path("responses").path("200").path("content") instanceof ObjectNode content) {
      answer.set("schema", onlySchema(content));
    }
    return two;
  }

  /** The media types of one body share a schema. */
  private static JsonNode onlySchema(ObjectNode content) {
    return schema(content.iterator().next().path("schema"));
  }

  private static JsonNode schema(JsonNode three) {
    if (three instanceof ArrayNode array) {
      ArrayNode two = NODES.arrayNode();
      array.forEach(element -> two.add(schema(element)));
      return two;
    }
    return three instanceof ObjectNode object ? schema(object) : three;
  }

  private static ObjectNode schema(ObjectNode three) {
    if (three.path("allOf").size() == 1 && three.path("allOf").path(0).has("$ref")) {
      ObjectNode reference = (ObjectNode) schema(three.path("allOf").path(0));
      reference.set("description", three.path("description"));
      return reference;
    }
    ObjectNode two = NODES.objectNode();
    for (Map.Entry<String, JsonNode> entry : fields(three)) {
      two.set(entry.getKey(), word(entry.getKey(), entry.getValue()));
    }
    two.remove(UNKNOWN_WORDS);
    if (three.path("x-kubernetes-int-or-string").asBoolean(false)) {
      two.remove("type");
    }
    return two;
  }

  private static JsonNode word(String name, JsonNode value) {
    return switch (name) {
      case "$ref" -> NODES.stringNode(value.asString().replace(OLD_PLACE, NEW_PLACE));
      case "properties" -> properties(value);
      case "items", "additionalProperties", "allOf" -> schema(value);
      default -> value;
    };
  }

  /** Names of fields are no words of the schema language, even where they look like some. */
  private static ObjectNode properties(JsonNode three) {
    ObjectNode two = NODES.objectNode();
    fields(three).forEach(field -> two.set(field.getKey(), schema(field.getValue())));
    return two;
  }
}
