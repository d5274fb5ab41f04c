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

  /** All of the status. Every condition is about the generation that the whole is about. */
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
    ArrayNode conditions = conditions(seen, now);
    status.set("stats", StatsReport.of(seen, conditions, now));
    status.putArray("virtualMachinePods");
    status.set("conditions", conditions);
    if (!seen.pendingChanges().listed().isEmpty()) {
      status.set("restartAwaitingChanges", seen.pendingChanges().listed());
    }
    status.put("observedGeneration", observed(seen, conditions));
    return status;
  }

  /** Raised only when every condition is about the same generation. */
  private static long observed(Seen seen, ArrayNode conditions) {
    boolean all =
        conditions
            .valueStream()
            .allMatch(each -> each.path("observedGeneration").asLong(0) == seen.generation());
    return all
        ? seen.generation()
        : seen.machine().document().path("status").path("observedGeneration").asLong(0);
  }

  private static ArrayNode conditions(Seen seen, Instant now) {
    Conditions conditions = new Conditions(seen.machine().document(), seen.generation(), now);
    for (ConditionFamily family : FAMILIES) {
      family.write(conditions, seen);
    }
    return conditions.toJson();
  }
}
