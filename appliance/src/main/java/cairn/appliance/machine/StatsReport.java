package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.hypervisor.GuestAgent;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code status.stats}: the phases that the machine went through, and how long its start took. */
final class StatsReport {

  private static final String AGENT = "guestOSAgentStarting";

  private StatsReport() {}

  static ObjectNode of(Seen seen, Instant now) {
    JsonNode old = seen.machine().document().path("status").path("stats");
    String phase = seen.phase().word();
    ObjectNode stats = JsonNodeFactory.instance.objectNode();
    ArrayNode transitions =
        old.path("phasesTransitions") instanceof ArrayNode known
            ? known.deepCopy()
            : JsonNodeFactory.instance.arrayNode();
    String last =
        transitions.isEmpty()
            ? ""
            : transitions.get(transitions.size() - 1).path("phase").asString("");
    if (!last.equals(phase)) {
      transitions.addObject().put("phase", phase).put("timestamp", Conditions.time(now));
    }
    while (transitions.size() > 20) {
      transitions.remove(0);
    }
    stats.set("phasesTransitions", transitions);
    seen.memory()
        .started()
        .ifPresent(started -> stats.put("lastStartTime", Conditions.time(started)));
    launch(transitions, seen, now)
        .ifPresent(durations -> stats.set("launchTimeDuration", durations));
    return stats;
  }

  /** How long the last way from Pending to an agent that answers took, by its steps. */
  private static Optional<ObjectNode> launch(ArrayNode transitions, Seen seen, Instant now) {
    ObjectNode durations = JsonNodeFactory.instance.objectNode();
    for (int at = 1; at < transitions.size(); at++) {
      String from = transitions.get(at - 1).path("phase").asString("");
      String to = transitions.get(at).path("phase").asString("");
      Duration lasted = Duration.between(time(transitions.get(at - 1)), time(transitions.get(at)));
      boolean launched = to.equals("Starting") || to.equals("Running");
      if (from.equals("Pending") && launched) {
        durations.put("waitingForDependencies", lasted.toSeconds() + "s");
      }
      if (from.equals("Starting") && to.equals("Running")) {
        durations.put("virtualMachineStarting", lasted.toSeconds() + "s");
        durations.remove(AGENT);
        agent(seen, transitions.get(at), now).ifPresent(took -> durations.put(AGENT, took));
      }
    }
    return durations.isEmpty() ? Optional.empty() : Optional.of(durations);
  }

  /**
   * How long the agent took from Running to its first answer; once known it stands until the next
   * launch.
   */
  private static Optional<String> agent(Seen seen, JsonNode running, Instant now) {
    JsonNode before = seen.machine().document().path("status").path("stats");
    String known = before.path("launchTimeDuration").path(AGENT).asString("");
    boolean sameLaunch =
        before.path("phasesTransitions").valueStream().anyMatch(each -> each.equals(running));
    if (sameLaunch && !known.isEmpty()) {
      return Optional.of(known);
    }
    return seen.agent() instanceof GuestAgent.Answering
        ? Optional.of(Math.max(0, Duration.between(time(running), now).toSeconds()) + "s")
        : Optional.empty();
  }

  private static Instant time(JsonNode transition) {
    return Instant.parse(transition.path("timestamp").asString(""));
  }
}
