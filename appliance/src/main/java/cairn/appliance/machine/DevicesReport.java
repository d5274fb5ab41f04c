package cairn.appliance.machine;

import cairn.appliance.blockdevice.BlockDeviceRef;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** {@code status.blockDeviceRefs}: the devices of the spec and what became of them. */
final class DevicesReport {

  private DevicesReport() {}

  /**
   * Those of the spec in its order, then those that only the running instance still has, then those
   * that were attached to it.
   */
  static ArrayNode of(Seen seen) {
    ArrayNode devices = JsonNodeFactory.instance.arrayNode();
    Set<BlockDeviceRef> running = running(seen);
    for (BlockDeviceRef ref : seen.manifest().devices()) {
      ObjectNode device = add(devices, seen, ref);
      boolean attached = running.contains(named(ref)) && !seen.lost().contains(ref);
      device.put("attached", attached);
      device.put("hotplugged", attached && seen.manifest().plugsDevices());
      ref.bootOrder().ifPresent(order -> device.put("bootOrder", order));
    }
    Set<BlockDeviceRef> named =
        seen.manifest().devices().stream().map(DevicesReport::named).collect(Collectors.toSet());
    running.stream()
        .filter(ref -> !named.contains(ref))
        .forEach(ref -> add(devices, seen, ref).put("attached", true).put("hotplugged", true));
    if (seen.instance()) {
      seen.attached().forEach(each -> add(devices, each));
    }
    return devices;
  }

  private static void add(ArrayNode devices, AttachedDevice attached) {
    devices
        .addObject()
        .put("kind", attached.ref().kind().word())
        .put("name", attached.ref().name())
        .put("size", attached.size())
        .put("attached", true)
        .put("hotplugged", true)
        .put("virtualMachineBlockDeviceAttachmentName", attached.attachment());
  }

  private static ObjectNode add(ArrayNode devices, Seen seen, BlockDeviceRef ref) {
    ObjectNode device = devices.addObject();
    device.put("kind", ref.kind().word());
    device.put("name", ref.name());
    device.put(
        "size",
        seen.needs()
            .devices()
            .found()
            .flatMap(all -> all.stream().filter(each -> each.ref().equals(ref)).findFirst())
            .map(ReadyDevice::size)
            .or(() -> size(seen, ref))
            .orElse(""));
    return device;
  }

  /** What the running instance was started with. */
  private static Set<BlockDeviceRef> running(Seen seen) {
    if (!seen.instance()) {
      return Set.of();
    }
    return BlockDeviceRef.of(AppliedSpec.document(seen.applied())).stream()
        .map(DevicesReport::named)
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** Without its boot order, which may change while it runs. */
  private static BlockDeviceRef named(BlockDeviceRef ref) {
    return new BlockDeviceRef(ref.kind(), ref.name(), OptionalInt.empty());
  }

  private static Optional<String> size(Seen seen, BlockDeviceRef ref) {
    for (JsonNode device : seen.machine().document().path("status").path("blockDeviceRefs")) {
      if (device.path("kind").asString("").equals(ref.kind().word())
          && device.path("name").asString("").equals(ref.name())
          && device.has("size")) {
        return Optional.of(device.path("size").asString(""));
      }
    }
    return Optional.empty();
  }
}
