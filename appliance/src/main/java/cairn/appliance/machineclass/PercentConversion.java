package cairn.appliance.machineclass;

import cairn.appliance.resource.Conversion;
import java.util.Optional;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Classes in {@code v1alpha3}, where a share of a core is the text {@code 20%}; stored is the
 * number 20.
 */
public final class PercentConversion implements Conversion {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int LARGEST = 100;

  @Override
  public void show(ObjectNode document) {
    shares(document, PercentConversion::percentage);
  }

  @Override
  public void store(ObjectNode document) {
    shares(document, PercentConversion::number);
  }

  private static void shares(ObjectNode document, UnaryOperator<JsonNode> translation) {
    for (JsonNode policy : document.path("spec").path("sizingPolicies")) {
      if (policy instanceof ObjectNode fields) {
        policy(fields, translation);
      }
    }
  }

  private static void policy(ObjectNode policy, UnaryOperator<JsonNode> translation) {
    if (policy.path("coreFractions") instanceof ArrayNode fractions) {
      ArrayNode translated = NODES.arrayNode();
      fractions.forEach(fraction -> translated.add(translation.apply(fraction)));
      policy.set("coreFractions", translated);
    }
    if (policy.has("defaultCoreFraction")) {
      policy.set("defaultCoreFraction", translation.apply(policy.path("defaultCoreFraction")));
    }
  }

  private static JsonNode percentage(JsonNode share) {
    boolean whole = share.isNumber() && share.asDouble(0) % 1 == 0;
    int percent = whole ? share.asInt(0) : 0;
    return isShare(percent) ? NODES.stringNode(percent + "%") : share;
  }

  private static JsonNode number(JsonNode share) {
    return percent(share.asString("")).<JsonNode>map(NODES::numberNode).orElse(share);
  }

  /** Empty for {@code Auto}, and for what the schema will not let in. */
  private static Optional<Integer> percent(String text) {
    if (!text.endsWith("%")) {
      return Optional.empty();
    }
    try {
      int percent = Integer.parseInt(text.substring(0, text.length() - 1));
      return isShare(percent) && text.equals(percent + "%")
          ? Optional.of(percent)
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean isShare(int percent) {
    return percent >= 1 && percent <= LARGEST;
  }
}
