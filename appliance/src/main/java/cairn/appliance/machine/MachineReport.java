package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.hypervisor.HostCapabilities;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status of a machine: one writer, one pure function of what a pass saw. */
final class MachineReport {

  private static final List<ConditionFamily> FAMILIES =
      List.of(
          NeedConditions::write,
          AddressCondition::write,
          RunningCondition::write,
          MigratableCondition::write,
          SizingCondition::write,
          AgentConditions::write,
          ChangeConditions::write);

  private MachineReport() {}

  /** All of the status but the generation that it is about. */
  static ObjectNode of(Seen seen, HostCapabilities host, Instant now) {
    MachinePhase phase = seen.phase();
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("phase", phase.word());
    status.put("nodeName", seen.instance() ? seen.node().name() : "");
    seen.needs()
        .address()
        .found()
        .ifPresent(address -> {
          status.put("virtualMachineIPAddressName", address.claim());
          status.put("ipAddress", address.address().toString());
        });
    if (phase == MachinePhase.RUNNING) {
      ObjectNode versions = status.putObject("versions");
      versions.put("qemu", host.qemuVersion());
      versions.put("libvirt", host.libvirtVersion());
    }
    GuestStatus.of(seen).ifPresent(info -> status.set("guestOSInfo", info));
    status.set("resources", ResourcesReport.of(seen.applied()));
    status.set("blockDeviceRefs", DevicesReport.of(seen));
    status.set("stats", StatsReport.of(seen, now));
    status.putArray("virtualMachinePods");
    status.set("conditions", conditions(seen, now));
    if (!seen.pendingChanges().isEmpty()) {
      status.set("restartAwaitingChanges", seen.pendingChanges());
    }
    return status;
  }

  private static ArrayNode conditions(Seen seen, Instant now) {
    Conditions conditions = new Conditions(seen.machine().document(), now);
    for (ConditionFamily family : FAMILIES) {
      family.write(conditions, seen);
    }
    return conditions.toJson();
  }
}
