package cairn.appliance.machine;

import cairn.appliance.machine.PowerPlan.Happening;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a new status tells people that the one before it did not: what waits, what waits no more.
 * Pure.
 */
final class ChangeEvents {

  private ChangeEvents() {}

  static Optional<Happening> between(JsonNode statusBefore, Seen seen) {
    JsonNode before = statusBefore.path("restartAwaitingChanges");
    JsonNode was = before.isMissingNode() ? JsonNodeFactory.instance.arrayNode() : before;
    JsonNode now = seen.pendingChanges().listed();
    if (was.equals(now)) {
      return Optional.empty();
    }
    if (!now.isEmpty()) {
      return Optional.of(
          new Happening(
              "RestartAwaitingChanges",
              "A restart is needed to apply: " + seen.pendingChanges().paths() + "."));
    }
    // With its instance still there, the spec was taken back to what runs.
    return seen.instance()
        ? Optional.empty()
        : Optional.of(
            new Happening("ChangesApplied", "The changes that waited for a restart are applied."));
  }
}
