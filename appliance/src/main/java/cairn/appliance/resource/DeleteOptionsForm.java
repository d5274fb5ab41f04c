package cairn.appliance.resource;

import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The types that the fields of {@code DeleteOptions} must have. A field of another type is refused,
 * never passed over: it may be the very one that was to keep the object.
 */
final class DeleteOptionsForm {

  private DeleteOptionsForm() {}

  static void require(ObjectNode options) {
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
