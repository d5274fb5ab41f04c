package cairn.appliance.schema;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The {@code paths} part of an OpenAPI document. kubectl looks there for the query parameter {@code
 * fieldValidation} of a kind's PATCH before it leaves validation to the server.
 */
final class OpenApiPaths {

  private static final Map<String, String> WRITE_PARAMETERS =
      Map.of(
          "dryRun", "All: do everything but store the result.",
          "fieldManager", "Name of who writes, kept with the fields.",
          "fieldValidation",
              "What to do with unknown and repeated fields: Strict refuses, Warn warns, Ignore"
                  + " drops them.");

  /** Their types; names that every client knows. */
  private static final Map<String, String> LIST_PARAMETERS =
      new TreeMap<>(
          Map.of(
              "allowWatchBookmarks", "boolean",
              "continue", "string",
              "fieldSelector", "string",
              "labelSelector", "string",
              "limit", "integer",
              "resourceVersion", "string",
              "resourceVersionMatch", "string",
              "sendInitialEvents", "boolean",
              "timeoutSeconds", "integer",
              "watch", "boolean"));

  private static final List<String> WRITE_ORDER =
      List.of("dryRun", "fieldManager", "fieldValidation");

  private static final List<String> PATCH_TYPES =
      List.of(
          "application/json-patch+json",
          "application/merge-patch+json",
          "application/apply-patch+yaml");

  /** Only for Kubernetes' own kinds. */
  private static final String STRATEGIC = "application/strategic-merge-patch+json";

  private OpenApiPaths() {}

  static void add(ObjectNode paths, Kind kind) {
    String root = "/" + OpenApiDocuments.path(kind);
    String collection =
        root + (kind.namespaced() ? "/namespaces/{namespace}/" : "/") + kind.plural();
    if (kind.namespaced() && kind.verbs().contains("list")) {
      ObjectNode everywhere = paths.putObject(root + "/" + kind.plural());
      operation(everywhere, "get", "list", kind, "ForAllNamespaces");
    }
    ObjectNode objects = paths.putObject(collection);
    if (kind.verbs().contains("list")) {
      operation(objects, "get", "list", kind, "");
    }
    if (kind.verbs().contains("create")) {
      operation(objects, "post", "post", kind, "");
    }
    parameters(objects, kind.namespaced(), false);
    if (kind.verbs().contains("get")) {
      named(paths, kind, collection);
    }
  }

  private static void named(ObjectNode paths, Kind kind, String collection) {
    ObjectNode one = paths.putObject(collection + "/{name}");
    single(one, kind, "");
    if (kind.verbs().contains("delete")) {
      operation(one, "delete", "delete", kind, "");
    }
    parameters(one, kind.namespaced(), true);
    if (kind.statusSubresource()) {
      ObjectNode status = paths.putObject(collection + "/{name}/status");
      single(status, kind, "Status");
      parameters(status, kind.namespaced(), true);
    }
    if (kind.scale().isPresent()) {
      ObjectNode scale = paths.putObject(collection + "/{name}/scale");
      single(scale, OpenApiSchemas.SCALE, "Of" + kind.kind());
      parameters(scale, kind.namespaced(), true);
    }
  }

  private static void single(ObjectNode path, Kind kind, String suffix) {
    operation(path, "get", "get", kind, suffix);
    if (kind.verbs().contains("update")) {
      operation(path, "put", "put", kind, suffix);
    }
    if (kind.verbs().contains("patch")) {
      operation(path, "patch", "patch", kind, suffix);
    }
  }

  private static void operation(
      ObjectNode path, String method, String action, Kind kind, String suffix) {
    ObjectNode operation = path.putObject(method);
    operation.putArray("tags").add(tag(kind));
    operation.put("operationId", action + tag(kind) + kind.kind() + suffix);
    ArrayNode parameters = operation.putArray("parameters");
    switch (method) {
      case "post", "put" -> {
        writeParameters(parameters);
        body(operation, List.of("application/json", "application/yaml"), kind);
      }
      case "patch" -> {
        writeParameters(parameters);
        query(parameters, "force", "Takes fields over from other managers.", "boolean");
        patchBody(operation, kind);
      }
      case "delete" -> {
        query(parameters, "dryRun", "All: delete nothing.", "string");
        query(parameters, "gracePeriodSeconds", "Taken and not used.", "integer");
        query(parameters, "orphanDependents", "The old word for propagation.", "boolean");
        query(parameters, "propagationPolicy", "Orphan, Background or Foreground.", "string");
      }
      default -> {
        if (action.equals("list")) {
          LIST_PARAMETERS.forEach((name, type) -> query(parameters, name, "", type));
        }
      }
    }
    ObjectNode answer = operation.putObject("responses").putObject("200");
    answer.put("description", "OK");
    if (!action.equals("list") && !action.equals("delete")) {
      schema(answer.putObject("content").putObject("application/json"), kind);
    }
    operation.put("x-kubernetes-action", action);
    operation
        .putObject("x-kubernetes-group-version-kind")
        .put("group", kind.group())
        .put("version", kind.version())
        .put("kind", kind.kind());
  }

  private static void writeParameters(ArrayNode parameters) {
    for (String name : WRITE_ORDER) {
      query(parameters, name, WRITE_PARAMETERS.getOrDefault(name, ""), "string");
    }
  }

  private static void query(ArrayNode parameters, String name, String text, String type) {
    ObjectNode parameter = parameters.addObject();
    parameter.put("name", name).put("in", "query");
    if (!text.isEmpty()) {
      parameter.put("description", text);
    }
    parameter.putObject("schema").put("type", type).put("uniqueItems", true);
  }

  private static void body(ObjectNode operation, List<String> types, Kind kind) {
    ObjectNode body = operation.putObject("requestBody").put("required", true);
    ObjectNode content = body.putObject("content");
    types.forEach(type -> schema(content.putObject(type), kind));
  }

  private static void patchBody(ObjectNode operation, Kind kind) {
    ObjectNode body = operation.putObject("requestBody").put("required", true);
    ObjectNode content = body.putObject("content");
    PATCH_TYPES.forEach(type -> content.putObject(type).putObject("schema").put("type", "object"));
    if (kind.ofKubernetes()) {
      content.putObject(STRATEGIC).putObject("schema").put("type", "object");
    }
  }

  private static void schema(ObjectNode into, Kind kind) {
    into.putObject("schema")
        .put("$ref", "#/components/schemas/" + OpenApiSchemas.name(kind, kind.kind()));
  }

  private static void parameters(ObjectNode path, boolean namespaced, boolean named) {
    ArrayNode parameters = path.putArray("parameters");
    if (named) {
      inPath(parameters, "name", "Name of the object.");
    }
    if (namespaced) {
      inPath(parameters, "namespace", "Namespace of the object.");
    }
  }

  private static void inPath(ArrayNode parameters, String name, String text) {
    ObjectNode parameter = parameters.addObject();
    parameter.put("name", name).put("in", "path").put("description", text).put("required", true);
    parameter.putObject("schema").put("type", "string").put("uniqueItems", true);
  }

  /** {@code VirtualizationDeckhouseIoV1alpha2}. */
  private static String tag(Kind kind) {
    StringBuilder tag = new StringBuilder();
    for (String part : (kind.group().isEmpty() ? "core" : kind.group()).split("[.-]", -1)) {
      tag.append(part.substring(0, 1).toUpperCase(Locale.ROOT)).append(part.substring(1));
    }
    String version = kind.version();
    return tag + version.substring(0, 1).toUpperCase(Locale.ROOT) + version.substring(1);
  }
}
