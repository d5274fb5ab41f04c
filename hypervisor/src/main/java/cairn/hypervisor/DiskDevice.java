package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.OptionalInt;

/**
 * One block device of a machine.
 *
 * @param name stable within the machine, made by us ({@code [a-z0-9-]+}); becomes the device's
 *     alias
 * @param serial what the guest reads as the serial number, or empty for none; at most 36 characters
 * @param bootOrder 1 boots first; empty: not bootable
 */
public record DiskDevice(
    String name, Source source, Role role, String serial, OptionalInt bootOrder) {

  public DiskDevice {
    requireNonNull(name, "name is null");
    requireNonNull(source, "source is null");
    requireNonNull(role, "role is null");
    requireNonNull(serial, "serial is null");
    requireNonNull(bootOrder, "bootOrder is null");
  }

  /** What the guest may do with it. */
  public enum Role {
    /** Read and write; discards reach the file. */
    DISK,
    READ_ONLY_DISK,
    CDROM,
    /**
     * First-boot data, read-only, on a bus that every kernel can see (virtio; not SATA, which small
     * cloud kernels have no driver for).
     */
    SEED
  }

  /** Where the bytes are. Only files that Cairn made are ever named here. */
  public sealed interface Source {

    /** The file is the disk. */
    record Raw(Path file) implements Source {}

    /** A qcow2 layer of ours over a raw file of ours. */
    record Overlay(Path file, Path rawBase) implements Source {}
  }
}
