package cairn.hypervisor;

import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.MachineSpec.DeviceModel;
import cairn.hypervisor.MachineSpec.Firmware;
import cairn.hypervisor.MachineSpec.GuestKind;
import cairn.hypervisor.MachineSpec.SerialPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Machines whose files lie in one directory that QEMU can reach. */
public record TestMachines(Path directory) {

  public MachineSpec of(BootSector guest, Acceleration acceleration) throws IOException {
    MachineId id = new MachineId(UUID.randomUUID());
    Path disk = directory.resolve(id + ".raw");
    guest.writeDisk(disk);
    return of(id, "test/" + guest, acceleration, disk, 64);
  }

  /** The tiny guest with the guest agent, in emulation. */
  public MachineSpec withAgent() throws IOException {
    MachineId id = new MachineId(UUID.randomUUID());
    Path disk = directory.resolve(id + ".raw");
    Path guest =
        Path.of(
            Optional.ofNullable(System.getenv("CAIRN_TEST_GUEST"))
                .orElseThrow(() ->
                    new IllegalStateException(
                        "CAIRN_TEST_GUEST is not set: run the tests by scripts/test")));
    Path image = guest.resolve("tiny-agent.raw");
    if (!Files.exists(image)) {
      throw new IllegalStateException(
          image + " is not there: run scripts/tiny-guest " + guest + ", which makes it");
    }
    Files.copy(image, disk);
    Files.setPosixFilePermissions(disk, PosixFilePermissions.fromString("rw-rw-rw-"));
    return of(id, "test/agent", Acceleration.EMULATION, disk, 128);
  }

  private MachineSpec of(
      MachineId id, String title, Acceleration acceleration, Path disk, long mebibytes)
      throws IOException {
    Path screens = Files.createDirectories(directory.resolve("screens"));
    Files.setPosixFilePermissions(screens, PosixFilePermissions.fromString("rwxrwxrwx"));
    return new MachineSpec(
        id,
        title,
        acceleration,
        new CpuTopology(1, 1),
        new CpuModel.Named("Nehalem"),
        mebibytes << 20,
        new Firmware.Bios(),
        GuestKind.GENERIC,
        DeviceModel.PARAVIRTUAL,
        List.of(
            new DiskDevice(
                "root",
                new DiskDevice.Source.Raw(disk),
                DiskDevice.Role.DISK,
                "root",
                OptionalInt.of(1))),
        List.of(),
        new SerialPort(directory.resolve(id + ".serial"), directory.resolve(id + ".log")),
        screens.resolve(id + ".sock"));
  }

  /**
   * A machine with as many empty disks, some read-only, as its preset has places for before the one
   * that boots, which is first by its order only.
   */
  public MachineSpec full(GuestKind guest, DeviceModel devices, Acceleration acceleration)
      throws IOException {
    MachineSpec usual = of(BootSector.STUBBORN, acceleration);
    int places = guest == GuestKind.LEGACY && devices == DeviceModel.EMULATED ? 4 : 16;
    List<DiskDevice> disks = new ArrayList<>();
    for (int place = 1; place < places; place++) {
      Path empty = directory.resolve(usual.id() + "-" + place + ".raw");
      Files.write(empty, new byte[1 << 20]);
      Files.setPosixFilePermissions(empty, PosixFilePermissions.fromString("rw-rw-rw-"));
      disks.add(
          new DiskDevice(
              "disk" + place,
              new DiskDevice.Source.Raw(empty),
              place % 4 == 3 ? DiskDevice.Role.READ_ONLY_DISK : DiskDevice.Role.DISK,
              "%032x".formatted(place),
              OptionalInt.empty()));
    }
    disks.addAll(usual.disks());
    return with(usual, guest, devices, disks);
  }

  /** The same machine for other guests. */
  public static MachineSpec as(GuestKind guest, MachineSpec machine) {
    return with(machine, guest, machine.deviceModel(), machine.disks());
  }

  private static MachineSpec with(
      MachineSpec machine, GuestKind guest, DeviceModel devices, List<DiskDevice> disks) {
    return new MachineSpec(
        machine.id(),
        machine.title(),
        machine.acceleration(),
        machine.topology(),
        machine.cpuModel(),
        machine.memoryBytes(),
        machine.firmware(),
        guest,
        devices,
        disks,
        machine.links(),
        machine.serial(),
        machine.screen());
  }

  /** Whether the guest has printed its greeting since its log began. */
  public static boolean greeted(MachineSpec machine) {
    try {
      Path log = machine.serial().log();
      return Files.exists(log) && Files.readString(log).contains(BootSector.GREETING);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
