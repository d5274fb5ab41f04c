package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.CpuModel;
import cairn.hypervisor.DiskDevice;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.MachineSpec.DeviceModel;
import cairn.hypervisor.MachineSpec.Firmware;
import cairn.hypervisor.MachineSpec.GuestKind;
import cairn.hypervisor.NetworkDevice;
import cairn.network.MacAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Predicate;

/** From the words of the API to those of the hypervisor. Pure. */
final class MachineSpecs {

  private MachineSpecs() {}

  /** What a machine is given on the host, besides what its manifest says. */
  record Given(
      Acceleration acceleration,
      CpuModel cpuModel,
      List<ReadyDevice> devices,
      Optional<Seed> seed,
      NetworkDevice link,
      HostPaths paths) {
    Given {
      requireNonNull(acceleration, "acceleration is null");
      requireNonNull(cpuModel, "cpuModel is null");
      devices = List.copyOf(devices);
      requireNonNull(seed, "seed is null");
      requireNonNull(link, "link is null");
      requireNonNull(paths, "paths is null");
    }
  }

  /** The volume with first-boot data, and what kind of drive reads it. */
  record Seed(Path file, DiskDevice.Role role) {
    Seed {
      requireNonNull(file, "file is null");
      requireNonNull(role, "role is null");
    }
  }

  static MachineSpec of(Resource machine, MachineManifest manifest, Given given) {
    return new MachineSpec(
        new MachineId(machine.uid()),
        machine.namespace() + "/" + machine.name(),
        given.acceleration(),
        CoreLayout.of(manifest.cores()),
        given.cpuModel(),
        Math.ceilDiv(manifest.memoryBytes(), 1L << 20) << 20,
        firmware(machine.uid(), manifest.bootloader(), given.paths()),
        guestKind(manifest.osType()),
        manifest.paravirtual() ? DeviceModel.PARAVIRTUAL : DeviceModel.EMULATED,
        disks(given),
        List.of(given.link()),
        given.paths().serial(machine.uid()),
        given.paths().screen(machine.uid()));
  }

  private static List<DiskDevice> disks(Given given) {
    List<DiskDevice> disks = new ArrayList<>();
    List<OptionalInt> order = bootOrder(given.devices().stream().map(ReadyDevice::ref).toList());
    for (int at = 0; at < given.devices().size(); at++) {
      ReadyDevice device = given.devices().get(at);
      disks.add(
          new DiskDevice(
              deviceName(at), device.source(), device.role(), device.serial(), order.get(at)));
    }
    given
        .seed()
        .ifPresent(seed ->
            disks.add(
                new DiskDevice(
                    "seed",
                    new DiskDevice.Source.Raw(seed.file()),
                    seed.role(),
                    "",
                    OptionalInt.empty())));
    return disks;
  }

  /** How the hypervisor calls the device at that place of the list, from 0. */
  static String deviceName(int place) {
    return "disk" + place;
  }

  /**
   * The order of the list, unless any device has one of its own: then those without cannot boot.
   */
  static List<OptionalInt> bootOrder(List<BlockDeviceRef> refs) {
    boolean chosen = refs.stream().anyMatch(ref -> ref.bootOrder().isPresent());
    List<OptionalInt> order = new ArrayList<>();
    for (int at = 0; at < refs.size(); at++) {
      order.add(chosen ? refs.get(at).bootOrder() : OptionalInt.of(at + 1));
    }
    return order;
  }

  /** The card's address: locally administered, the same for the same machine. */
  static MacAddress mac(UUID machine) {
    long card = card(machine);
    return new MacAddress(
        "%02x:%02x:%02x:%02x:%02x:%02x"
            .formatted(
                card >> 40,
                card >> 32 & 255,
                card >> 24 & 255,
                card >> 16 & 255,
                card >> 8 & 255,
                card & 255));
  }

  /** Whether a machine has that network card; thousands are asked at each change of a lease. */
  static Predicate<UUID> having(MacAddress card) {
    long sought = HexFormat.fromHexDigitsToLong(card.text().replace(":", ""));
    return machine -> card(machine) == sought;
  }

  /** The card's address as a number: locally administered, the rest from the UID. */
  private static long card(UUID machine) {
    long bits =
        machine.getMostSignificantBits() ^ Long.rotateLeft(machine.getLeastSignificantBits(), 17);
    return 0x02L << 40 | Long.reverseBytes(bits) >>> 24;
  }

  private static Firmware firmware(UUID machine, String bootloader, HostPaths paths) {
    return switch (bootloader) {
      case "EFI" -> paths.efi(machine, false);
      case "EFIWithSecureBoot" -> paths.efi(machine, true);
      default -> new Firmware.Bios();
    };
  }

  private static GuestKind guestKind(String osType) {
    return switch (osType) {
      case "Windows" -> GuestKind.WINDOWS;
      case "Legacy" -> GuestKind.LEGACY;
      default -> GuestKind.GENERIC;
    };
  }
}
