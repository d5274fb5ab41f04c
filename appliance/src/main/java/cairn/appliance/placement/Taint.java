package cairn.appliance.placement;

import static java.util.Objects.requireNonNull;

import tools.jackson.databind.JsonNode;

/** A mark of the node that keeps machines away which do not tolerate it. */
record Taint(String key, String value, String effect) {

  Taint {
    requireNonNull(key, "key is null");
    requireNonNull(value, "value is null");
    requireNonNull(effect, "effect is null");
  }

  static Taint read(JsonNode taint) {
    return new Taint(
        taint.path("key").asString(""),
        taint.path("value").asString(""),
        taint.path("effect").asString(""));
  }

  /** {@code PreferNoSchedule} keeps nobody away where there is no other node. */
  boolean keepsAway() {
    return effect.equals("NoSchedule") || effect.equals("NoExecute");
  }

  @Override
  public String toString() {
    return value.isEmpty() ? key + ":" + effect : key + "=" + value + ":" + effect;
  }
}
