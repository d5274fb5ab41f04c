package cairn.appliance.node;

import cairn.appliance.api.ByteCount;
import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import java.time.Instant;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status of the Node. Pure. */
public final class NodeReport {

  private NodeReport() {}

  public static ObjectNode of(ObjectNode node, NodeFacts facts, Instant now) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    for (String part : new String[] {"capacity", "allocatable"}) {
      status
          .putObject(part)
          .put("cpu", Integer.toString(facts.cores()))
          .put("memory", ByteCount.quantity(facts.memoryBytes()));
    }
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
    var shown = conditions.toJson();
    // A Node's conditions, unlike those of other kinds, do not carry the generation.
    shown.forEach(condition -> ((ObjectNode) condition).remove("observedGeneration"));
    status.set("conditions", shown);
    return status;
  }

  private static ObjectNode address(String type, String address) {
    return JsonNodeFactory.instance.objectNode().put("type", type).put("address", address);
  }
}
