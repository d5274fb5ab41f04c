package cairn.appliance.address;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.resource.Resource;
import cairn.network.Ipv4Address;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status of a claim on an address. Pure. */
final class AddressReport {

  private AddressReport() {}

  /**
   * @param address bound to the claim; empty if it has none
   * @param holder name of the machine that holds the claim
   * @param reason why it is bound or not
   */
  static ObjectNode of(
      Resource claim,
      Optional<Ipv4Address> address,
      Optional<String> holder,
      String reason,
      String message,
      Instant now) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("phase", phase(address.isPresent(), holder.isPresent()));
    address.ifPresent(found -> status.put("address", found.toString()));
    holder.ifPresent(name -> status.put("virtualMachineName", name));
    Conditions conditions = new Conditions(claim.document(), now);
    conditions.set("Bound", Status.of(address.isPresent()), reason, message);
    if (holder.isPresent()) {
      conditions.set("Attached", Status.TRUE, "Attached", "");
    } else {
      conditions.set(
          "Attached", Status.FALSE, "VirtualMachineNotFound", "No machine uses this address.");
    }
    status.set("conditions", conditions.toJson());
    status.put("observedGeneration", claim.generation());
    return status;
  }

  static String phase(boolean bound, boolean held) {
    if (!bound) {
      return "Pending";
    }
    return held ? "Attached" : "Bound";
  }
}
