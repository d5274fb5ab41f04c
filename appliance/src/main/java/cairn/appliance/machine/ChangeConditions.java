package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;

/** Whether the running machine has all of its spec; both are present only while it has not. */
final class ChangeConditions {

  private ChangeConditions() {}

  static void write(Conditions conditions, Seen seen) {
    if (seen.phase().quiet() || seen.pendingChanges().isEmpty()) {
      conditions.drop("ConfigurationApplied").drop("AwaitingRestartToApplyConfiguration");
      return;
    }
    conditions.set(
        "ConfigurationApplied",
        Status.FALSE,
        "ConfigurationNotApplied",
        "The running machine does not have all of its spec yet.");
    conditions.set(
        "AwaitingRestartToApplyConfiguration",
        Status.TRUE,
        "ChangesPendingRestart",
        "A restart applies what is listed in status.restartAwaitingChanges.");
  }
}
