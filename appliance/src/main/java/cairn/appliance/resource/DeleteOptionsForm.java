package cairn.appliance.resource;

import java.util.function.Predicate;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The types that the fields of {@code DeleteOptions} must have. A field of another type is refused,
 * never passed over: it may be the very one that was to keep the object.
 */
final class DeleteOptionsForm {

  private static final Pattern VERSION =
      Pattern.compile("([a-z0-9]([-a-z0-9.]*[a-z0-9])?/)?v[0-9]+((alpha|beta)[0-9]+)?");

  private DeleteOptionsForm() {}

  static void require(ObjectNode options) {
    identity(options);
    require(
        options,
        "dryRun",
        "[]string",
        value -> value.isArray() && value.valueStream().allMatch(JsonNode::isString));
    require(options, "gracePeriodSeconds", "int64", JsonNode::isIntegralNumber);
    require(options, "propagationPolicy", "string", JsonNode::isString);
    require(options, "orphanDependents", "bool", JsonNode::isBoolean);
    require(options, "preconditions", "v1.Preconditions", JsonNode::isObject);
    if (options.path("preconditions") instanceof ObjectNode preconditions) {
      require(preconditions, "uid", "string", JsonNode::isString);
      require(preconditions, "resourceVersion", "string", JsonNode::isString);
    }
  }

  /** A body of another kind was meant for another request. Kubernetes has them in every group. */
  private static void identity(ObjectNode options) {
    require(options, "kind", "string", JsonNode::isString);
    require(options, "apiVersion", "string", JsonNode::isString);
    String kind = options.path("kind").asString("");
    String version = options.path("apiVersion").asString("");
    if (!kind.isEmpty() && !kind.equals("DeleteOptions")) {
      throw Refusals.bad(
          "the body of a deletion is of kind \"%s\" (%s), expected DeleteOptions or no body"
              .formatted(kind, version));
    }
    if (!version.isEmpty() && !VERSION.matcher(version).matches()) {
      throw Refusals.bad(
          "apiVersion of DeleteOptions is \"%s\", expected v1 or meta.k8s.io/v1"
              .formatted(version));
    }
  }

  private static void require(
      ObjectNode holder, String field, String type, Predicate<JsonNode> fits) {
    JsonNode value = holder.path(field);
    if (!value.isMissingNode() && !value.isNull() && !fits.test(value)) {
      throw Refusals.bad(
          "json: cannot unmarshal %s into Go struct field DeleteOptions.%s of type %s"
              .formatted(word(value), field, type));
    }
  }

  private static String word(JsonNode value) {
    return switch (value.getNodeType()) {
      case ARRAY -> "array";
      case OBJECT -> "object";
      case BOOLEAN -> "bool";
      case NUMBER -> "number";
      default -> "string";
    };
  }
}
