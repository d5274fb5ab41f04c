package cairn.hypervisor.libvirt;

import cairn.hypervisor.HostCapabilities;
import cairn.hypervisor.MachineSpec.Acceleration;
import java.util.Set;
import org.libvirt.LibvirtException;
import org.libvirt.NodeInfo;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks libvirt what the host offers. */
final class HostReport {

  private static final Logger LOG = LoggerFactory.getLogger(HostReport.class);

  private static final int PER_MAJOR = 1_000_000;
  private static final int PER_MINOR = 1_000;

  /** {@code VIR_CONNECT_BASELINE_CPU_EXPAND_FEATURES}. */
  private static final int EXPAND_FEATURES = 1;

  private HostReport() {}

  static HostCapabilities of(Link link, Acceleration acceleration)
      throws LibvirtError, LibvirtException {
    String type =
        switch (acceleration) {
          case KVM -> "kvm";
          case EMULATION -> "qemu";
        };
    ProcessorOffer offer =
        ProcessorOffer.read(
            DomainHandle.owned(
                "virConnectGetDomainCapabilities",
                Api.LIBVIRT.virConnectGetDomainCapabilities(
                    link.pointer(), null, "x86_64", "q35", type, 0)));
    NodeInfo node = link.nodeInfo();
    return new HostCapabilities(
        version(link.getVersion()),
        version(link.getLibVersion()),
        offer.model(),
        offer.usableModels(),
        features(link, type, offer),
        node.cpus,
        node.memory * 1024);
  }

  private static String version(long number) {
    return "%d.%d.%d"
        .formatted(number / PER_MAJOR, number % PER_MAJOR / PER_MINOR, number % PER_MINOR);
  }

  /**
   * Everything the processor can do. libvirt describes it as a model and what it has beside; which
   * features the model stands for, it tells when asked for the baseline of that one processor.
   */
  private static Set<String> features(Link link, String type, ProcessorOffer offer) {
    try {
      return ProcessorOffer.features(
          DomainHandle.owned(
              "virConnectBaselineHypervisorCPU",
              Api.LIBVIRT.virConnectBaselineHypervisorCPU(
                  link.pointer(),
                  null,
                  "x86_64",
                  "q35",
                  type,
                  new String[] {offer.xml()},
                  1,
                  EXPAND_FEATURES)));
    } catch (LibvirtError unsupported) {
      LOG.warn("libvirt does not list all features of the processor: {}", unsupported.brief());
      return offer.features();
    }
  }
}
