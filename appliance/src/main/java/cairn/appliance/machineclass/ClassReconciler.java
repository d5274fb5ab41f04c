package cairn.appliance.machineclass;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.api.Finalizers;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.hypervisor.HostCapabilities;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Holds classes against this host, and keeps those that machines name. */
public final class ClassReconciler implements Reconciler {

  public static final Declaration DECLARATION =
      new Declaration(
          "class",
          ResourceNames.CLASSES,
          // The platform gives classes the machines' finalizer; clients know it by that name.
          Optional.of(Finalizers.MACHINE_CLEANUP),
          List.of(
              new Waker(
                  ResourceNames.MACHINES,
                  "the machines that name it",
                  (machine, _) ->
                      List.of(
                          new Key(
                              ResourceNames.CLASSES,
                              "",
                              machine
                                  .document()
                                  .path("spec")
                                  .path("virtualMachineClassName")
                                  .asString(""))))),
          Set.of(new Write(ResourceNames.CLASSES, Aspect.STATUS)),
          List.of());

  private final Resources resources;
  private final Supplier<HostCapabilities> capabilities;
  private final NodeFacts node;
  private final Clock clock;

  public ClassReconciler(
      Resources resources, Supplier<HostCapabilities> capabilities, NodeFacts node, Clock clock) {
    this.resources = requireNonNull(resources, "resources is null");
    this.capabilities = requireNonNull(capabilities, "capabilities is null");
    this.node = requireNonNull(node, "node is null");
    this.clock = requireNonNull(clock, "clock is null");
  }

  @Override
  public Outcome reconcile(Resource machineClass) {
    ClassCpu cpu = ClassCpu.of(machineClass.document(), capabilities.get());
    write(machineClass, report(machineClass, cpu, node, List.of(), clock.instant()));
    return Outcome.SETTLED;
  }

  @Override
  public Outcome release(Resource machineClass) {
    List<String> users =
        resources.list(new Selection(ResourceNames.MACHINES, "", "")).stream()
            .filter(machine -> names(machine, machineClass.name()))
            .map(machine -> machine.namespace() + "/" + machine.name())
            .toList();
    if (users.isEmpty()) {
      return Outcome.SETTLED;
    }
    ClassCpu cpu = ClassCpu.of(machineClass.document(), capabilities.get());
    write(machineClass, report(machineClass, cpu, node, users, clock.instant()));
    return new Outcome.WaitingFor("machines of class " + machineClass.name() + ": " + users);
  }

  private static boolean names(Resource machine, String machineClass) {
    return machine
        .document()
        .path("spec")
        .path("virtualMachineClassName")
        .asString("")
        .equals(machineClass);
  }

  private void write(Resource machineClass, ObjectNode status) {
    resources.updateStatus(
        machineClass,
        object -> {
          object.document().set("status", status);
          return object;
        });
  }

  /**
   * The status of a class. Pure.
   *
   * @param users machines that hold a class which is being deleted
   */
  static ObjectNode report(
      Resource machineClass, ClassCpu cpu, NodeFacts node, List<String> users, Instant now) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    Conditions conditions = new Conditions(machineClass.document(), now);
    boolean discovers =
        machineClass
            .document()
            .path("spec")
            .path("cpu")
            .path("type")
            .asString("")
            .equals("Discovery");
    ArrayNode nodes = JsonNodeFactory.instance.arrayNode();
    switch (cpu) {
      case ClassCpu.Fits fits -> {
        status.put("phase", "Ready");
        nodes.add(node.name());
        conditions.set("Ready", Status.TRUE, "SuitableNodesFound", "");
        if (!fits.enabled().isEmpty()) {
          ObjectNode features = status.putObject("cpuFeatures");
          fits.enabled().forEach(features.putArray("enabled")::add);
          fits.notEnabled().forEach(features.putArray("notEnabledCommon")::add);
        }
        ObjectNode most = status.putObject("maxAllocatableResources");
        most.put("cpu", Integer.toString(node.cores()));
        most.put("memory", ByteCount.quantity(node.memoryBytes()));
        discovery(conditions, discovers, Status.TRUE, "DiscoverySucceeded", "");
      }
      case ClassCpu.Unfit unfit -> {
        status.put("phase", "Pending");
        conditions.set("Ready", Status.FALSE, unfit.reason(), unfit.message());
        discovery(conditions, discovers, Status.FALSE, "DiscoveryFailed", unfit.message());
      }
    }
    status.set("availableNodes", nodes);
    conditions.drop("InUse");
    if (machineClass.deleting()) {
      status.put("phase", "Terminating");
      if (!users.isEmpty()) {
        conditions.set(
            "InUse",
            Status.TRUE,
            "VirtualMachineClassInUse",
            "Used by " + String.join(", ", users) + ".");
      }
    }
    status.set("conditions", conditions.toJson());
    status.put("observedGeneration", machineClass.generation());
    return status;
  }

  private static void discovery(
      Conditions conditions, boolean discovers, Status status, String reason, String message) {
    if (discovers) {
      conditions.set("Discovered", status, reason, message);
    } else {
      conditions.set("Discovered", Status.FALSE, "DiscoverySkip", "");
    }
  }
}
