package cairn.hypervisor.domain;

import cairn.hypervisor.CpuModel;
import cairn.hypervisor.CpuTopology;
import cairn.hypervisor.DiskDevice;
import cairn.hypervisor.DiskDevice.Role;
import cairn.hypervisor.DiskDevice.Source;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.MachineSpec.DeviceModel;
import cairn.hypervisor.MachineSpec.Firmware;
import cairn.hypervisor.MachineSpec.GuestKind;
import cairn.hypervisor.MachineSpec.SerialPort;
import cairn.hypervisor.NetworkDevice;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/** The machines that the golden files describe. */
enum Specs {
  GENERIC(Acceleration.KVM, Bootloader.BIOS, GuestKind.GENERIC, DeviceModel.PARAVIRTUAL),
  GENERIC_UNDER_EMULATION(
      Acceleration.EMULATION, Bootloader.EFI, GuestKind.GENERIC, DeviceModel.PARAVIRTUAL),
  GENERIC_EMULATED_DEVICES(
      Acceleration.EMULATION, Bootloader.BIOS, GuestKind.GENERIC, DeviceModel.EMULATED),
  WINDOWS(
      Acceleration.KVM,
      Bootloader.EFI_WITH_SECURE_BOOT,
      GuestKind.WINDOWS,
      DeviceModel.PARAVIRTUAL),
  WINDOWS_EMULATED_DEVICES(
      Acceleration.EMULATION, Bootloader.EFI, GuestKind.WINDOWS, DeviceModel.EMULATED),
  LEGACY(Acceleration.KVM, Bootloader.BIOS, GuestKind.LEGACY, DeviceModel.PARAVIRTUAL),
  LEGACY_EMULATED_DEVICES(
      Acceleration.KVM, Bootloader.BIOS, GuestKind.LEGACY, DeviceModel.EMULATED);

  static final DomainNames NAMES = new DomainNames("abcd");

  private final Acceleration acceleration;
  private final Bootloader bootloader;
  private final GuestKind guest;
  private final DeviceModel devices;

  Specs(Acceleration acceleration, Bootloader bootloader, GuestKind guest, DeviceModel devices) {
    this.acceleration = acceleration;
    this.bootloader = bootloader;
    this.guest = guest;
    this.devices = devices;
  }

  private enum Bootloader {
    BIOS,
    EFI,
    EFI_WITH_SECURE_BOOT
  }

  private Firmware firmware() {
    return switch (bootloader) {
      case BIOS -> new Firmware.Bios();
      case EFI -> new Firmware.Efi(Path.of("/nvram/hello-efi.fd"), false);
      case EFI_WITH_SECURE_BOOT -> new Firmware.Efi(Path.of("/nvram/hello-secure.fd"), true);
    };
  }

  private CpuModel cpuModel() {
    return switch (this) {
      case GENERIC, WINDOWS_EMULATED_DEVICES -> new CpuModel.Host();
      case GENERIC_UNDER_EMULATION, LEGACY -> new CpuModel.HostPassthrough();
      case GENERIC_EMULATED_DEVICES, LEGACY_EMULATED_DEVICES -> new CpuModel.Named("Nehalem");
      case WINDOWS -> new CpuModel.Features(List.of("vmx"), List.of("avx2", "vmx"));
    };
  }

  MachineSpec spec() {
    return new MachineSpec(
        MachineId.parse("11111111-2222-3333-4444-555555555555"),
        "default/hello <&'\"> \n\u0007 ü \uD83D\uDE00",
        acceleration,
        new CpuTopology(1, 2),
        cpuModel(),
        512L << 20,
        firmware(),
        guest,
        devices,
        List.of(
            disk("root", overlay("root"), Role.DISK, OptionalInt.of(1)),
            disk("data", raw("data"), Role.DISK, OptionalInt.empty()),
            disk("image", raw("image"), Role.READ_ONLY_DISK, OptionalInt.empty()),
            disk("install", raw("install"), Role.CDROM, OptionalInt.of(2)),
            disk("seed", raw("seed"), Role.SEED, OptionalInt.empty())),
        List.of(
            new NetworkDevice("ctabcd123456780", "52:54:00:00:00:01"),
            new NetworkDevice("ctabcd123456781", "52:54:00:00:00:02")),
        new SerialPort(Path.of("/run/cairn/hello.serial"), Path.of("/log/hello.log")),
        Path.of("/run/cairn/hello.screen"));
  }

  String xml() {
    return DomainXmlWriter.write(Domains.from(spec(), NAMES, Specs::image));
  }

  private static FirmwareImage image(Firmware.Efi wanted) {
    String kind = wanted.secureBoot() ? ".ms.fd" : ".fd";
    return new FirmwareImage(
        Path.of("/ovmf/CODE" + kind), Path.of("/ovmf/VARS" + kind), wanted.secureBoot());
  }

  String goldenFile() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-') + ".xml";
  }

  private static DiskDevice disk(String name, Source source, Role role, OptionalInt bootOrder) {
    return new DiskDevice(name, source, role, role == Role.DISK ? "serial-" + name : "", bootOrder);
  }

  private static Source raw(String name) {
    return new Source.Raw(Path.of("/pool/" + name + ".raw"));
  }

  private static Source overlay(String name) {
    return new Source.Overlay(Path.of("/pool/" + name + ".qcow2"), Path.of("/images/base.raw"));
  }
}
