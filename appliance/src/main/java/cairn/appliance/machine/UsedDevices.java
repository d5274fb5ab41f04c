package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.resource.Resource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which devices the last instance of a machine was given by its spec, in the machine's private
 * record until the machine lets go of them: a disk of the same name is not the same disk. Pure.
 */
final class UsedDevices {

  private static final String FIELD = "devices";

  private UsedDevices() {}

  /**
   * A device of an instance.
   *
   * @param uid of the disk or image
   * @param plug how the hypervisor calls the device
   */
  record Used(UUID uid, String plug) {
    Used {
      requireNonNull(uid, "uid is null");
      requireNonNull(plug, "plug is null");
    }
  }

  /** In place of all that was noted. */
  static void write(ObjectNode privateDocument, Map<BlockDeviceRef, Used> devices) {
    privateDocument.remove(FIELD);
    devices.forEach((ref, used) -> add(privateDocument, ref, used));
  }

  static void add(ObjectNode privateDocument, BlockDeviceRef ref, Used used) {
    privateDocument
        .withObject("/" + FIELD)
        .putObject(name(ref))
        .put("uid", used.uid().toString())
        .put("plug", used.plug());
  }

  static void remove(ObjectNode privateDocument, BlockDeviceRef ref) {
    if (privateDocument.path(FIELD) instanceof ObjectNode used) {
      used.remove(name(ref));
    }
  }

  static Optional<Used> find(Resource machine, BlockDeviceRef ref) {
    JsonNode used = given(machine).path(name(ref));
    return used.isObject()
        ? Optional.of(
            new Used(
                UUID.fromString(used.path("uid").asString("")), used.path("plug").asString("")))
        : Optional.empty();
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
    return find(machine, ref).filter(used -> !used.uid().equals(present)).isPresent();
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
