package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.blockdevice.Attachment;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.machine.DeviceReader.Standing;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import java.util.ArrayList;
import java.util.List;

/**
 * A device that a machine has beyond its spec.
 *
 * @param attachment name of the object that attached it
 * @param size as the device's own status says it; empty if it is not known
 */
record AttachedDevice(BlockDeviceRef ref, String attachment, String size) {

  AttachedDevice {
    requireNonNull(ref, "ref is null");
    requireNonNull(attachment, "attachment is null");
    requireNonNull(size, "size is null");
  }

  /** In the order in which the attachments were made. */
  static List<AttachedDevice> of(Resource machine, ResourceReader resources, DeviceReader devices) {
    List<AttachedDevice> attached = new ArrayList<>();
    for (Attachment each : Attachment.toMachine(machine.namespace(), machine.name(), resources)) {
      boolean mine = each.held().filter(held -> held.machine().equals(machine.uid())).isPresent();
      if (mine && each.attached() && each.device().isPresent()) {
        BlockDeviceRef ref = each.device().get();
        attached.add(
            new AttachedDevice(
                ref, each.key().name(), size(devices.of(machine.namespace(), machine.uid(), ref))));
      }
    }
    return attached;
  }

  private static String size(Standing standing) {
    return standing instanceof Standing.Ready(ReadyDevice device) ? device.size() : "";
  }
}
