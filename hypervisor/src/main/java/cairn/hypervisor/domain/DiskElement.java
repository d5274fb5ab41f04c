package cairn.hypervisor.domain;

import cairn.hypervisor.DiskDevice;
import java.util.OptionalInt;

/**
 * libvirt's {@code <disk>}.
 *
 * @param target device name, unique in the domain; libvirt derives the place on the bus from it
 * @param scsiTarget place on the SCSI bus, a target of one unit: OVMF looks at 32 targets, and at 8
 *     units of each; empty on the other buses
 * @param alias must begin with {@link #ALIAS_PREFIX}, else libvirt ignores it
 */
public record DiskElement(
    Device device,
    Bus bus,
    String target,
    OptionalInt scsiTarget,
    DiskDevice.Source source,
    Access access,
    String serial,
    OptionalInt bootOrder,
    String alias) {

  /** libvirt keeps only aliases of users, which begin so. */
  static final String ALIAS_PREFIX = "ua-";

  /** Kind of drive. */
  public enum Device {
    DISK("disk"),
    CDROM("cdrom");

    private final String word;

    Device(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** Where a drive is attached; the prefix is what target names begin with on it. */
  public enum Bus {
    VIRTIO("virtio", "vd"),
    SCSI("scsi", "sd"),
    SATA("sata", "sd"),
    IDE("ide", "hd"),
    USB("usb", "sd");

    private final String word;
    private final String prefix;

    Bus(String word, String prefix) {
      this.word = word;
      this.prefix = prefix;
    }

    public String word() {
      return word;
    }

    /** Name of the n-th drive (from 0): sda … sdz, sdaa … */
    String target(int index) {
      String name = "";
      for (int rest = index; rest >= 0; rest = rest / 26 - 1) {
        name = (char) ('a' + rest % 26) + name;
      }
      return prefix + name;
    }
  }

  /** How the guest and QEMU use the file. */
  public enum Access {
    /**
     * Past the page cache, so that a write the guest was told of is on the disk; discards reach the
     * file; a full pool pauses the guest instead of failing its write.
     */
    READ_WRITE,
    /** Through the page cache, which machines that read the same file share. */
    READ_ONLY
  }
}
