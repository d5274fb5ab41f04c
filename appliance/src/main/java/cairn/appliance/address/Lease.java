package cairn.appliance.address;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.network.Ipv4Address;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A lease as it is read.
 *
 * @param holderName name of the claim that holds it; empty when it is released
 * @param holderNamespace kept after the release, so that only that namespace may take it back
 * @param holderUid uid of the claim, or empty
 */
record Lease(
    Resource resource,
    Ipv4Address address,
    String holderName,
    String holderNamespace,
    String holderUid) {

  static final String UID_LABEL = ResourceNames.GROUP + "/virtual-machine-ip-address-uid";

  Lease {
    requireNonNull(resource, "resource is null");
    requireNonNull(address, "address is null");
    requireNonNull(holderName, "holderName is null");
    requireNonNull(holderNamespace, "holderNamespace is null");
    requireNonNull(holderUid, "holderUid is null");
  }

  static Key key(Ipv4Address address) {
    return new Key(ResourceNames.LEASES, "", LeaseName.of(address));
  }

  /** Empty if the name is none of an address. */
  static Optional<Lease> read(Resource resource) {
    var holder = resource.document().path("spec").path("virtualMachineIPAddressRef");
    return LeaseName.address(resource.name())
        .map(address ->
            new Lease(
                resource,
                address,
                holder.path("name").asString(""),
                holder.path("namespace").asString(""),
                resource.document().path("metadata").path("labels").path(UID_LABEL).asString("")));
  }

  static List<Lease> all(ResourceReader resources) {
    return resources.list(new Selection(ResourceNames.LEASES, "", "")).stream()
        .flatMap(resource -> read(resource).stream())
        .toList();
  }

  /** Those that may be the claim's: a lease holds the name of its holder. */
  static List<Lease> naming(String claim, ResourceReader resources) {
    return resources.mentioning(claim, new Selection(ResourceNames.LEASES, "", "")).stream()
        .flatMap(resource -> read(resource).stream())
        .toList();
  }

  boolean released() {
    return holderName.isEmpty();
  }

  boolean heldBy(Resource claim) {
    return holderName.equals(claim.name())
        && holderNamespace.equals(claim.namespace())
        && (holderUid.isEmpty() || holderUid.equals(claim.uid().toString()));
  }

  Key holder() {
    return new Key(ResourceNames.ADDRESSES, holderNamespace, holderName);
  }

  static ObjectNode document(Ipv4Address address, Resource claim) {
    ObjectNode lease = JsonNodeFactory.instance.objectNode();
    lease.put("apiVersion", ResourceNames.API_VERSION);
    lease.put("kind", "VirtualMachineIPAddressLease");
    lease.putObject("metadata").put("name", LeaseName.of(address));
    hold(lease, claim);
    return lease;
  }

  /** Makes the claim the holder, in place. */
  static void hold(ObjectNode lease, Resource claim) {
    lease.withObject("/metadata").withObject("labels").put(UID_LABEL, claim.uid().toString());
    ObjectNode holder = lease.withObject("/spec").putObject("virtualMachineIPAddressRef");
    holder.put("name", claim.name());
    holder.put("namespace", claim.namespace());
  }

  /** Lets go, in place; the namespace stays. */
  static void letGo(ObjectNode lease) {
    if (lease.path("metadata").path("labels") instanceof ObjectNode labels) {
      labels.remove(UID_LABEL);
    }
    lease.withObject("/spec").withObject("virtualMachineIPAddressRef").put("name", "");
  }
}
