package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import java.util.List;

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
    firstBoot(conditions, needs.firstBoot());
  }

  private static void firstBoot(Conditions conditions, Need<FirstBoot> need) {
    String type = "ProvisioningReady";
    List<String> warnings = need.found().map(FirstBoot::warnings).orElse(List.of());
    if (warnings.isEmpty()) {
      write(conditions, type, need);
    } else {
      conditions.set(
          type, Status.TRUE, "ProvisioningReadyWithWarnings", String.join(" ", warnings));
    }
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
