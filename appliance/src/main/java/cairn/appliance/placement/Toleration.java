package cairn.appliance.placement;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What a machine puts up with. How long it tolerates ({@code tolerationSeconds}) has no meaning:
 * there is nowhere to move it.
 *
 * @param key empty together with {@code exists}: any
 * @param effect empty: any
 */
record Toleration(String key, boolean exists, String value, String effect) {

  Toleration {
    requireNonNull(key, "key is null");
    requireNonNull(value, "value is null");
    requireNonNull(effect, "effect is null");
  }

  static List<Toleration> read(JsonNode tolerations) {
    List<Toleration> read = new ArrayList<>();
    for (JsonNode each : tolerations) {
      read.add(
          new Toleration(
              each.path("key").asString(""),
              each.path("operator").asString("").equals("Exists"),
              each.path("value").asString(""),
              each.path("effect").asString("")));
    }
    return read;
  }

  boolean tolerates(Taint taint) {
    boolean effects = effect.isEmpty() || effect.equals(taint.effect());
    boolean keys = key.isEmpty() ? exists : key.equals(taint.key());
    return effects && keys && (exists || value.equals(taint.value()));
  }
}
