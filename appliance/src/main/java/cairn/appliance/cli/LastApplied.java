package cairn.appliance.cli;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Three-way merge of a manifest, the object, and the manifest as applied last, which the object
 * carries in kubectl's annotation: what a manifest no longer names is removed, what others added
 * stays. Either tool can go on where the other stopped.
 */
final class LastApplied {

  private static final String ANNOTATION = "kubectl.kubernetes.io/last-applied-configuration";

  private LastApplied() {}

  /** The manifest with itself recorded in the annotation. */
  static ObjectNode recordedIn(ObjectNode manifest) {
    ObjectNode bare = manifest.deepCopy();
    // kubectl leaves an empty object where only its own annotation stood, and so do we.
    bare.withObjectProperty("metadata").withObjectProperty("annotations").remove(ANNOTATION);
    ObjectNode recorded = bare.deepCopy();
    recorded
        .withObjectProperty("metadata")
        .withObjectProperty("annotations")
        .put(ANNOTATION, bare.toString());
    return recorded;
  }

  /** The object as it should be after applying {@code wanted}. */
  static ObjectNode merged(ObjectNode wanted, ObjectNode present) {
    String recorded = present.path("metadata").path("annotations").path(ANNOTATION).asString("{}");
    JsonNode before = Documents.JSON.readTree(recorded);
    ObjectNode merged = present.deepCopy();
    merge(before, wanted, merged);
    return merged;
  }

  private static void merge(JsonNode before, ObjectNode wanted, ObjectNode into) {
    before
        .propertyNames()
        .forEach(name -> {
          if (!wanted.has(name)) {
            into.remove(name);
          }
        });
    wanted
        .properties()
        .forEach(field -> {
          String name = field.getKey();
          if (field.getValue() instanceof ObjectNode object
              && into.path(name) instanceof ObjectNode target) {
            merge(before.path(name), object, target);
          } else {
            into.set(name, field.getValue());
          }
        });
  }
}
