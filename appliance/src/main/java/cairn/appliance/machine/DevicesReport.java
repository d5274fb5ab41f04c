package cairn.appliance.machine;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code status.blockDeviceRefs}: the devices of the spec and what became of them. */
final class DevicesReport {

  private DevicesReport() {}

  static ArrayNode of(Seen seen) {
    ArrayNode devices = JsonNodeFactory.instance.arrayNode();
    JsonNode before = seen.machine().document().path("status").path("blockDeviceRefs");
    for (var ref : seen.manifest().devices()) {
      ObjectNode device = devices.addObject();
      device.put("kind", ref.kind().word());
      device.put("name", ref.name());
      device.put(
          "size",
          seen.needs()
              .devices()
              .found()
              .flatMap(all -> all.stream().filter(each -> each.ref().equals(ref)).findFirst())
              .map(Needs.Device::size)
              .or(() -> size(before, ref.kind().word(), ref.name()))
              .orElse(""));
      device.put(
          "attached",
          seen.instance()
              && !seen.lost().contains(ref)
              && applied(seen.applied(), ref.kind().word(), ref.name()));
      ref.bootOrder().ifPresent(order -> device.put("bootOrder", order));
    }
    return devices;
  }

  private static Optional<String> size(JsonNode before, String kind, String name) {
    for (JsonNode device : before) {
      if (device.path("kind").asString("").equals(kind)
          && device.path("name").asString("").equals(name)
          && device.has("size")) {
        return Optional.of(device.path("size").asString(""));
      }
    }
    return Optional.empty();
  }

  private static boolean applied(JsonNode spec, String kind, String name) {
    for (JsonNode ref : spec.path("blockDeviceRefs")) {
      if (ref.path("kind").asString("").equals(kind)
          && ref.path("name").asString("").equals(name)) {
        return true;
      }
    }
    return false;
  }
}
