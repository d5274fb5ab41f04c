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
import cairn.hypervisor.MachineSpec.SerialPort;
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
      List<Needs.Device> devices,
      Optional<Path> seed,
      NetworkDevice link,
      SerialPort serial,
      Path screen) {
    Given {
      requireNonNull(acceleration, "acceleration is null");
      requireNonNull(cpuModel, "cpuModel is null");
      devices = List.copyOf(devices);
      requireNonNull(seed, "seed is null");
      requireNonNull(link, "link is null");
      requireNonNull(serial, "serial is null");
      requireNonNull(screen, "screen is null");
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
        firmware(manifest.bootloader()),
        guestKind(manifest.osType()),
        manifest.paravirtual() ? DeviceModel.PARAVIRTUAL : DeviceModel.EMULATED,
        disks(given),
        List.of(given.link()),
        given.serial(),
        given.screen());
  }

  private static List<DiskDevice> disks(Given given) {
    List<DiskDevice> disks = new ArrayList<>();
    List<OptionalInt> order = bootOrder(given.devices().stream().map(Needs.Device::ref).toList());
    for (int at = 0; at < given.devices().size(); at++) {
      Needs.Device device = given.devices().get(at);
      disks.add(
          new DiskDevice(
              "disk" + at, device.source(), device.role(), device.serial(), order.get(at)));
    }
    given
        .seed()
        .ifPresent(file ->
            disks.add(
                new DiskDevice(
                    "seed",
                    new DiskDevice.Source.Raw(file),
                    DiskDevice.Role.SEED,
                    "",
                    OptionalInt.empty())));
    return disks;
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

  private static Firmware firmware(String bootloader) {
    return switch (bootloader) {
      case "EFI" -> Firmware.EFI;
      case "EFIWithSecureBoot" -> Firmware.EFI_SECURE_BOOT;
      default -> Firmware.BIOS;
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
