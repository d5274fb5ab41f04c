package cairn.hypervisor.domain;

import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.MachineSpec.Firmware;
import cairn.hypervisor.MachineSpec.GuestKind;
import cairn.hypervisor.NetworkDevice;
import cairn.hypervisor.domain.Domain.Chipset;
import cairn.hypervisor.domain.Domain.ClockOffset;
import cairn.hypervisor.domain.Domain.Devices;
import cairn.hypervisor.domain.Domain.Feature;
import cairn.hypervisor.domain.Domain.Flash;
import cairn.hypervisor.domain.Domain.OsBoot;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Decides which domain a machine becomes. */
public final class Domains {

  /** PCI Express slots kept free: q35 cannot grow one while it runs. */
  private static final int SPARE_ROOT_PORTS = 8;

  private static final int SATA_PLACES = 6;

  private static final int LONGEST_TITLE = 200;

  private Domains() {}

  /**
   * @param images which build of UEFI a machine gets that boots with one
   */
  public static Domain from(
      MachineSpec spec, DomainNames names, Function<Firmware.Efi, FirmwareImage> images) {
    Hardware hardware = Hardware.of(spec.guestKind(), spec.deviceModel());
    return new Domain(
        type(spec.acceleration()),
        names.of(spec.id()),
        spec.id().uuid(),
        title(spec.title()),
        spec.memoryBytes() / 1024,
        spec.topology(),
        new OsBoot(hardware.chipset(), flash(spec.firmware(), images)),
        features(spec),
        Processors.from(spec.cpuModel(), spec.acceleration()),
        spec.guestKind() == GuestKind.WINDOWS ? ClockOffset.LOCALTIME : ClockOffset.UTC,
        devices(spec, hardware));
  }

  private static Domain.Type type(Acceleration acceleration) {
    return switch (acceleration) {
      case KVM -> Domain.Type.KVM;
      case EMULATION -> Domain.Type.QEMU;
    };
  }

  private static Optional<Flash> flash(
      Firmware firmware, Function<Firmware.Efi, FirmwareImage> images) {
    return switch (firmware) {
      case Firmware.Bios() -> Optional.empty();
      case Firmware.Efi efi -> Optional.of(new Flash(images.apply(efi), efi.variables()));
    };
  }

  private static Set<Feature> features(MachineSpec spec) {
    Set<Feature> features = EnumSet.noneOf(Feature.class);
    if (spec.firmware() instanceof Firmware.Efi efi && efi.secureBoot()) {
      features.add(Feature.SMM);
    }
    if (spec.guestKind() == GuestKind.WINDOWS) {
      features.add(Feature.VMCOREINFO);
    }
    if (spec.guestKind() == GuestKind.WINDOWS && spec.acceleration() == Acceleration.KVM) {
      features.add(Feature.HYPERV);
    }
    return features;
  }

  private static Devices devices(MachineSpec spec, Hardware hardware) {
    List<DiskElement> disks = DiskDevices.from(spec.disks(), hardware);
    List<InterfaceElement> interfaces = interfaces(spec.links(), hardware);
    boolean rng = spec.guestKind() == GuestKind.GENERIC;
    return new Devices(
        hardware.usb(),
        rootPorts(hardware, disks, interfaces, rng),
        hardware.scsiController(),
        sataControllers(disks),
        disks,
        interfaces,
        spec.serial(),
        spec.screen(),
        hardware.video(),
        hardware.balloon(),
        rng,
        spec.guestKind() == GuestKind.WINDOWS);
  }

  /** How many are needed besides the chipset's own. */
  private static int sataControllers(List<DiskElement> disks) {
    long drives = disks.stream().filter(disk -> disk.bus() == DiskElement.Bus.SATA).count();
    return Math.max(0, Math.toIntExact(Math.ceilDiv(drives, SATA_PLACES)) - 1);
  }

  private static List<InterfaceElement> interfaces(List<NetworkDevice> links, Hardware hardware) {
    List<InterfaceElement> interfaces = new ArrayList<>();
    for (NetworkDevice link : links) {
      interfaces.add(
          new InterfaceElement(
              link.tap(), link.mac(), hardware.card(), "ua-link" + interfaces.size()));
    }
    return interfaces;
  }

  /** One for each device that takes one, and the spare ones. */
  private static int rootPorts(
      Hardware hardware, List<DiskElement> disks, List<InterfaceElement> interfaces, boolean rng) {
    if (hardware.chipset() != Chipset.Q35) {
      return 0;
    }
    int usb = 1;
    int agentChannel = 1;
    long virtioDisks = disks.stream().filter(disk -> disk.bus() == DiskElement.Bus.VIRTIO).count();
    // Old cards share one bridge to conventional PCI.
    int cards =
        hardware.card() == InterfaceElement.Model.VIRTIO
            ? interfaces.size()
            : Math.min(1, interfaces.size());
    return SPARE_ROOT_PORTS
        + usb
        + agentChannel
        + (hardware.scsiController() ? 1 : 0)
        + (hardware.balloon() ? 1 : 0)
        + (rng ? 1 : 0)
        + Math.toIntExact(virtioDisks)
        + cards;
  }

  /** libvirt refuses line breaks in a title, and XML refuses most control characters. */
  private static String title(String text) {
    StringBuilder title = new StringBuilder();
    text.codePoints()
        .limit(LONGEST_TITLE)
        .map(point -> Character.isISOControl(point) || !isXml(point) ? ' ' : point)
        .forEach(title::appendCodePoint);
    return title.toString();
  }

  private static boolean isXml(int point) {
    return point < 0xD800 || (point >= 0xE000 && point != 0xFFFE && point != 0xFFFF);
  }
}
