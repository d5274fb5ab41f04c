package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

import java.util.Set;

/**
 * What this host offers, as the virtualization stack reports it. Whether KVM really runs guests is
 * a separate question, answered by the self-test of {@code cairn.hypervisor.kvm}.
 */
public record HostCapabilities(
    String qemuVersion,
    String libvirtVersion,
    String cpuModel,
    Set<String> usableCpuModels,
    Set<String> cpuFeatures,
    int cpus,
    long memoryBytes) {

  public HostCapabilities {
    requireNonNull(qemuVersion, "qemuVersion is null");
    requireNonNull(libvirtVersion, "libvirtVersion is null");
    requireNonNull(cpuModel, "cpuModel is null");
    usableCpuModels = Set.copyOf(usableCpuModels);
    cpuFeatures = Set.copyOf(cpuFeatures);
  }
}
