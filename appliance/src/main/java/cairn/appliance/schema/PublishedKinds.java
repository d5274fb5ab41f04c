package cairn.appliance.schema;

import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The kinds as {@code CustomResourceDefinition} objects, for clients that learn schemas from those:
 * Terraform's provider, k9s, Headlamp. Kinds of Kubernetes itself have none, there as here.
 */
public final class PublishedKinds {

  /** Of a version, what the API group {@code apiextensions.k8s.io/v1} knows. */
  private static final Set<String> VERSION_FIELDS =
      Set.of(
          "name",
          "served",
          "storage",
          "deprecated",
          "deprecationWarning",
          "subresources",
          "additionalPrinterColumns",
          "schema");

  private PublishedKinds() {}

  /** One document for each kind beyond Kubernetes' own, without what the server sets. */
  public static List<ObjectNode> documents(CrdKinds kinds) {
    return kinds.files().stream()
        .filter(file -> !Kind.ofKubernetes(file.path("spec").path("group").asString()))
        .map(PublishedKinds::document)
        .toList();
  }

  private static ObjectNode document(ObjectNode file) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.put("apiVersion", "apiextensions.k8s.io/v1").put("kind", "CustomResourceDefinition");
    document.putObject("metadata").put("name", file.path("metadata").path("name").asString());
    ObjectNode spec = (ObjectNode) file.path("spec").deepCopy();
    spec.putObject("conversion").put("strategy", "None");
    for (JsonNode version : spec.path("versions")) {
      ((ObjectNode) version).retain(VERSION_FIELDS);
    }
    document.set("spec", spec);
    document.set("status", status(spec));
    return document;
  }

  private static ObjectNode status(ObjectNode spec) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.set("acceptedNames", spec.path("names").deepCopy());
    ArrayNode conditions = status.putArray("conditions");
    conditions
        .addObject()
        .put("type", "NamesAccepted")
        .put("status", "True")
        .put("reason", "NoConflicts")
        .put("message", "no conflicts found");
    conditions
        .addObject()
        .put("type", "Established")
        .put("status", "True")
        .put("reason", "InitialNamesAccepted")
        .put("message", "the initial names have been accepted");
    ArrayNode stored = status.putArray("storedVersions");
    spec.path("versions")
        .valueStream()
        .filter(version -> version.path("storage").asBoolean(false))
        .forEach(version -> stored.add(version.path("name").asString()));
    return status;
  }
}
