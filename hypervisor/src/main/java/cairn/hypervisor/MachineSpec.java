package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.List;

/**
 * One machine as it should be at its next start.
 *
 * @param title a human name for logs and tools; any text, never used as an identifier
 * @param memoryBytes guest memory, a multiple of 1 MiB
 * @param disks in boot order: a disk without {@link DiskDevice#bootOrder} is not bootable
 * @param serial where the first serial port is reached and logged
 * @param screen unix socket on which QEMU serves the screen, by the RFB protocol of VNC, while an
 *     instance exists; QEMU's user makes it, so that user must be able to write its folder
 */
public record MachineSpec(
    MachineId id,
    String title,
    Acceleration acceleration,
    CpuTopology topology,
    CpuModel cpuModel,
    long memoryBytes,
    Firmware firmware,
    GuestKind guestKind,
    DeviceModel deviceModel,
    List<DiskDevice> disks,
    List<NetworkDevice> links,
    SerialPort serial,
    Path screen) {

  public MachineSpec {
    requireNonNull(id, "id is null");
    requireNonNull(title, "title is null");
    requireNonNull(acceleration, "acceleration is null");
    requireNonNull(topology, "topology is null");
    requireNonNull(cpuModel, "cpuModel is null");
    if (memoryBytes <= 0 || memoryBytes % (1 << 20) != 0) {
      throw new IllegalArgumentException(
          "memoryBytes is " + memoryBytes + ", expected a positive multiple of 1 MiB");
    }
    requireNonNull(firmware, "firmware is null");
    requireNonNull(guestKind, "guestKind is null");
    requireNonNull(deviceModel, "deviceModel is null");
    disks = List.copyOf(disks);
    links = List.copyOf(links);
    requireNonNull(serial, "serial is null");
    requireNonNull(screen, "screen is null");
  }

  /** Who runs the guest's instructions. */
  public enum Acceleration {
    /** The processor, through KVM. */
    KVM,
    /** QEMU's own interpreter: slow, but works everywhere. */
    EMULATION
  }

  /** What the machine boots with. */
  public sealed interface Firmware {

    record Bios() implements Firmware {}

    /**
     * UEFI.
     *
     * @param variables file that keeps its variables from start to start; made at the first start,
     *     from a template that is another one with Secure Boot: never the same file for both
     * @param secureBoot whether only loaders start that are signed by a key it knows; guests cannot
     *     change those keys
     */
    record Efi(Path variables, boolean secureBoot) implements Firmware {

      public Efi {
        requireNonNull(variables, "variables is null");
      }
    }
  }

  /** Which operating system family the devices are chosen for. */
  public enum GuestKind {
    /** Anything recent: a q35 machine. */
    GENERIC,
    /** A q35 machine with a TPM and the enlightenments Windows expects. */
    WINDOWS,
    /** An i440fx machine for systems that predate PCI Express. */
    LEGACY
  }

  /** Whether the guest has drivers for virtio. */
  public enum DeviceModel {
    PARAVIRTUAL,
    EMULATED
  }

  /**
   * The first serial port.
   *
   * @param socket unix socket that QEMU listens on while an instance exists
   * @param log file that everything the guest prints is appended to
   */
  public record SerialPort(Path socket, Path log) {

    public SerialPort {
      requireNonNull(socket, "socket is null");
      requireNonNull(log, "log is null");
    }
  }
}
