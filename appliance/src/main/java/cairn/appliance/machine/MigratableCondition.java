package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;

/** Whether the machine could move to another node: never, there is one. Always present. */
final class MigratableCondition {

  private MigratableCondition() {}

  static void write(Conditions conditions, @SuppressWarnings("unused") Seen seen) {
    conditions.set(
        "Migratable",
        Status.FALSE,
        "VirtualMachineNonMigratable",
        "There is one node; a machine cannot move.");
  }
}
