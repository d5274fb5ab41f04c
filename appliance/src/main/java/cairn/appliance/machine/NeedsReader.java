package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.machineclass.ClassFit;
import cairn.appliance.machineclass.Sizing;
import cairn.appliance.machineclass.SizingPolicies;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.hypervisor.CpuModel;
import cairn.hypervisor.DiskDevice;
import cairn.hypervisor.HostCapabilities;
import cairn.network.Ipv4Address;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks up what a machine needs. No side effects. */
final class NeedsReader {

  /** Places for CD-ROMs where they are on IDE. */
  private static final int MOST_IDE = 4;

  private final ResourceReader resources;
  private final DeviceReader devices;
  private final NodeFacts node;
  private final Supplier<HostCapabilities> capabilities;

  NeedsReader(
      ResourceReader resources,
      DeviceReader devices,
      NodeFacts node,
      Supplier<HostCapabilities> capabilities) {
    this.resources = requireNonNull(resources, "resources is null");
    this.devices = requireNonNull(devices, "devices is null");
    this.node = requireNonNull(node, "node is null");
    this.capabilities = requireNonNull(capabilities, "capabilities is null");
  }

  /**
   * @param claim name of the claim on an address that the machine uses, if it has one by now
   */
  Needs of(Resource machine, MachineManifest manifest, Optional<String> claim) {
    Optional<Resource> machineClass =
        resources.get(new Key(ResourceNames.CLASSES, "", manifest.machineClass()));
    return new Needs(
        machineClass(manifest, machineClass),
        sizing(manifest, machineClass),
        address(machine, claim),
        devices(machine, manifest),
        FirstBootReader.of(machine, resources),
        placement());
  }

  private Need<CpuModel> machineClass(MachineManifest manifest, Optional<Resource> found) {
    String reason = "VirtualMachineClassNotReady";
    if (found.isEmpty()) {
      return new Need.Unmet<>(
          reason, "The class \"%s\" does not exist.".formatted(manifest.machineClass()));
    }
    return switch (ClassFit.of(found.get(), capabilities.get())) {
      case ClassFit.Ready ready -> new Need.Met<>(ready.model());
      case ClassFit.NotReady not -> new Need.Unmet<>(reason, not.message());
    };
  }

  private static Need<Boolean> sizing(MachineManifest manifest, Optional<Resource> found) {
    if (found.isEmpty()) {
      return new Need.Unmet<>(
          "VirtualMachineClassNotFound",
          "The class \"%s\" does not exist.".formatted(manifest.machineClass()));
    }
    if (found.get().deleting()) {
      return new Need.Unmet<>(
          "VirtualMachineClassTerminating",
          "The class \"%s\" is being deleted.".formatted(manifest.machineClass()));
    }
    List<SizingPolicies.Violation> violations =
        SizingPolicies.read(found.get().document())
            .violations(
                new Sizing(manifest.cores(), manifest.coreFraction(), manifest.memoryBytes()));
    return violations.isEmpty()
        ? new Need.Met<>(true)
        : new Need.Unmet<>("SizingPolicyNotMatched", SizingPolicies.text(violations) + ".");
  }

  private Need<Needs.Address> address(Resource machine, Optional<String> name) {
    String notReady = "VirtualMachineIPAddressNotReady";
    if (name.isEmpty()) {
      return new Need.Unmet<>(notReady, "The machine has no address yet.");
    }
    Optional<Resource> claim =
        resources.get(new Key(ResourceNames.ADDRESSES, machine.namespace(), name.get()));
    if (claim.isEmpty() || claim.get().deleting()) {
      return new Need.Unmet<>(
          notReady, "VirtualMachineIPAddress \"%s\" does not exist.".formatted(name.get()));
    }
    List<Claims.Claim> holders = Claims.of(claim.get());
    boolean mine = holders.stream().anyMatch(holder -> holder.uid().equals(machine.uid()));
    if (!mine && !holders.isEmpty()) {
      return new Need.Unmet<>(
          "VirtualMachineIPAddressNotAvailable",
          "VirtualMachineIPAddress \"%s\" is used by machine \"%s\"."
              .formatted(name.get(), holders.getFirst().machine()));
    }
    String address = claim.get().document().path("status").path("address").asString("");
    if (address.isEmpty() || !Conditions.holds(claim.get().document(), "Bound")) {
      return new Need.Unmet<>(
          notReady, "VirtualMachineIPAddress \"%s\" is not bound.".formatted(name.get()));
    }
    return new Need.Met<>(new Needs.Address(name.get(), Ipv4Address.parse(address)));
  }

  private Need<List<ReadyDevice>> devices(Resource machine, MachineManifest manifest) {
    List<ReadyDevice> devices = new ArrayList<>();
    for (BlockDeviceRef ref : manifest.devices()) {
      switch (device(machine, ref)) {
        case Need.Met<ReadyDevice> met -> devices.add(met.value());
        case Need.Unmet<ReadyDevice> unmet -> {
          return new Need.Unmet<>(unmet.reason(), unmet.message());
        }
      }
    }
    long discs = devices.stream().filter(each -> each.role() == DiskDevice.Role.CDROM).count();
    if (manifest.osType().equals("Legacy") && discs > MOST_IDE) {
      return new Need.Unmet<>(
          "BlockDeviceLimitExceeded",
          "The machine has %d CD-ROMs; with spec.osType Legacy there are places for %d."
              .formatted(discs, MOST_IDE));
    }
    return new Need.Met<>(devices);
  }

  private Need<ReadyDevice> device(Resource machine, BlockDeviceRef ref) {
    Optional<Resource> found = resources.get(ref.key(machine.namespace()));
    if (found.isEmpty() && UsedDevices.used(machine, ref)) {
      return missing(ref + " was removed while the machine used it.");
    }
    if (found.isPresent() && UsedDevices.replaced(machine, ref, found.get().uid())) {
      return missing(
          "%s was removed while the machine used it, and the one of this name is another; the machine takes it when it has been Stopped."
              .formatted(ref));
    }
    return switch (devices.of(machine.namespace(), machine.uid(), ref)) {
      case DeviceReader.Standing.Ready ready -> new Need.Met<>(ready.device());
      case DeviceReader.Standing.NotReady not -> missing(not.message());
      case DeviceReader.Standing.Taken taken -> missing(taken.message());
    };
  }

  private static Need<ReadyDevice> missing(String message) {
    return new Need.Unmet<>("BlockDevicesNotReady", message);
  }

  /** Whether machines run here at all; where on the host there is room is asked at the start. */
  private Need<Boolean> placement() {
    return node.runsMachines()
        ? new Need.Met<>(true)
        : new Need.Unmet<>(
            "PodNotStarted",
            "This host cannot run guests: %s Emulation is not allowed by its configuration (hypervisor.emulation: Allowed in cairn.yaml would permit it)."
                .formatted(node.kvm().explanation()));
  }
}
