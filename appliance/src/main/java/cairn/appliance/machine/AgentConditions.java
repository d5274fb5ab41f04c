package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;

/** What is known of the guest's agent; absent while no guest runs that could have one. */
final class AgentConditions {

  private AgentConditions() {}

  static void write(Conditions conditions, Seen seen) {
    if (seen.phase().quiet()) {
      conditions.drop("AgentReady");
      return;
    }
    conditions.set("AgentReady", Status.FALSE, "AgentNotReady", "No guest agent has answered.");
  }
}
