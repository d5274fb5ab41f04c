package cairn.hypervisor.domain;

import cairn.hypervisor.DiskDevice;
import cairn.hypervisor.DiskDevice.Source;
import cairn.hypervisor.MachineSpec.SerialPort;
import cairn.hypervisor.domain.Domain.CpuFeature;
import cairn.hypervisor.domain.Domain.Devices;
import cairn.hypervisor.domain.Domain.Feature;
import cairn.hypervisor.domain.Domain.Flash;
import cairn.hypervisor.domain.Domain.Processor;
import cairn.hypervisor.domain.Domain.UsbController;
import cairn.hypervisor.domain.DomainXmlReader.ScsiPlace;
import java.nio.file.Path;
import java.util.List;

/** Writes a domain as libvirt's XML. Decides nothing; the order is fixed. */
public final class DomainXmlWriter {

  private static final String NEVER = "no";

  /** Slots of q35's root bus that libvirt fills last. */
  private static final int FIRST_SATA_SLOT = 0x18;

  private static final String QEMU_NAMESPACE = "http://libvirt.org/schemas/domain/qemu/1.0";

  /** What tells a guest that reboots from one that powers off, in QEMU's log. */
  private static final List<String> TRACED =
      List.of("runstate_set", "qemu_system_shutdown_request");

  private final XmlText xml = new XmlText();

  private DomainXmlWriter() {}

  public static String write(Domain domain) {
    DomainXmlWriter writer = new DomainXmlWriter();
    writer.domain(domain);
    return writer.xml.text();
  }

  /**
   * One device by itself, as libvirt takes it for a running domain.
   *
   * @param place where on the SCSI bus
   */
  public static String device(DiskDevice device, ScsiPlace place) {
    DomainXmlWriter writer = new DomainXmlWriter();
    writer.disk(DiskDevices.plugged(device, place.index()));
    return writer.xml.text();
  }

  /** How libvirt calls a device of this name. */
  public static String alias(String device) {
    return DiskDevices.alias(device);
  }

  private void domain(Domain domain) {
    xml.open("domain", "type", domain.type().word(), "xmlns:qemu", QEMU_NAMESPACE);
    xml.leaf("name", domain.name());
    xml.leaf("uuid", domain.uuid().toString());
    xml.leaf("title", domain.title());
    xml.leaf("memory", Long.toString(domain.memoryKib()), "unit", "KiB");
    xml.leaf("vcpu", Integer.toString(domain.topology().cores()), "placement", "static");
    os(domain);
    features(domain);
    cpu(domain);
    clock(domain);
    xml.leaf("on_poweroff", "destroy");
    // A guest that reboots gets a new instance, which brings what waits for a restart.
    xml.leaf("on_reboot", "destroy");
    xml.leaf("on_crash", "destroy");
    xml.open("pm");
    xml.empty("suspend-to-mem", "enabled", NEVER);
    xml.empty("suspend-to-disk", "enabled", NEVER);
    xml.close();
    devices(domain.devices());
    traces();
    xml.close();
  }

  /**
   * QEMU writes into its log why it stops: libvirt has one word for a guest that powers off and one
   * that reboots (libvirt 9.0 to 11.3, QEMU 7.2 to 10.0 with the log backend, as Debian builds it).
   */
  private void traces() {
    xml.open("qemu:commandline");
    for (String event : TRACED) {
      xml.empty("qemu:arg", "value", "-trace");
      xml.empty("qemu:arg", "value", event);
    }
    xml.close();
  }

  private void os(Domain domain) {
    xml.open("os");
    xml.leaf("type", "hvm", "arch", "x86_64", "machine", domain.os().chipset().word());
    domain.os().flash().ifPresent(this::flash);
    xml.close();
  }

  private void flash(Flash flash) {
    FirmwareImage image = flash.image();
    xml.leaf(
        "loader",
        image.code().toString(),
        "readonly",
        "yes",
        "secure",
        image.secureBoot() ? "yes" : NEVER,
        "type",
        "pflash");
    xml.leaf("nvram", flash.variables().toString(), "template", image.template().toString());
  }

  private void features(Domain domain) {
    xml.open("features");
    xml.empty("acpi");
    xml.empty("apic");
    if (domain.features().contains(Feature.HYPERV)) {
      xml.open("hyperv", "mode", "custom");
      xml.empty("relaxed", "state", "on");
      xml.empty("vapic", "state", "on");
      xml.empty("spinlocks", "state", "on", "retries", "8191");
      xml.empty("vpindex", "state", "on");
      xml.empty("runtime", "state", "on");
      xml.empty("synic", "state", "on");
      xml.empty("stimer", "state", "on");
      xml.empty("reset", "state", "on");
      xml.empty("frequencies", "state", "on");
      xml.empty("tlbflush", "state", "on");
      xml.empty("ipi", "state", "on");
      xml.close();
    }
    if (domain.features().contains(Feature.SMM)) {
      xml.empty("smm", "state", "on");
    }
    xml.empty("vmport", "state", "off");
    if (domain.features().contains(Feature.VMCOREINFO)) {
      xml.empty("vmcoreinfo", "state", "on");
    }
    xml.close();
  }

  private void cpu(Domain domain) {
    switch (domain.cpu()) {
      case Processor.Maximum() -> xml.open("cpu", "mode", "maximum");
      case Processor.HostModel() -> xml.open("cpu", "mode", "host-model", "check", "partial");
      case Processor.HostPassthrough() ->
          xml.open("cpu", "mode", "host-passthrough", "check", "none");
      case Processor.Custom custom -> {
        xml.open("cpu", "mode", "custom", "match", "exact", "check", "partial");
        xml.leaf("model", custom.model(), "fallback", "forbid");
      }
    }
    xml.empty(
        "topology",
        "sockets",
        Integer.toString(domain.topology().sockets()),
        "cores",
        Integer.toString(domain.topology().coresPerSocket()),
        "threads",
        "1");
    if (domain.cpu() instanceof Processor.Custom custom) {
      for (CpuFeature feature : custom.features()) {
        xml.empty("feature", "policy", feature.policy().word(), "name", feature.name());
      }
    }
    xml.close();
  }

  private void clock(Domain domain) {
    xml.open("clock", "offset", domain.clock().word());
    xml.empty("timer", "name", "rtc", "tickpolicy", "catchup");
    xml.empty("timer", "name", "pit", "tickpolicy", "delay");
    xml.empty("timer", "name", "hpet", "present", NEVER);
    if (domain.features().contains(Feature.HYPERV)) {
      xml.empty("timer", "name", "hypervclock", "present", "yes");
    }
    xml.close();
  }

  private void devices(Devices devices) {
    xml.open("devices");
    devices.disks().forEach(this::disk);
    controllers(devices);
    devices.interfaces().forEach(this::networkCard);
    serial(devices.serial());
    xml.open("channel", "type", "unix");
    xml.empty("target", "type", "virtio", "name", "org.qemu.guest_agent.0");
    xml.close();
    xml.empty("input", "type", "tablet", "bus", "usb");
    screen(devices);
    if (devices.tpm()) {
      xml.open("tpm", "model", "tpm-crb");
      xml.empty("backend", "type", "emulator", "version", "2.0");
      xml.close();
    }
    balloon(devices.balloon());
    if (devices.rng()) {
      xml.open("rng", "model", "virtio");
      xml.leaf("backend", "/dev/urandom", "model", "random");
      xml.close();
    }
    xml.close();
  }

  private void disk(DiskElement disk) {
    xml.open("disk", "type", "file", "device", disk.device().word());
    driver(disk);
    switch (disk.source()) {
      case Source.Raw(Path file) -> xml.empty("source", "file", file.toString());
      case Source.Overlay(Path file, Path rawBase) -> {
        xml.empty("source", "file", file.toString());
        xml.open("backingStore", "type", "file");
        xml.empty("format", "type", "raw");
        xml.empty("source", "file", rawBase.toString());
        xml.empty("backingStore");
        xml.close();
      }
    }
    xml.empty("target", "dev", disk.target(), "bus", disk.bus().word());
    if (disk.access() == DiskElement.Access.READ_ONLY) {
      xml.empty("readonly");
    }
    if (!disk.serial().isEmpty()) {
      xml.leaf("serial", disk.serial());
    }
    disk.bootOrder().ifPresent(order -> xml.empty("boot", "order", Integer.toString(order)));
    xml.empty("alias", "name", disk.alias());
    disk.scsiTarget()
        .ifPresent(target ->
            xml.empty(
                "address",
                "type",
                "drive",
                "controller",
                "0",
                "bus",
                "0",
                "target",
                Integer.toString(target),
                "unit",
                "0"));
    xml.close();
  }

  private void driver(DiskElement disk) {
    String format =
        switch (disk.source()) {
          case Source.Raw _ -> "raw";
          case Source.Overlay _ -> "qcow2";
        };
    switch (disk.access()) {
      case READ_WRITE ->
          xml.empty(
              "driver",
              "name",
              "qemu",
              "type",
              format,
              "cache",
              "none",
              "error_policy",
              "enospace",
              "rerror_policy",
              "report",
              "io",
              "threads",
              "discard",
              "unmap");
      case READ_ONLY ->
          xml.empty("driver", "name", "qemu", "type", format, "error_policy", "report");
    }
  }

  private void controllers(Devices devices) {
    xml.empty("controller", "type", "usb", "index", "0", "model", devices.usb().word());
    if (devices.scsiController()) {
      xml.empty("controller", "type", "scsi", "index", "0", "model", "virtio-scsi");
    }
    for (int more = 1; more <= devices.sataControllers(); more++) {
      sataController(more);
    }
    if (devices.usb() == UsbController.XHCI) {
      xml.empty("controller", "type", "pci", "index", "0", "model", "pcie-root");
    }
    for (int port = 1; port <= devices.rootPorts(); port++) {
      xml.empty(
          "controller", "type", "pci", "index", Integer.toString(port), "model", "pcie-root-port");
    }
  }

  /** On the root bus itself: SeaBIOS finds no drive behind a bridge, where libvirt would put it. */
  private void sataController(int index) {
    xml.open("controller", "type", "sata", "index", Integer.toString(index));
    xml.empty(
        "address",
        "type",
        "pci",
        "domain",
        "0",
        "bus",
        "0",
        "slot",
        "0x%02x".formatted(FIRST_SATA_SLOT + index - 1),
        "function",
        "0");
    xml.close();
  }

  private void networkCard(InterfaceElement card) {
    xml.open("interface", "type", "ethernet");
    xml.empty("mac", "address", card.mac());
    xml.empty("target", "dev", card.tap(), "managed", NEVER);
    xml.empty("model", "type", card.model().word());
    xml.empty("alias", "name", card.alias());
    // No network boot: the ROM would only cost time at every start.
    xml.empty("rom", "enabled", NEVER);
    xml.close();
  }

  private void serial(SerialPort serial) {
    xml.open("serial", "type", "unix");
    xml.empty("source", "mode", "bind", "path", serial.socket().toString());
    xml.empty("log", "file", serial.log().toString(), "append", "on");
    xml.empty("target", "type", "isa-serial", "port", "0");
    xml.close();
  }

  /** On a unix socket only: who may look is decided by us, and not by who reaches a TCP port. */
  private void screen(Devices devices) {
    xml.open("graphics", "type", "vnc");
    xml.empty("listen", "type", "socket", "socket", devices.screen().toString());
    xml.close();
    xml.open("video");
    xml.empty(
        "model",
        "type",
        devices.video().word(),
        "vram",
        Integer.toString(devices.video().memoryKib()),
        "heads",
        "1",
        "primary",
        "yes");
    xml.close();
  }

  private void balloon(boolean present) {
    if (present) {
      xml.open("memballoon", "model", "virtio", "freePageReporting", "on");
      xml.empty("stats", "period", "10");
      xml.close();
    } else {
      xml.empty("memballoon", "model", "none");
    }
  }
}
