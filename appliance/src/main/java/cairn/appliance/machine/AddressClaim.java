package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.blockdevice.Claims.Claim;
import cairn.appliance.blockdevice.Claims.Sharing;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A machine's claim on an address: the one its spec names, or one of its own. */
final class AddressClaim {

  private static final String MACHINE_UID = ResourceNames.GROUP + "/virtual-machine-uid";

  private final Resources resources;
  private final Claims claims;

  AddressClaim(Resources resources) {
    this.resources = requireNonNull(resources, "resources is null");
    this.claims = new Claims(resources);
  }

  /**
   * Makes the machine the holder of its claim, and the claim first if it is its own. Found again by
   * its label after a kill between the two.
   *
   * @return the claim's name
   */
  Optional<String> ensure(Resource machine, MachineManifest manifest) {
    String name = manifest.addressName().isEmpty() ? own(machine) : manifest.addressName();
    resources
        .get(new Key(ResourceNames.ADDRESSES, machine.namespace(), name))
        .ifPresent(claim -> claims.take(claim, Claim.by(machine), Sharing.ONE));
    return Optional.of(name);
  }

  /**
   * Lets go of what the machine held before its spec named another. Only while no instance exists:
   * one that runs goes on with the address it was started with, which nobody else may get.
   */
  void keepOnly(Resource machine, Optional<String> name) {
    for (Resource other : held(machine)) {
      if (!name.equals(Optional.of(other.name()))) {
        claims.release(other, machine.uid());
      }
    }
  }

  void release(Resource machine) {
    for (Resource claim : held(machine)) {
      claims.release(claim, machine.uid());
    }
    ownClaim(machine).ifPresent(claim -> resources.delete(claim));
  }

  private List<Resource> held(Resource machine) {
    return all(machine).stream()
        .filter(
            claim -> Claims.of(claim).stream().anyMatch(each -> each.uid().equals(machine.uid())))
        .toList();
  }

  private String own(Resource machine) {
    return ownClaim(machine)
        .orElseGet(() -> resources.create(document(machine), JsonNodeFactory.instance.objectNode()))
        .name();
  }

  /** A claim that was made for the machine and still belongs to it. */
  private Optional<Resource> ownClaim(Resource machine) {
    return all(machine).stream()
        .filter(claim -> !claim.deleting())
        .filter(claim ->
            claim
                .document()
                .path("metadata")
                .path("labels")
                .path(MACHINE_UID)
                .asString("")
                .equals(machine.uid().toString()))
        .filter(claim -> !claim.document().path("metadata").path("ownerReferences").isEmpty())
        .findFirst();
  }

  /** Those that it may hold or own: both are written down with its uid. */
  private List<Resource> all(Resource machine) {
    return resources.mentioning(
        machine.uid().toString(), new Selection(ResourceNames.ADDRESSES, machine.namespace(), ""));
  }

  private static ObjectNode document(Resource machine) {
    ObjectNode claim = JsonNodeFactory.instance.objectNode();
    claim.put("apiVersion", ResourceNames.API_VERSION);
    claim.put("kind", "VirtualMachineIPAddress");
    ObjectNode metadata = claim.putObject("metadata");
    metadata.put("generateName", machine.name() + "-");
    metadata.put("namespace", machine.namespace());
    metadata.putObject("labels").put(MACHINE_UID, machine.uid().toString());
    ObjectNode owner = metadata.putArray("ownerReferences").addObject();
    owner.put("apiVersion", ResourceNames.API_VERSION);
    owner.put("kind", "VirtualMachine");
    owner.put("name", machine.name());
    owner.put("uid", machine.uid().toString());
    owner.put("controller", true);
    owner.put("blockOwnerDeletion", true);
    claim.putObject("spec").put("type", "Auto");
    return claim;
  }
}
