package cairn.appliance.resource;

import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Documents as trees and as bytes; one way of writing them, so that equal trees are equal bytes.
 */
final class Json {

  /** Deeper documents are refused; Kubernetes' own decoder stops at a like depth. */
  private static final int DEEPEST = 200;

  static final JsonMapper MAPPER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
                  .build())
          .build();

  private Json() {}

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Decodes what the store holds. */
  static ObjectNode decode(byte[] bytes) {
    if (bytes.length == 0) {
      return object();
    }
    JsonNode tree = MAPPER.readTree(bytes);
    if (tree instanceof ObjectNode document) {
      return document;
    }
    throw new IllegalStateException("a stored document is not a JSON object: " + tree);
  }

  static byte[] encode(JsonNode tree) {
    try {
      return MAPPER.writeValueAsBytes(tree);
    } catch (JacksonException e) {
      throw new IllegalStateException("a document cannot be written as JSON", e);
    }
  }
}
