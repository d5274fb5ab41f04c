package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.machine.UsedDevices.Used;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The block devices of a machine: claimed before its instance is made, known by uid while it runs,
 * given back when it has ended.
 */
final class MachineDevices {

  private final Resources resources;
  private final Claims claims;

  MachineDevices(Resources resources) {
    this.resources = requireNonNull(resources, "resources is null");
    this.claims = new Claims(resources);
  }

  /** Claims all devices; empty once all are held and protected, else what is missing. */
  Optional<String> hold(Resource machine, MachineManifest manifest) {
    Set<Key> wanted =
        Set.copyOf(manifest.devices().stream().map(ref -> ref.key(machine.namespace())).toList());
    letGo(machine, key -> !wanted.contains(key));
    for (BlockDeviceRef ref : manifest.devices()) {
      Optional<String> obstacle = claims.hold(machine, ref);
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    for (BlockDeviceRef ref : manifest.devices()) {
      Optional<String> obstacle = claims.unprotected(machine.namespace(), ref);
      if (obstacle.isPresent()) {
        return obstacle;
      }
    }
    return Optional.empty();
  }

  /** What the next instance is given: the devices that the machine names, as they are now. */
  Map<BlockDeviceRef, Used> given(Resource machine, MachineManifest manifest) {
    Map<BlockDeviceRef, UUID> present = present(machine, manifest);
    Map<BlockDeviceRef, Used> given = new HashMap<>();
    for (int place = 0; place < manifest.devices().size(); place++) {
      String plug = MachineSpecs.deviceName(place);
      BlockDeviceRef ref = manifest.devices().get(place);
      Optional.ofNullable(present.get(ref)).ifPresent(uid -> given.put(ref, new Used(uid, plug)));
    }
    return given;
  }

  /** The devices that the machine names, as they are now. */
  private Map<BlockDeviceRef, UUID> present(Resource machine, MachineManifest manifest) {
    Map<BlockDeviceRef, UUID> present = new HashMap<>();
    for (BlockDeviceRef ref : manifest.devices()) {
      resources
          .get(ref.key(machine.namespace()))
          .ifPresent(device -> present.put(ref, device.uid()));
    }
    return present;
  }

  /** Lets go of every device and forgets them: the next instance may have namesakes. */
  void forget(Resource machine) {
    letGo(machine);
    resources.amend(
        machine,
        object -> {
          UsedDevices.write(object.privateDocument(), Map.of());
          return object;
        });
  }

  /** Gives back every claim. */
  void letGo(Resource machine) {
    letGo(machine, _ -> true);
  }

  private void letGo(Resource machine, Predicate<Key> which) {
    for (String resource :
        List.of(ResourceNames.DISKS, ResourceNames.IMAGES, ResourceNames.CLUSTER_IMAGES)) {
      String namespace = resource.equals(ResourceNames.CLUSTER_IMAGES) ? "" : machine.namespace();
      for (Resource device :
          resources.mentioning(machine.uid().toString(), new Selection(resource, namespace, ""))) {
        boolean mine =
            Claims.of(device).stream().anyMatch(each -> each.uid().equals(machine.uid()));
        if (mine && which.test(device.key())) {
          claims.release(device, machine.uid());
        }
      }
    }
  }

  /** Devices that the instance was given and that are gone. */
  Set<BlockDeviceRef> lost(Resource machine, MachineManifest manifest) {
    return UsedDevices.lost(machine, present(machine, manifest));
  }

  /** Devices whose name another one has now. */
  Set<BlockDeviceRef> replaced(Resource machine, MachineManifest manifest) {
    return UsedDevices.replaced(machine, present(machine, manifest));
  }
}
