package cairn.appliance.machine;

import cairn.appliance.api.ByteCount;
import cairn.hypervisor.CpuTopology;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code status.resources}: what the running instance was given, or the next one will be. */
final class ResourcesReport {

  private ResourcesReport() {}

  static ObjectNode of(JsonNode spec) {
    ObjectNode wrapped = JsonNodeFactory.instance.objectNode();
    wrapped.set("spec", spec);
    MachineManifest applied = MachineManifest.read(wrapped);
    CpuTopology topology = CoreLayout.of(applied.cores());
    ObjectNode resources = JsonNodeFactory.instance.objectNode();
    ObjectNode cpu = resources.putObject("cpu");
    cpu.put("cores", applied.cores());
    cpu.put("coreFraction", applied.coreFraction());
    cpu.put("requestedCores", requested(applied));
    cpu.put("runtimeOverhead", "0");
    cpu.putObject("topology")
        .put("sockets", topology.sockets())
        .put("coresPerSocket", topology.coresPerSocket());
    ObjectNode memory = resources.putObject("memory");
    memory.put("size", ByteCount.quantity(applied.memoryBytes()));
    memory.put("runtimeOverhead", "0");
    return resources;
  }

  /** Guaranteed processor time, in thousandths of a core. */
  private static String requested(MachineManifest applied) {
    String digits = applied.coreFraction().replace("%", "");
    int percent = digits.chars().allMatch(Character::isDigit) ? Integer.parseInt(digits) : 100;
    int thousandths = applied.cores() * percent * 10;
    return thousandths % 1000 == 0 ? Integer.toString(thousandths / 1000) : thousandths + "m";
  }
}
