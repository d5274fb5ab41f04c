package cairn.appliance.placement;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** Requirements that must all hold; none of them hold for everything. */
public record LabelTerms(List<Requirement> requirements) {

  /** Holds for everything. */
  public static final LabelTerms EVERYTHING = new LabelTerms(List.of());

  public LabelTerms {
    requirements = List.copyOf(requirements);
  }

  /** A selector with {@code matchLabels} and {@code matchExpressions}. */
  public static LabelTerms read(JsonNode selector) {
    List<Requirement> requirements = new ArrayList<>(labels(selector.path("matchLabels")));
    requirements.addAll(expressions(selector.path("matchExpressions")));
    return new LabelTerms(requirements);
  }

  /** A plain mapping of labels to values, as {@code spec.nodeSelector} of a machine. */
  static List<Requirement> labels(JsonNode labels) {
    List<Requirement> requirements = new ArrayList<>();
    for (var label : labels.properties()) {
      requirements.add(Requirement.equal(label.getKey(), label.getValue().asString("")));
    }
    return requirements;
  }

  static List<Requirement> expressions(JsonNode expressions) {
    List<Requirement> requirements = new ArrayList<>();
    expressions.forEach(expression -> requirements.add(Requirement.read(expression)));
    return requirements;
  }

  public boolean hold(Map<String, String> labels) {
    return requirements.stream().allMatch(each -> each.holds(labels));
  }

  /** The first that does not hold, in words. */
  public Optional<String> missing(Map<String, String> labels) {
    return requirements.stream()
        .filter(each -> !each.holds(labels))
        .findFirst()
        .map(Requirement::toString);
  }

  @Override
  public String toString() {
    return requirements.isEmpty()
        ? "anything"
        : requirements.stream().map(Requirement::toString).collect(joining(" and "));
  }
}
