package cairn.hypervisor.domain;

import cairn.hypervisor.CpuTopology;
import cairn.hypervisor.MachineSpec.SerialPort;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * One domain in libvirt's terms, complete but for what libvirt fills in by itself (PCI addresses,
 * the emulator's path). Field names are libvirt's words.
 */
public record Domain(
    Type type,
    String name,
    UUID uuid,
    String title,
    long memoryKib,
    CpuTopology topology,
    OsBoot os,
    Set<Feature> features,
    Processor cpu,
    ClockOffset clock,
    Devices devices) {

  public Domain {
    features = Set.copyOf(features);
  }

  /** Which accelerator QEMU uses. */
  public enum Type {
    KVM("kvm"),
    QEMU("qemu");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** Chipset. */
  public enum Chipset {
    Q35("q35"),
    I440FX("pc");

    private final String word;

    Chipset(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** The chipset, and the UEFI in its flash chips; SeaBIOS without. */
  public record OsBoot(Chipset chipset, Optional<Flash> flash) {}

  /**
   * Two flash chips.
   *
   * @param image what is in them at first; its code is never written
   * @param variables file of the second chip, a copy of the image's template at first
   */
  public record Flash(FirmwareImage image, Path variables) {}

  /** Platform features beyond ACPI and APIC, which every domain has. */
  public enum Feature {
    /** System management mode, which Secure Boot relies on. */
    SMM,
    /** A place where a guest leaves what a dump of its memory needs. */
    VMCOREINFO,
    /** What Windows asks a hypervisor for. KVM only: libvirt refuses it under emulation. */
    HYPERV
  }

  /** What the hardware clock holds. */
  public enum ClockOffset {
    UTC("utc"),
    LOCALTIME("localtime");

    private final String word;

    ClockOffset(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /** The processor model. */
  public sealed interface Processor {

    /** Everything that QEMU's interpreter can do. */
    record Maximum() implements Processor {}

    record HostModel() implements Processor {}

    record HostPassthrough() implements Processor {}

    record Custom(String model, List<CpuFeature> features) implements Processor {
      public Custom {
        features = List.copyOf(features);
      }
    }
  }

  public record CpuFeature(String name, Policy policy) {

    /** What happens when the host lacks the feature. */
    public enum Policy {
      REQUIRE("require"),
      OPTIONAL("optional"),
      DISABLE("disable");

      private final String word;

      Policy(String word) {
        this.word = word;
      }

      public String word() {
        return word;
      }
    }
  }

  /**
   * All devices.
   *
   * @param rootPorts PCI Express slots; none on a chipset without PCI Express
   * @param sataControllers besides the chipset's own, with six places each
   * @param screen unix socket of the screen
   */
  public record Devices(
      UsbController usb,
      int rootPorts,
      boolean scsiController,
      int sataControllers,
      List<DiskElement> disks,
      List<InterfaceElement> interfaces,
      SerialPort serial,
      Path screen,
      VideoCard video,
      boolean balloon,
      boolean rng,
      boolean tpm) {

    public Devices {
      disks = List.copyOf(disks);
      interfaces = List.copyOf(interfaces);
    }
  }

  /** What draws the screen. */
  public enum VideoCard {
    /** VESA, by QEMU's standard card: any firmware and any recent system shows something on it. */
    VGA("vga", 16 << 10),
    /** What systems of the nineties and the 2000s bring a driver for. */
    CIRRUS("cirrus", 16 << 10);

    private final String word;
    private final int memoryKib;

    VideoCard(String word, int memoryKib) {
      this.word = word;
      this.memoryKib = memoryKib;
    }

    public String word() {
      return word;
    }

    public int memoryKib() {
      return memoryKib;
    }
  }

  /** The USB controller that the tablet sits on. */
  public enum UsbController {
    XHCI("qemu-xhci"),
    UHCI("piix3-uhci");

    private final String word;

    UsbController(String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }
}
