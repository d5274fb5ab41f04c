package cairn.appliance.apply;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What of a document can be owned. */
final class Document {

  private static final PathElement METADATA = PathElement.field("metadata");

  private static final List<String> IDENTITY = List.of("apiVersion", "kind");

  /** What the server alone sets, and who owns what. */
  private static final List<String> SERVER =
      List.of(
          "name",
          "namespace",
          "creationTimestamp",
          "selfLink",
          "uid",
          "generation",
          "managedFields",
          "resourceVersion");

  private Document() {}

  /** The document without what nobody owns. Shares its parts with the one given. */
  static ObjectNode ownable(ObjectNode document) {
    ObjectNode own = document.objectNode();
    own.setAll(document);
    own.remove(IDENTITY);
    if (document.path("metadata") instanceof ObjectNode metadata) {
      ObjectNode left = document.objectNode();
      left.setAll(metadata);
      left.remove(SERVER);
      own.set("metadata", left);
    }
    return own;
  }

  /** The fields without the metadata as such: it is always there. */
  static FieldSet ownable(FieldSet fields) {
    FieldSet.Builder metadata = new FieldSet.Builder();
    metadata.add(METADATA, true, FieldSet.EMPTY);
    return fields.minus(metadata.build());
  }

  /** Lays the merged fields over the document; what nobody owns stays as it was. */
  static ObjectNode withOwnable(ObjectNode document, ObjectNode merged) {
    ObjectNode whole = document.objectNode();
    IDENTITY.forEach(name -> copy(document, name, whole));
    ObjectNode metadata = document.objectNode();
    JsonNode before = document.path("metadata");
    SERVER.forEach(name -> copy(before, name, metadata));
    if (merged.path("metadata") instanceof ObjectNode fields) {
      metadata.setAll(fields);
    }
    whole.set("metadata", metadata);
    merged
        .properties()
        .forEach(field -> {
          if (!field.getKey().equals("metadata")) {
            whole.set(field.getKey(), field.getValue());
          }
        });
    return whole.deepCopy();
  }

  private static void copy(JsonNode from, String name, ObjectNode to) {
    if (from.has(name)) {
      to.set(name, from.path(name));
    }
  }
}
