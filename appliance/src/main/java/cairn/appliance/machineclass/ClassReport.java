package cairn.appliance.machineclass;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.placement.Budget;
import cairn.appliance.resource.Resource;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status of a class. Pure. */
final class ClassReport {

  private ClassReport() {}

  /**
   * What a pass found.
   *
   * @param discovered whether Discovery found something, now or before
   * @param nodes that fit and are selected
   * @param budget what machines may have of each of them
   * @param users machines that hold a class which is being deleted
   */
  record Found(
      ClassCpu cpu, boolean discovered, List<String> nodes, Budget budget, List<String> users) {
    Found {
      requireNonNull(cpu, "cpu is null");
      nodes = List.copyOf(nodes);
      requireNonNull(budget, "budget is null");
      users = List.copyOf(users);
    }
  }

  static ObjectNode of(Resource machineClass, Found found, Instant now) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    Conditions conditions = new Conditions(machineClass.document(), now);
    switch (found.cpu()) {
      case ClassCpu.Fits fits -> {
        status.put("phase", "Ready");
        conditions.set("Ready", Status.TRUE, "SuitableNodesFound", "");
        if (!fits.enabled().isEmpty()) {
          ObjectNode features = status.putObject("cpuFeatures");
          fits.enabled().forEach(features.putArray("enabled")::add);
          fits.notEnabled().forEach(features.putArray("notEnabledCommon")::add);
        }
      }
      case ClassCpu.Unfit unfit -> {
        status.put("phase", "Pending");
        conditions.set("Ready", Status.FALSE, unfit.reason(), unfit.message());
      }
    }
    discovery(conditions, machineClass, found);
    ArrayNode nodes = status.putArray("availableNodes");
    found.nodes().forEach(nodes::add);
    if (!found.nodes().isEmpty()) {
      status
          .putObject("maxAllocatableResources")
          .put("cpu", found.budget().cpuQuantity())
          .put("memory", ByteCount.quantity(found.budget().bytes()));
    }
    conditions.drop("InUse");
    if (machineClass.deleting()) {
      status.put("phase", "Terminating");
      if (!found.users().isEmpty()) {
        conditions.set(
            "InUse",
            Status.TRUE,
            "VirtualMachineClassInUse",
            "Used by " + String.join(", ", found.users()) + ".");
      }
    }
    status.set("conditions", conditions.toJson());
    status.put("observedGeneration", machineClass.generation());
    return status;
  }

  private static void discovery(Conditions conditions, Resource machineClass, Found found) {
    String type = "Discovered";
    if (!ClassCpu.type(machineClass.document().path("spec")).equals("Discovery")) {
      conditions.set(type, Status.FALSE, "DiscoverySkip", "");
    } else if (found.discovered()) {
      conditions.set(type, Status.TRUE, "DiscoverySucceeded", "");
    } else {
      String why = found.cpu() instanceof ClassCpu.Unfit unfit ? unfit.message() : "";
      conditions.set(type, Status.FALSE, "DiscoveryFailed", why);
    }
  }
}
