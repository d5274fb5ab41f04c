package cairn.appliance.machine;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.Attachment;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.blockdevice.Claims.Claim;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** Which machines a change of another object concerns. Pure. */
final class MachineWakers {

  static final List<Waker> ALL =
      List.of(
          new Waker(ResourceNames.DISKS, "disks it names", MachineWakers::naming),
          new Waker(ResourceNames.IMAGES, "images it names", MachineWakers::naming),
          new Waker(ResourceNames.CLUSTER_IMAGES, "images it names", MachineWakers::naming),
          new Waker(
              ResourceNames.CLASSES,
              "its class",
              (changed, others) ->
                  machines(
                      others,
                      "",
                      changed.name(),
                      machine ->
                          machine
                              .document()
                              .path("spec")
                              .path("virtualMachineClassName")
                              .asString("")
                              .equals(changed.name()))),
          new Waker(
              ResourceNames.ATTACHMENTS,
              "what is attached to it",
              (changed, _) ->
                  List.of(
                      new Key(
                          ResourceNames.MACHINES,
                          changed.namespace(),
                          Attachment.of(changed).machine()))),
          new Waker(ResourceNames.ADDRESSES, "its address", MachineWakers::addressed),
          new Waker(
              ResourceNames.SECRETS,
              "its first-boot data",
              (changed, others) ->
                  machines(
                      others,
                      changed.namespace(),
                      changed.name(),
                      machine -> FirstBootReader.names(machine, changed.name()))));

  private MachineWakers() {}

  private static List<Key> naming(Resource device, ResourceReader others) {
    return machines(
        others,
        device.namespace(),
        device.name(),
        machine ->
            BlockDeviceRef.of(machine.document()).stream()
                .anyMatch(ref -> ref.key(machine.namespace()).equals(device.key())));
  }

  /** Machines that hold the claim, own it, or name it. */
  private static Set<Key> addressed(Resource address, ResourceReader others) {
    Set<Key> keys = new LinkedHashSet<>();
    for (Claim holder : Claims.of(address)) {
      keys.add(new Key(ResourceNames.MACHINES, holder.namespace(), holder.machine()));
    }
    for (JsonNode owner : address.document().path("metadata").path("ownerReferences")) {
      if (owner.path("kind").asString("").equals("VirtualMachine")) {
        keys.add(
            new Key(ResourceNames.MACHINES, address.namespace(), owner.path("name").asString("")));
      }
    }
    keys.addAll(
        machines(
            others,
            address.namespace(),
            address.name(),
            machine ->
                MachineManifest.read(machine.document()).addressName().equals(address.name())));
    return keys;
  }

  /** Machines whose document holds the word and that are meant. */
  private static List<Key> machines(
      ResourceReader others, String namespace, String word, Predicate<Resource> which) {
    return others.mentioning(word, new Selection(ResourceNames.MACHINES, namespace, "")).stream()
        .filter(which)
        .map(Resource::key)
        .toList();
  }
}
