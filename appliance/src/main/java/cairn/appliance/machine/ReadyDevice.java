package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.hypervisor.DiskDevice;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * A disk or image that can be given to a machine.
 *
 * @param uid of the object
 * @param serial what the guest reads as its serial number
 * @param size as its own status says it
 */
public record ReadyDevice(
    BlockDeviceRef ref,
    UUID uid,
    DiskDevice.Source source,
    DiskDevice.Role role,
    String serial,
    String size) {

  public ReadyDevice {
    requireNonNull(ref, "ref is null");
    requireNonNull(uid, "uid is null");
    requireNonNull(source, "source is null");
    requireNonNull(role, "role is null");
    requireNonNull(serial, "serial is null");
    requireNonNull(size, "size is null");
  }

  /** As a device for an instance that runs. */
  public DiskDevice plug() {
    return new DiskDevice(plugName(uid), source, role, serial, OptionalInt.empty());
  }

  public ReadyDevice withoutSerial() {
    return new ReadyDevice(ref, uid, source, role, "", size);
  }

  /** How the hypervisor calls a device that was plugged into a running instance. */
  public static String plugName(UUID device) {
    return "plug-" + device;
  }
}
