package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code status.stats}: the last phases that the machine went through, and how long its start took.
 * Times are whole seconds, as everywhere in the API.
 */
final class StatsReport {

  /** How many phases are remembered. */
  static final int MOST_TRANSITIONS = 20;

  private StatsReport() {}

  /**
   * @param conditions the new ones: the agent's tells when the guest was up
   */
  static ObjectNode of(Seen seen, ArrayNode conditions, Instant now) {
    JsonNode old = seen.machine().document().path("status").path("stats");
    ObjectNode stats = JsonNodeFactory.instance.objectNode();
    ArrayNode transitions = transitions(seen, old.path("phasesTransitions"), now);
    stats.set("phasesTransitions", transitions);
    seen.memory()
        .started()
        .ifPresent(started -> stats.put("lastStartTime", Conditions.time(started)));
    ObjectNode launch = launch(transitions);
    agent(seen, launch, transitions, conditions, old);
    if (!launch.isEmpty()) {
      stats.set("launchTimeDuration", launch);
    }
    return stats;
  }

  private static ArrayNode transitions(Seen seen, JsonNode old, Instant now) {
    ArrayNode transitions =
        old instanceof ArrayNode known ? known.deepCopy() : JsonNodeFactory.instance.arrayNode();
    if (transitions.isEmpty()) {
      // It waited from its creation on, whether somebody looked or not.
      String created =
          seen.machine().document().path("metadata").path("creationTimestamp").asString("");
      add(
          transitions,
          MachinePhase.PENDING.word(),
          created.isEmpty() ? Conditions.time(now) : created);
    }
    String phase = seen.phase().word();
    if (!word(transitions, transitions.size() - 1).equals(phase)) {
      add(transitions, phase, Conditions.time(now));
    }
    while (transitions.size() > MOST_TRANSITIONS) {
      transitions.remove(0);
    }
    return transitions;
  }

  private static void add(ArrayNode transitions, String phase, String at) {
    transitions.addObject().put("phase", phase).put("timestamp", at);
  }

  /** How long the present launch took so far, by its steps; nothing while none is under way. */
  private static ObjectNode launch(ArrayNode transitions) {
    ObjectNode durations = JsonNodeFactory.instance.objectNode();
    int running = last(transitions, "Running");
    int starting = last(transitions, "Starting");
    int over = Math.max(last(transitions, "Pending"), last(transitions, "Stopped"));
    if (starting < over && running < over) {
      return durations;
    }
    // Beyond the history a launch cannot be measured.
    if (starting > 0 && word(transitions, starting - 1).equals("Pending")) {
      durations.put("waitingForDependencies", lasted(transitions, starting));
    }
    if (starting >= 0 && running == starting + 1) {
      durations.put("virtualMachineStarting", lasted(transitions, running));
    }
    return durations;
  }

  /** From Running to the agent's first word; a later silence of the agent does not change it. */
  private static void agent(
      Seen seen, ObjectNode launch, ArrayNode transitions, ArrayNode conditions, JsonNode old) {
    int running = last(transitions, "Running");
    if (running < 0 || launch.isEmpty() || seen.phase().quiet()) {
      return;
    }
    String field = "guestOSAgentStarting";
    boolean sameLaunch =
        old.path("lastStartTime").isString()
            && old.path("lastStartTime")
                .asString("")
                .equals(seen.memory().started().map(Conditions::time).orElse(""));
    JsonNode known = old.path("launchTimeDuration").path(field);
    if (sameLaunch && known.isString()) {
      launch.set(field, known);
      return;
    }
    answered(conditions)
        .map(at -> Duration.between(time(transitions, running), at))
        .filter(lasted -> !lasted.isNegative())
        .ifPresent(lasted -> launch.put(field, text(lasted)));
  }

  private static Optional<Instant> answered(ArrayNode conditions) {
    return conditions
        .valueStream()
        .filter(each -> each.path("type").asString("").equals("AgentReady"))
        .filter(each -> each.path("status").asString("").equals("True"))
        .map(each -> Instant.parse(each.path("lastTransitionTime").asString("")))
        .findFirst();
  }

  private static int last(ArrayNode transitions, String phase) {
    int at = transitions.size() - 1;
    while (at >= 0 && !word(transitions, at).equals(phase)) {
      at--;
    }
    return at;
  }

  private static String word(ArrayNode transitions, int at) {
    return transitions.get(at).path("phase").asString("");
  }

  private static String lasted(ArrayNode transitions, int to) {
    return text(Duration.between(time(transitions, to - 1), time(transitions, to)));
  }

  private static Instant time(ArrayNode transitions, int at) {
    return Instant.parse(transitions.get(at).path("timestamp").asString(""));
  }

  /** As Go writes a duration of whole seconds, which is what clients read: {@code 1m5s}. */
  static String text(Duration duration) {
    Duration whole = duration.isNegative() ? Duration.ZERO : duration;
    StringBuilder text = new StringBuilder();
    if (whole.toHours() > 0) {
      text.append(whole.toHours()).append('h');
    }
    if (whole.toMinutes() > 0) {
      text.append(whole.toMinutesPart()).append('m');
    }
    return text.append(whole.toSecondsPart()).append('s').toString();
  }
}
