package cairn.appliance.blockdevice;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.List;
import java.util.Optional;

/** Which machines name a device in their spec, running or not. */
public final class NamingMachines {

  private NamingMachines() {}

  /** In key order. */
  public static List<Resource> of(Key device, ResourceReader resources) {
    return resources
        .mentioning(device.name(), new Selection(ResourceNames.MACHINES, device.namespace(), ""))
        .stream()
        .filter(machine -> names(machine, device))
        .toList();
  }

  /** The devices that a machine names, of one resource. */
  public static List<Key> devices(Resource machine, String resource) {
    return BlockDeviceRef.of(machine.document()).stream()
        .map(ref -> ref.key(machine.namespace()))
        .filter(key -> key.resource().equals(resource))
        .toList();
  }

  /** The machine of a claim, if it still is the same one. */
  public static Optional<Resource> holder(Claims.Claim claim, ResourceReader resources) {
    return resources
        .get(new Key(ResourceNames.MACHINES, claim.namespace(), claim.machine()))
        .filter(machine -> machine.uid().equals(claim.uid()));
  }

  private static boolean names(Resource machine, Key device) {
    return BlockDeviceRef.of(machine.document()).stream()
        .anyMatch(ref -> ref.key(machine.namespace()).equals(device));
  }
}
