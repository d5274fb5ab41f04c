package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.disk.DiskReconciler;
import cairn.appliance.image.ImageRecord;
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
import cairn.storage.CachedImage;
import cairn.storage.DiskLocation;
import cairn.storage.DiskPool;
import cairn.storage.ImageCache;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Looks up what a machine needs. No side effects. */
final class NeedsReader {

  /** Places for CD-ROMs where they are on IDE. */
  private static final int MOST_IDE = 4;

  private final ResourceReader resources;
  private final DiskPool pool;
  private final ImageCache cache;
  private final NodeFacts node;
  private final Supplier<HostCapabilities> capabilities;

  NeedsReader(
      ResourceReader resources,
      DiskPool pool,
      ImageCache cache,
      NodeFacts node,
      Supplier<HostCapabilities> capabilities) {
    this.resources = requireNonNull(resources, "resources is null");
    this.pool = requireNonNull(pool, "pool is null");
    this.cache = requireNonNull(cache, "cache is null");
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

  private Need<List<Needs.Device>> devices(Resource machine, MachineManifest manifest) {
    List<Needs.Device> devices = new ArrayList<>();
    for (BlockDeviceRef ref : manifest.devices()) {
      switch (device(machine, ref)) {
        case Need.Met<Needs.Device> met -> devices.add(met.value());
        case Need.Unmet<Needs.Device> unmet -> {
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

  private Need<Needs.Device> device(Resource machine, BlockDeviceRef ref) {
    Optional<Resource> found = resources.get(ref.key(machine.namespace()));
    if (found.isEmpty()) {
      return missing(
          UsedDevices.used(machine, ref)
              ? ref + " was removed while the machine used it."
              : ref + " does not exist.");
    }
    if (UsedDevices.replaced(machine, ref, found.get().uid())) {
      return missing(
          "%s was removed while the machine used it, and the one of this name is another; the machine takes it when it has been Stopped."
              .formatted(ref));
    }
    if (ref.kind() == BlockDeviceRef.Kind.DISK) {
      return disk(machine, ref, found.get());
    }
    return image(ref, found.get());
  }

  private Need<Needs.Device> disk(Resource machine, BlockDeviceRef ref, Resource disk) {
    Optional<Claims.Claim> other =
        Claims.of(disk).stream().filter(each -> !each.uid().equals(machine.uid())).findFirst();
    if (other.isPresent()) {
      return missing(
          "%s is used by the running machine \"%s\".".formatted(ref, other.get().machine()));
    }
    boolean mine = !Claims.of(disk).isEmpty();
    boolean ready = disk.document().path("status").path("phase").asString("").equals("Ready");
    Optional<DiskLocation> location = pool.find(DiskReconciler.id(disk));
    if (location.isEmpty() || (!ready && !mine) || (disk.deleting() && !mine)) {
      return missing(ref + " is not Ready.");
    }
    return new Need.Met<>(
        new Needs.Device(
            ref,
            source(location.get()),
            DiskDevice.Role.DISK,
            serial(disk),
            disk.document().path("status").path("capacity").asString("")));
  }

  private Need<Needs.Device> image(BlockDeviceRef ref, Resource image) {
    Optional<CachedImage> cached =
        ImageRecord.read(image.privateDocument()).content().flatMap(cache::find);
    if (cached.isEmpty() || image.deleting()) {
      return missing(ref + " is not Ready.");
    }
    return new Need.Met<>(
        new Needs.Device(
            ref,
            new DiskDevice.Source.Raw(cached.get().file()),
            cached.get().cdrom() ? DiskDevice.Role.CDROM : DiskDevice.Role.READ_ONLY_DISK,
            serial(image),
            image.document().path("status").path("size").path("unpacked").asString("")));
  }

  private static DiskDevice.Source source(DiskLocation location) {
    return switch (location) {
      case DiskLocation.Raw raw -> new DiskDevice.Source.Raw(raw.file());
      case DiskLocation.Overlay layer ->
          new DiskDevice.Source.Overlay(layer.file(), layer.rawBase());
    };
  }

  private static Need<Needs.Device> missing(String message) {
    return new Need.Unmet<>("BlockDevicesNotReady", message);
  }

  /** The guest reads the MD5 of the object's uid: short enough for every bus, and stable. */
  static String serial(Resource device) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5")
              .digest(device.uid().toString().getBytes(StandardCharsets.US_ASCII));
      return "%032x".formatted(new BigInteger(1, digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
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
