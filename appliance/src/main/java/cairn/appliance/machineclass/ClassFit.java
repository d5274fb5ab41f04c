package cairn.appliance.machineclass;

import cairn.hypervisor.CpuModel;
import cairn.hypervisor.HostCapabilities;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What a machine asks about its class. */
public final class ClassFit {

  private ClassFit() {}

  /** The processor that machines of the class get; empty while the class is not Ready. */
  public static Optional<CpuModel> model(JsonNode machineClass, HostCapabilities host) {
    return switch (ClassCpu.of(machineClass, host)) {
      case ClassCpu.Fits fits -> Optional.of(fits.model());
      case ClassCpu.Unfit _ -> Optional.empty();
    };
  }
}
