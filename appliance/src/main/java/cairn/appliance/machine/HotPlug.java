package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.controller.Outcome;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.machine.UsedDevices.Used;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.MachineId;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * Gives a running instance the devices that were added to its machine's spec, and takes those from
 * it that were removed. Every step may be repeated: a device is claimed, plugged in and noted, or
 * asked for, seen gone, given back and noted, and a crash between two of them is repaired by the
 * next pass.
 */
final class HotPlug {

  /** How often a guest is asked again for what it does not let go of; its doing so is told. */
  private static final Duration ASK_AGAIN = Duration.ofSeconds(10);

  private final Resources resources;
  private final Claims claims;
  private final DeviceReader devices;
  private final Hypervisor hypervisor;
  private final EventRecorder events;

  HotPlug(Resources resources, DeviceReader devices, Hypervisor hypervisor, EventRecorder events) {
    this.resources = requireNonNull(resources, "resources is null");
    this.claims = new Claims(resources);
    this.devices = requireNonNull(devices, "devices is null");
    this.hypervisor = requireNonNull(hypervisor, "hypervisor is null");
    this.events = requireNonNull(events, "events is null");
  }

  /**
   * @param machine whose instance runs
   * @param manifest what its spec says now
   */
  Outcome follow(Resource machine, MachineManifest manifest) {
    MachineManifest running = MachineManifest.read(AppliedSpec.document(machine, true));
    if (!running.plugsDevices()) {
      return Outcome.SETTLED;
    }
    DeviceChanges changes = DeviceChanges.between(running.devices(), manifest.devices());
    Outcome outcome = Outcome.SETTLED;
    for (BlockDeviceRef ref : changes.removed()) {
      if (!pullOut(machine, ref)) {
        outcome = new Outcome.LookAgain(ASK_AGAIN);
      }
    }
    for (BlockDeviceRef ref : changes.added()) {
      // What is missing wakes the machine when it is there, and its condition tells of it.
      plugIn(machine, ref);
    }
    return outcome;
  }

  private void plugIn(Resource machine, BlockDeviceRef ref) {
    DeviceReader.Standing standing = devices.of(machine.namespace(), machine.uid(), ref);
    if (!(standing instanceof DeviceReader.Standing.Ready(ReadyDevice device))
        || claims.hold(machine, ref).isPresent()
        || claims.unprotected(machine.namespace(), ref).isPresent()) {
      return;
    }
    hypervisor.plug(id(machine), device.plug());
    note(
        machine,
        record -> {
          AppliedSpec.addDevice(record, ref);
          UsedDevices.add(record, ref, new Used(device.uid(), device.plug().name()));
        });
    events.normal(machine, "ChangesApplied", "The running machine was given " + ref + ".");
  }

  /** Whether the guest has let go. */
  private boolean pullOut(Resource machine, BlockDeviceRef ref) {
    Optional<Used> used = UsedDevices.find(machine, ref);
    if (used.isPresent()) {
      hypervisor.unplug(id(machine), used.get().plug());
      if (hypervisor.plugged(id(machine)).contains(used.get().plug())) {
        return false;
      }
      resources
          .get(ref.key(machine.namespace()))
          .filter(device -> device.uid().equals(used.get().uid()))
          .ifPresent(device -> claims.release(device, machine.uid()));
    }
    note(
        machine,
        record -> {
          AppliedSpec.removeDevice(record, ref);
          UsedDevices.remove(record, ref);
        });
    events.normal(machine, "ChangesApplied", "The running machine has let go of " + ref + ".");
    return true;
  }

  private void note(Resource machine, Consumer<ObjectNode> change) {
    resources.amend(
        machine,
        object -> {
          change.accept(object.privateDocument());
          return object;
        });
  }

  private static MachineId id(Resource machine) {
    return new MachineId(machine.uid());
  }
}
