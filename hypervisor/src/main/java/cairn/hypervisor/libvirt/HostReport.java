package cairn.hypervisor.libvirt;

import cairn.hypervisor.HostCapabilities;
import cairn.hypervisor.MachineSpec.Acceleration;
import java.io.StringReader;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.libvirt.LibvirtException;
import org.libvirt.NodeInfo;

/** Asks libvirt what the host offers. */
final class HostReport {

  private static final int PER_MAJOR = 1_000_000;
  private static final int PER_MINOR = 1_000;

  private HostReport() {}

  static HostCapabilities of(Link link, Acceleration acceleration)
      throws LibvirtError, LibvirtException {
    String type =
        switch (acceleration) {
          case KVM -> "kvm";
          case EMULATION -> "qemu";
        };
    Cpu cpu =
        Cpu.read(
            DomainHandle.owned(
                "virConnectGetDomainCapabilities",
                Api.LIBVIRT.virConnectGetDomainCapabilities(
                    link.pointer(), null, "x86_64", "q35", type, 0)));
    NodeInfo node = link.nodeInfo();
    return new HostCapabilities(
        version(link.getVersion()),
        version(link.getLibVersion()),
        cpu.model,
        cpu.usableModels,
        cpu.features,
        node.cpus,
        node.memory * 1024);
  }

  private static String version(long number) {
    return "%d.%d.%d"
        .formatted(number / PER_MAJOR, number % PER_MAJOR / PER_MINOR, number % PER_MINOR);
  }

  /** What the domain capabilities say of processors. */
  private static final class Cpu {
    private String model = "";
    private final Set<String> features = new LinkedHashSet<>();
    private final Set<String> usableModels = new LinkedHashSet<>();

    static Cpu read(String xml) {
      Cpu cpu = new Cpu();
      try {
        XMLStreamReader in =
            XMLInputFactory.newFactory().createXMLStreamReader(new StringReader(xml));
        String mode = "";
        while (in.hasNext()) {
          if (in.next() == XMLStreamReader.START_ELEMENT) {
            switch (in.getLocalName()) {
              case "mode" -> mode = String.valueOf(in.getAttributeValue(null, "name"));
              case "model" -> cpu.model(mode, in);
              case "feature" -> cpu.feature(mode, in);
              default -> {}
            }
          }
        }
      } catch (XMLStreamException broken) {
        throw new IllegalStateException("libvirt's capabilities are not XML", broken);
      }
      return cpu;
    }

    private void model(String mode, XMLStreamReader in) throws XMLStreamException {
      boolean usable = "yes".equals(in.getAttributeValue(null, "usable"));
      if (mode.equals("host-model")) {
        model = in.getElementText();
      } else if (mode.equals("custom") && usable) {
        usableModels.add(in.getElementText());
      }
    }

    private void feature(String mode, XMLStreamReader in) {
      if (mode.equals("host-model") && !"disable".equals(in.getAttributeValue(null, "policy"))) {
        features.add(in.getAttributeValue(null, "name"));
      }
    }
  }
}
