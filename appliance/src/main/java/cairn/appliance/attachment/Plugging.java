package cairn.appliance.attachment;

import static java.util.Objects.requireNonNull;

import cairn.appliance.blockdevice.Attachment;
import cairn.appliance.blockdevice.Attachment.Held;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.machine.ReadyDevice;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.hypervisor.DiskDevice;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way of a device into a machine and out of it. What is held is written down before it is
 * plugged in, and struck out after it was seen gone, so that a crash at any moment is repaired by
 * the next call. A device is claimed by its machine, as one of its own: when the instance ends the
 * machine gives it back with the others.
 */
final class Plugging {

  private final Resources resources;
  private final Claims claims;
  private final Hypervisor hypervisor;

  Plugging(Resources resources, Hypervisor hypervisor) {
    this.resources = requireNonNull(resources, "resources is null");
    this.claims = new Claims(resources);
    this.hypervisor = requireNonNull(hypervisor, "hypervisor is null");
  }

  /**
   * Claims the device for the machine; empty once it is held and protected, else what is missing.
   */
  Optional<String> hold(Resource machine, BlockDeviceRef ref) {
    return claims.hold(machine, ref).or(() -> claims.unprotected(machine.namespace(), ref));
  }

  void writeDown(Resource attachment, Held held) {
    note(attachment, held::writeTo);
  }

  void strikeOut(Resource attachment) {
    note(attachment, Held::remove);
  }

  /**
   * Plugs a device in that is held and written down.
   *
   * @throws HypervisorFault as {@link Hypervisor#plug}
   */
  void in(Resource machine, ReadyDevice device) {
    // The contract's discs have no serial number.
    ReadyDevice shown = device.role() == DiskDevice.Role.CDROM ? device.withoutSerial() : device;
    hypervisor.plug(new MachineId(machine.uid()), shown.plug());
  }

  boolean isIn(Held held) {
    return hypervisor
        .plugged(new MachineId(held.machine()))
        .contains(ReadyDevice.plugName(held.device()));
  }

  /** Whether the guest has let go, and nothing is held any more; else it was asked to. */
  boolean out(Attachment attachment, Held held) {
    BlockDeviceRef ref = attachment.device().orElseThrow();
    if (ofTheMachineItself(held, attachment, ref)) {
      return true;
    }
    if (isIn(held)) {
      hypervisor.unplug(new MachineId(held.machine()), ReadyDevice.plugName(held.device()));
      if (isIn(held)) {
        return false;
      }
    }
    giveBack(attachment, held, ref);
    return true;
  }

  void giveBack(Attachment attachment, Held held, BlockDeviceRef ref) {
    resources
        .get(ref.key(attachment.key().namespace()))
        .filter(device -> device.uid().equals(held.device()))
        .ifPresent(device -> claims.release(device, held.machine()));
  }

  /** Whether the machine's own document names the device since: then it is the machine's. */
  private boolean ofTheMachineItself(Held held, Attachment attachment, BlockDeviceRef ref) {
    return resources
        .get(attachment.machineKey())
        .filter(machine -> machine.uid().equals(held.machine()))
        .filter(machine -> BlockDeviceRef.of(machine.document()).stream().anyMatch(ref::names))
        .isPresent();
  }

  private void note(Resource attachment, Consumer<ObjectNode> change) {
    resources.amend(
        attachment,
        object -> {
          change.accept(object.privateDocument());
          return object;
        });
  }
}
