package cairn.appliance.resource;

import cairn.appliance.store.ResourceStore.Content;
import cairn.appliance.store.ResourceStore.Draft;
import cairn.appliance.store.Revision;
import cairn.appliance.store.Stored;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Documents between the tree that is worked on and the bytes that are stored and sent. */
final class Documents {

  private static final List<String> TOP = List.of("apiVersion", "kind", "metadata");
  private static final List<String> METADATA =
      List.of(
          "name",
          "generateName",
          "namespace",
          "uid",
          "resourceVersion",
          "generation",
          "creationTimestamp",
          "deletionTimestamp",
          "deletionGracePeriodSeconds",
          "labels",
          "annotations",
          "finalizers",
          "ownerReferences",
          "managedFields");

  private Documents() {}

  /** The metadata of a document that passed {@link MetadataForm}. */
  static ObjectNode metadata(ObjectNode document) {
    if (document.path("metadata") instanceof ObjectNode metadata) {
      return metadata;
    }
    throw new IllegalStateException("a document without metadata passed decoding: " + document);
  }

  static String metadata(JsonNode document, String field) {
    return document.path("metadata").path(field).asString("");
  }

  static boolean deleting(JsonNode document) {
    return document.path("metadata").has("deletionTimestamp");
  }

  /** As Kubernetes writes times: UTC, whole seconds. */
  static String timestamp(Clock clock) {
    return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
  }

  /** Renders both documents at the revision they receive; the tree is read once, when asked. */
  static Draft draft(ObjectNode document, ObjectNode privateDocument) {
    byte[] secret = privateDocument.isEmpty() ? new byte[0] : Json.encode(privateDocument);
    ObjectNode ordered = canonical(document);
    return revision -> new Content(at(ordered, revision), secret);
  }

  /** As a dry run shows the document: everything but a new revision. */
  static byte[] unstored(ObjectNode document) {
    ObjectNode shown = canonical(document);
    if (metadata(shown, "resourceVersion").isEmpty()) {
      metadata(shown).remove("resourceVersion");
    }
    return Json.encode(shown);
  }

  /** An object as it was, at a later revision. */
  static byte[] restamped(Stored stored, Revision revision) {
    return at(Json.decode(stored.document()), revision);
  }

  /** Identity first, then what the client sent in its order. */
  static ObjectNode canonical(ObjectNode document) {
    ObjectNode ordered = ordered(document, TOP);
    ordered.set("metadata", ordered(metadata(document), METADATA));
    return ordered;
  }

  private static ObjectNode ordered(ObjectNode source, List<String> first) {
    ObjectNode ordered = Json.object();
    for (String name : first) {
      if (source.has(name)) {
        ordered.set(name, source.path(name));
      } else if (name.equals("resourceVersion")) {
        // Holds the place, so that every document has its revision in the same spot.
        ordered.put(name, "");
      }
    }
    for (Map.Entry<String, JsonNode> field : source.properties()) {
      if (!first.contains(field.getKey())) {
        ordered.set(field.getKey(), field.getValue());
      }
    }
    return ordered;
  }

  private static byte[] at(ObjectNode document, Revision revision) {
    metadata(document).put("resourceVersion", revision.toString());
    return Json.encode(document);
  }
}
