package cairn.appliance.api;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The conditions of one object while its new status is written down: begins with those it has,
 * keeps their order. The time of transition moves when the status or the reason changes, not with
 * the message. Not for several threads.
 */
public final class Conditions {

  /** What is known about a condition. */
  public enum Status {
    TRUE("True"),
    FALSE("False"),
    UNKNOWN("Unknown");

    private final String word;

    Status(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }

    public static Status of(boolean holds) {
      return holds ? TRUE : FALSE;
    }
  }

  private final Map<String, ObjectNode> byType = new LinkedHashMap<>();
  private final long generation;
  private final String now;

  /**
   * @param document the object as it was read: its conditions are the start, its generation is what
   *     every condition set here was observed at
   */
  public Conditions(ObjectNode document, Instant now) {
    this(document, document.path("metadata").path("generation").asLong(0), now);
  }

  /**
   * @param document the object whose conditions are the start; it may be newer than what was
   *     observed
   * @param generation what every condition set here was observed at
   */
  public Conditions(ObjectNode document, long generation, Instant now) {
    this.generation = generation;
    this.now = time(now);
    for (JsonNode condition : document.path("status").path("conditions")) {
      if (condition instanceof ObjectNode known) {
        byType.put(known.path("type").asString(""), known.deepCopy());
      }
    }
  }

  public Conditions set(String type, Status status, String reason, String message) {
    requireNonNull(type, "type is null");
    Optional<ObjectNode> before = Optional.ofNullable(byType.get(type));
    boolean moved =
        before.isEmpty()
            || !before.get().path("status").asString("").equals(status.word())
            || !before.get().path("reason").asString("").equals(reason);
    ObjectNode condition = JsonNodeFactory.instance.objectNode();
    condition.put("type", type);
    condition.put("status", status.word());
    condition.put("reason", reason);
    condition.put("message", message);
    condition.put("observedGeneration", generation);
    condition.put(
        "lastTransitionTime",
        moved ? now : before.map(c -> c.path("lastTransitionTime").asString(now)).orElse(now));
    byType.put(type, condition);
    return this;
  }

  /** For conditions that are present only while they matter. */
  public Conditions drop(String type) {
    byType.remove(type);
    return this;
  }

  public ArrayNode toJson() {
    ArrayNode conditions = JsonNodeFactory.instance.arrayNode();
    byType.values().forEach(conditions::add);
    return conditions;
  }

  /** The condition of that type in a document, if it is there. */
  public static Optional<JsonNode> find(JsonNode document, String type) {
    for (JsonNode condition : document.path("status").path("conditions")) {
      if (condition.path("type").asString("").equals(type)) {
        return Optional.of(condition);
      }
    }
    return Optional.empty();
  }

  /** Whether the document says so, about the spec as it is now. */
  public static boolean holds(JsonNode document, String type) {
    return find(document, type)
        .filter(condition -> condition.path("status").asString("").equals("True"))
        .filter(condition ->
            condition.path("observedGeneration").asLong(0)
                == document.path("metadata").path("generation").asLong(0))
        .isPresent();
  }

  /** A time as Kubernetes writes it: UTC, whole seconds. */
  public static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
