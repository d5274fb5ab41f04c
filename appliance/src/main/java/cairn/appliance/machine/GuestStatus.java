package cairn.appliance.machine;

import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestReport;
import cairn.hypervisor.GuestReport.Card;
import cairn.hypervisor.GuestReport.OperatingSystem;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code status.guestOSInfo}: what the guest says of its system. */
final class GuestStatus {

  private GuestStatus() {}

  /** Empty while no agent answers; as it was while nobody has asked yet. */
  static Optional<ObjectNode> of(Seen seen) {
    return switch (seen.agent()) {
      case GuestAgent.Unknown() ->
          seen.machine().document().path("status").path("guestOSInfo") instanceof ObjectNode known
              ? Optional.of(known.deepCopy())
              : Optional.empty();
      case GuestAgent.Absent(), GuestAgent.Silent _ -> Optional.empty();
      case GuestAgent.Answering(GuestReport report) -> Optional.of(info(report));
    };
  }

  private static ObjectNode info(GuestReport report) {
    OperatingSystem system = report.system();
    ObjectNode info = JsonNodeFactory.instance.objectNode();
    put(info, "id", system.id());
    put(info, "name", system.name());
    put(info, "prettyName", system.prettyName());
    put(info, "version", system.version());
    put(info, "versionId", system.versionId());
    put(info, "kernelRelease", system.kernelRelease());
    put(info, "kernelVersion", system.kernelVersion());
    put(info, "machine", system.machine());
    put(info, "hostname", report.hostName());
    put(info, "agentVersion", report.agentVersion());
    if (!report.cards().isEmpty()) {
      ArrayNode interfaces = info.putArray("interfaces");
      for (Card card : report.cards()) {
        ObjectNode one = interfaces.addObject();
        one.put("name", card.name());
        put(one, "mac", card.mac());
        ArrayNode addresses = one.putArray("ipAddresses");
        card.addresses().forEach(addresses::add);
      }
    }
    return info;
  }

  private static void put(ObjectNode to, String field, String text) {
    if (!text.isEmpty()) {
      to.put(field, text);
    }
  }
}
