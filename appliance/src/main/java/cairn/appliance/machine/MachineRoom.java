package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.placement.HostRoom;
import cairn.appliance.placement.NodeView;
import cairn.appliance.placement.Occupant;
import cairn.appliance.placement.Size;
import cairn.appliance.placement.Wishes;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The place of a machine on the host: asks for it before a start, gives it back after the end. */
final class MachineRoom {

  private final ResourceReader resources;
  private final HostRoom room;
  private final NodeFacts node;

  MachineRoom(ResourceReader resources, HostRoom room, NodeFacts node) {
    this.resources = requireNonNull(resources, "resources is null");
    this.room = requireNonNull(room, "room is null");
    this.node = requireNonNull(node, "node is null");
  }

  /** Why the machine must wait, as a sentence; empty if it has its place now. */
  Optional<String> ask(Resource machine, Instant now) {
    NodeView view =
        resources
            .get(new Key(ResourceNames.NODES, "", node.name()))
            .map(found -> NodeView.read(found.document()))
            .orElseGet(() -> new NodeView(node.name(), node.labels(), List.of()));
    return room.ask(occupant(machine, machine.document().path("spec")), view, since(machine, now));
  }

  /**
   * An instance is there.
   *
   * @param applied spec that it was started with
   */
  Size occupy(Resource machine, JsonNode applied) {
    Occupant occupant = occupant(machine, applied);
    room.occupy(occupant);
    return occupant.size();
  }

  /** There is no instance, and none is to be made now. */
  void leave(Resource machine) {
    room.leave(machine.uid());
  }

  private Occupant occupant(Resource machine, JsonNode spec) {
    Map<String, String> labels = NodeView.texts(machine.document().path("metadata").path("labels"));
    JsonNode machineClass =
        resources
            .get(
                new Key(
                    ResourceNames.CLASSES, "", spec.path("virtualMachineClassName").asString("-")))
            .map(found -> found.document().path("spec"))
            .orElse(JsonNodeFactory.instance.missingNode());
    return new Occupant(
        machine.uid(),
        machine.key(),
        labels,
        Wishes.read(spec, machineClass, machine.namespace(), labels),
        size(spec));
  }

  private Size size(JsonNode spec) {
    ObjectNode wrapped = JsonNodeFactory.instance.objectNode();
    wrapped.set("spec", spec);
    MachineManifest manifest = MachineManifest.read(wrapped);
    return Size.of(
        Math.max(1, manifest.cores()),
        manifest.percent(),
        manifest.memoryBytes(),
        !node.kvm().runsGuests());
  }

  /** When the machine began to wait, which its status remembers. */
  private static Instant since(Resource machine, Instant now) {
    JsonNode transitions =
        machine.document().path("status").path("stats").path("phasesTransitions");
    JsonNode last = transitions.path(transitions.size() - 1);
    if (!last.path("phase").asString("").equals("Pending")) {
      return now;
    }
    try {
      return Instant.parse(last.path("timestamp").asString(""));
    } catch (DateTimeParseException e) {
      return now;
    }
  }
}
