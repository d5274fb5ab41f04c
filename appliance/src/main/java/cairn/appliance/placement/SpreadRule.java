package cairn.appliance.placement;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A rule of spreading that must be kept. With one node there is one place to spread over, whose
 * count is the smallest at the same time: the machine itself is all that can make a difference.
 *
 * @param machines which are counted; empty: none
 */
record SpreadRule(int maxSkew, String topologyKey, Optional<LabelTerms> machines) {

  SpreadRule {
    requireNonNull(topologyKey, "topologyKey is null");
    requireNonNull(machines, "machines is null");
  }

  /** Those of {@code DoNotSchedule}; the others are wishes. */
  static List<SpreadRule> read(JsonNode constraints) {
    List<SpreadRule> read = new ArrayList<>();
    for (JsonNode each : constraints) {
      if (each.path("whenUnsatisfiable").asString("").equals("DoNotSchedule")) {
        read.add(
            new SpreadRule(
                each.path("maxSkew").asInt(1),
                each.path("topologyKey").asString(""),
                each.path("labelSelector").isObject()
                    ? Optional.of(LabelTerms.read(each.path("labelSelector")))
                    : Optional.empty()));
      }
    }
    return read;
  }
}
