package cairn.appliance.node;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.node.NodeFacts.Fact;
import cairn.appliance.placement.HostRoom;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status of the Node. Pure. */
public final class NodeReport {

  private NodeReport() {}

  /** What is so at this moment. */
  record Present(HostRoom.Usage usage, HostMemory memory) {
    Present {
      requireNonNull(usage, "usage is null");
      requireNonNull(memory, "memory is null");
    }
  }

  /** What is known before anything runs; conditions about the present stay as they were. */
  public static ObjectNode of(ObjectNode node, NodeFacts facts, Instant now) {
    return of(node, facts, Optional.empty(), now);
  }

  static ObjectNode of(ObjectNode node, NodeFacts facts, Optional<Present> present, Instant now) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status
        .putObject("capacity")
        .put("cpu", Integer.toString(facts.cores()))
        .put("memory", ByteCount.quantity(facts.memoryBytes()));
    status
        .putObject("allocatable")
        .put("cpu", facts.budget().cpuQuantity())
        .put("memory", ByteCount.quantity(facts.budget().bytes()));
    status
        .putArray("addresses")
        .add(address("InternalIP", facts.address()))
        .add(address("Hostname", facts.name()));
    status
        .putObject("nodeInfo")
        .put("architecture", "amd64")
        .put("operatingSystem", "linux")
        .put("kernelVersion", facts.kernelVersion())
        .put("osImage", facts.osImage())
        .put("machineID", facts.machineId())
        .put("bootID", facts.bootId())
        .put("systemUUID", facts.machineId())
        .put("kubeletVersion", "")
        .put("kubeProxyVersion", "")
        .put("containerRuntimeVersion", "");
    Conditions conditions = new Conditions(node, now);
    conditions.set("Ready", Status.TRUE, "ServiceReady", "The service answers.");
    conditions.set(
        "KVM",
        Status.of(facts.kvm().runsGuests()),
        facts.kvm().result().reason(),
        facts.kvm().explanation());
    fact(conditions, "Emulation", emulation(facts));
    fact(conditions, "NestedVirtualization", facts.virtualization());
    fact(conditions, "CPUController", facts.cpuControl());
    present.ifPresent(at -> {
      fact(conditions, "MemoryPressure", pressure(at.memory()));
      fact(conditions, "MachineRoom", room(at.usage()));
    });
    var shown = conditions.toJson();
    // A Node's conditions, unlike those of other kinds, do not carry the generation.
    shown.forEach(condition -> ((ObjectNode) condition).remove("observedGeneration"));
    status.set("conditions", shown);
    return status;
  }

  /** Whether machines run without KVM. */
  private static Fact emulation(NodeFacts facts) {
    if (facts.kvm().runsGuests()) {
      return new Fact(false, "NotNeeded", "Machines run by KVM.");
    }
    return switch (facts.emulation()) {
      case ALLOWED ->
          new Fact(
              true,
              "EmulationAllowed",
              "Machines run without KVM, many times slower: hypervisor.emulation is Allowed.");
      case NEVER ->
          new Fact(
              false,
              "EmulationNever",
              "No machine starts: KVM does not run guests, and hypervisor.emulation is Never.");
    };
  }

  private static Fact pressure(HostMemory memory) {
    // Numbers only where they matter: the status would change for ever otherwise.
    return memory.pressed()
        ? new Fact(
            true,
            "InsufficientMemory",
            "Only %s of %s are available."
                .formatted(
                    ByteCount.human(memory.availableBytes()), ByteCount.human(memory.totalBytes())))
        : new Fact(false, "SufficientMemory", "Enough memory is available.");
  }

  /** What is given out of what machines may have, which no Pod of this node would show. */
  private static Fact room(HostRoom.Usage usage) {
    boolean left =
        usage.bytes() < usage.budget().bytes()
            && usage.thousandths() < usage.budget().thousandths();
    return new Fact(left, left ? "RoomLeft" : "Full", usage.sentence());
  }

  private static void fact(Conditions conditions, String type, Fact fact) {
    conditions.set(type, Status.of(fact.holds()), fact.reason(), fact.explanation());
  }

  private static ObjectNode address(String type, String address) {
    return JsonNodeFactory.instance.objectNode().put("type", type).put("address", address);
  }
}
