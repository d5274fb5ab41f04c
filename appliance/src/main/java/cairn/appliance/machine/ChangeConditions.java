package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;

/** Whether the running machine has all of its spec; both are present only while it has not. */
final class ChangeConditions {

  private ChangeConditions() {}

  static void write(Conditions conditions, Seen seen) {
    PendingChanges pending = seen.pendingChanges();
    if (seen.phase().quiet() || pending.isEmpty()) {
      conditions.drop("ConfigurationApplied").drop("AwaitingRestartToApplyConfiguration");
      return;
    }
    conditions.set(
        "ConfigurationApplied",
        Status.FALSE,
        "ConfigurationNotApplied",
        "The running machine does not have all of its configuration yet.");
    conditions.set(
        "AwaitingRestartToApplyConfiguration",
        Status.TRUE,
        "ChangesPendingRestart",
        pending.listed().isEmpty()
            ? pending.ofClass().orElse("") + " A restart applies it."
            : "A restart applies what is listed in status.restartAwaitingChanges.");
  }
}
