package cairn.appliance.schema;

import cairn.appliance.schema.KindSchemas.Metadata;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The {@code components.schemas} part of an OpenAPI document. */
final class OpenApiSchemas {

  /** Tools look for these names letter by letter. */
  static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

  static final String LIST_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ListMeta";

  /** What the subresource of that name is answered with. */
  static final Kind SCALE =
      new Kind(
          "autoscaling",
          "v1",
          "Scale",
          "scales",
          "scale",
          List.of(),
          List.of(),
          Kind.Scope.NAMESPACED,
          false,
          Set.of("get", "patch", "update"),
          "scales.autoscaling",
          true,
          Optional.empty(),
          "");

  private OpenApiSchemas() {}

  /** Adds the scale, which is no kind of its own here. */
  static void addScale(ObjectNode schemas) {
    ObjectNode schema = (ObjectNode) Metadata.DOCUMENT.path("Scale").deepCopy();
    ((ObjectNode) schema.path("properties"))
        .set("metadata", reference(OBJECT_META, "What every object carries.", schema));
    identify(schema, SCALE, SCALE.kind());
    schemas.set(name(SCALE, SCALE.kind()), schema);
  }

  /** Adds the kind and its list. */
  static void add(ObjectNode schemas, Definition definition) {
    Kind kind = definition.kind();
    ObjectNode schema = (ObjectNode) definition.schema().deepCopy();
    JsonNode properties = schema.path("properties");
    if (properties instanceof ObjectNode fields) {
      fields.set("metadata", reference(OBJECT_META, "What every object carries.", schema));
    }
    identify(schema, kind, kind.kind());
    schemas.set(name(kind, kind.kind()), schema);
    schemas.set(name(kind, definition.listKind()), list(schema, definition));
  }

  private static ObjectNode list(ObjectNode factory, Definition definition) {
    Kind kind = definition.kind();
    ObjectNode list = factory.objectNode();
    list.put("description", "A list of objects of the kind " + kind.kind() + ".");
    list.put("type", "object");
    list.putArray("required").add("items");
    ObjectNode properties = list.putObject("properties");
    text(properties, "apiVersion", "Group and version this document is written in.");
    text(properties, "kind", "Kind of the list.");
    properties.set("metadata", reference(LIST_META, "What every list carries.", factory));
    ObjectNode items = properties.putObject("items");
    items.put("description", "The objects.").put("type", "array");
    items.putObject("items").put("$ref", "#/components/schemas/" + name(kind, kind.kind()));
    identify(list, kind, definition.listKind());
    return list;
  }

  private static void text(ObjectNode properties, String name, String description) {
    properties.putObject(name).put("description", description).put("type", "string");
  }

  private static ObjectNode reference(String name, String description, ObjectNode factory) {
    ObjectNode reference = factory.objectNode();
    reference.put("description", description);
    reference.putObject("default");
    reference.putArray("allOf").addObject().put("$ref", "#/components/schemas/" + name);
    return reference;
  }

  private static void identify(ObjectNode schema, Kind kind, String name) {
    schema
        .putArray("x-kubernetes-group-version-kind")
        .addObject()
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", name);
  }

  /**
   * {@code io.deckhouse.virtualization.v1alpha2.VirtualMachine}; core kinds as Kubernetes has it.
   */
  static String name(Kind kind, String name) {
    return prefix(kind.group()) + "." + kind.version() + "." + name;
  }

  private static String prefix(String group) {
    if (group.isEmpty()) {
      return "io.k8s.api.core";
    }
    if (group.endsWith(".k8s.io")) {
      return "io.k8s.api." + group.substring(0, group.indexOf('.'));
    }
    if (group.indexOf('.') < 0) {
      return "io.k8s.api." + group;
    }
    List<String> parts = Arrays.asList(group.split("\\.", -1));
    Collections.reverse(parts);
    return String.join(".", parts);
  }
}
