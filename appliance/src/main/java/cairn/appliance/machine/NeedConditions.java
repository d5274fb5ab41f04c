package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;

/**
 * What a machine needs before it may start, each need with a condition of its own. They are always
 * present. The address has its own family, because it says more than whether there is one.
 */
final class NeedConditions {

  private NeedConditions() {}

  static void write(Conditions conditions, Seen seen) {
    Needs needs = seen.needs();
    write(conditions, "VirtualMachineClassReady", needs.machineClass());
    conditions.set(
        "VirtualMachineMACAddressReady", Status.TRUE, "VirtualMachineMACAddressReady", "");
    write(conditions, "BlockDevicesReady", needs.devices());
    write(conditions, "ProvisioningReady", needs.seed());
  }

  /** A need that is met has the name of its condition as its reason. */
  static void write(Conditions conditions, String type, Need<?> need) {
    switch (need) {
      case Need.Met<?> _ -> conditions.set(type, Status.TRUE, type, "");
      case Need.Unmet<?> unmet ->
          conditions.set(type, Status.FALSE, unmet.reason(), unmet.message());
    }
  }
}
