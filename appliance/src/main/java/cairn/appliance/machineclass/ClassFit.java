package cairn.appliance.machineclass;

import cairn.appliance.api.Conditions;
import cairn.appliance.placement.NodeView;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.CpuModel;
import cairn.hypervisor.HostCapabilities;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a machine asks about its class. */
public sealed interface ClassFit {

  /** The processor that machines of the class get. */
  record Ready(CpuModel model) implements ClassFit {}

  /**
   * @param message a sentence that names the class
   */
  record NotReady(String message) implements ClassFit {}

  /** As the class's own status says it: both say the same at any time. */
  static ClassFit of(Resource machineClass, HostCapabilities host) {
    JsonNode document = machineClass.document();
    boolean ready =
        Conditions.find(document, "Ready")
            .filter(condition -> condition.path("status").asString("").equals("True"))
            .isPresent();
    if (!ready) {
      String why =
          Conditions.find(document, "Ready")
              .map(condition -> ": " + condition.path("message").asString(""))
              .orElse(".");
      return new NotReady("The class \"%s\" is not Ready%s".formatted(machineClass.name(), why));
    }
    // Its selector is held against the node when a place is looked for.
    NodeView anywhere = new NodeView("", Map.of(), List.of());
    JsonNode spec = document.path("spec").deepCopy();
    if (spec instanceof ObjectNode fields) {
      fields.remove("nodeSelector");
    }
    return switch (ClassCpu.of(
        spec, ClassMemory.read(machineClass.privateDocument()).discovered(), host, anywhere)) {
      case ClassCpu.Fits fits -> new Ready(fits.model());
      case ClassCpu.Unfit unfit ->
          new NotReady(
              "The class \"%s\" does not fit any more: %s"
                  .formatted(machineClass.name(), unfit.message()));
    };
  }
}
