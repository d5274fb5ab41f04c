package cairn.appliance.machine;

import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.resource.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which devices the last instance of a machine was given, by uid, in the machine's private record
 * until the machine lets go of them: a disk of the same name is not the same disk. Pure.
 */
final class UsedDevices {

  private static final String FIELD = "devices";

  private UsedDevices() {}

  static void write(ObjectNode privateDocument, Map<BlockDeviceRef, UUID> devices) {
    if (devices.isEmpty()) {
      privateDocument.remove(FIELD);
      return;
    }
    ObjectNode used = JsonNodeFactory.instance.objectNode();
    devices.forEach((ref, uid) -> used.put(name(ref), uid.toString()));
    privateDocument.set(FIELD, used);
  }

  /**
   * Devices that were given and are gone, whether or not another one has their name.
   *
   * @param present what the machine names, as it is now
   */
  static Set<BlockDeviceRef> lost(Resource machine, Map<BlockDeviceRef, UUID> present) {
    Set<BlockDeviceRef> lost = new HashSet<>(replaced(machine, present));
    for (BlockDeviceRef ref : BlockDeviceRef.of(machine.document())) {
      if (used(machine, ref) && !present.containsKey(ref)) {
        lost.add(ref);
      }
    }
    return lost;
  }

  /** Devices whose name another one has now. */
  static Set<BlockDeviceRef> replaced(Resource machine, Map<BlockDeviceRef, UUID> present) {
    Map<BlockDeviceRef, UUID> replaced = new HashMap<>(present);
    replaced.entrySet().removeIf(each -> !replaced(machine, each.getKey(), each.getValue()));
    return Set.copyOf(replaced.keySet());
  }

  static boolean replaced(Resource machine, BlockDeviceRef ref, UUID present) {
    String used = given(machine).path(name(ref)).asString("");
    return !used.isEmpty() && !used.equals(present.toString());
  }

  static boolean used(Resource machine, BlockDeviceRef ref) {
    return given(machine).has(name(ref));
  }

  private static JsonNode given(Resource machine) {
    return machine.privateDocument().path(FIELD);
  }

  private static String name(BlockDeviceRef ref) {
    return ref.kind().word() + "/" + ref.name();
  }
}
