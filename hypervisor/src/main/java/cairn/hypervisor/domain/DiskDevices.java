package cairn.hypervisor.domain;

import cairn.hypervisor.DiskDevice;
import cairn.hypervisor.domain.DiskElement.Access;
import cairn.hypervisor.domain.DiskElement.Bus;
import cairn.hypervisor.domain.DiskElement.Device;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** Chooses bus, place and access of each disk. */
final class DiskDevices {

  private DiskDevices() {}

  static List<DiskElement> from(List<DiskDevice> disks, Hardware hardware) {
    Map<String, Integer> taken = new HashMap<>();
    List<DiskElement> elements = new ArrayList<>();
    for (DiskDevice disk : disks) {
      Bus bus = bus(disk.role(), hardware);
      // SCSI, SATA and USB share their names, so they share the count.
      int index = taken.merge(bus.target(0), 1, Integer::sum) - 1;
      elements.add(
          new DiskElement(
              device(disk.role()),
              bus,
              bus.target(index),
              bus == Bus.SCSI ? OptionalInt.of(index) : OptionalInt.empty(),
              disk.source(),
              access(disk.role()),
              disk.serial(),
              disk.bootOrder(),
              alias(disk.name())));
    }
    return elements;
  }

  /** One that is plugged into a running domain: always on SCSI, and nothing boots from it. */
  static DiskElement plugged(DiskDevice disk, int index) {
    return new DiskElement(
        device(disk.role()),
        Bus.SCSI,
        Bus.SCSI.target(index),
        OptionalInt.of(index),
        disk.source(),
        access(disk.role()),
        disk.serial(),
        OptionalInt.empty(),
        alias(disk.name()));
  }

  static String alias(String device) {
    return DiskElement.ALIAS_PREFIX + device;
  }

  private static Bus bus(DiskDevice.Role role, Hardware hardware) {
    return switch (role) {
      case DISK -> hardware.diskBus();
      case READ_ONLY_DISK -> hardware.readOnlyDiskBus();
      case CDROM -> hardware.cdromBus();
      case SEED -> Bus.VIRTIO;
    };
  }

  private static Device device(DiskDevice.Role role) {
    return switch (role) {
      case DISK, READ_ONLY_DISK, SEED -> Device.DISK;
      case CDROM -> Device.CDROM;
    };
  }

  private static Access access(DiskDevice.Role role) {
    return switch (role) {
      case DISK -> Access.READ_WRITE;
      case READ_ONLY_DISK, CDROM, SEED -> Access.READ_ONLY;
    };
  }
}
