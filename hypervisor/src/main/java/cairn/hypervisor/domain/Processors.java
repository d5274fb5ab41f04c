package cairn.hypervisor.domain;

import cairn.hypervisor.CpuModel;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.domain.Domain.CpuFeature;
import cairn.hypervisor.domain.Domain.CpuFeature.Policy;
import cairn.hypervisor.domain.Domain.Processor;
import java.util.ArrayList;
import java.util.List;

/** Chooses the processor model. */
final class Processors {

  /** QEMU's base 64-bit model. */
  private static final String BASE_MODEL = "qemu64";

  private Processors() {}

  static Processor from(CpuModel wanted, Acceleration acceleration) {
    return switch (wanted) {
      case CpuModel.Host() ->
          switch (acceleration) {
            case KVM -> new Processor.HostModel();
            case EMULATION -> new Processor.Maximum();
          };
      case CpuModel.HostPassthrough() ->
          switch (acceleration) {
            case KVM -> new Processor.HostPassthrough();
            case EMULATION -> new Processor.Maximum();
          };
      case CpuModel.Named(String model) -> new Processor.Custom(model, List.of());
      case CpuModel.Features(List<String> required, List<String> optional) ->
          new Processor.Custom(BASE_MODEL, features(required, optional));
    };
  }

  private static List<CpuFeature> features(List<String> required, List<String> optional) {
    List<CpuFeature> features = new ArrayList<>();
    required.forEach(name -> features.add(new CpuFeature(name, Policy.REQUIRE)));
    optional.stream()
        .filter(name -> !required.contains(name))
        .forEach(name -> features.add(new CpuFeature(name, Policy.OPTIONAL)));
    // libvirt's qemu64 includes AMD's svm, which no Intel host has.
    if (!required.contains("svm") && !optional.contains("svm")) {
      features.add(new CpuFeature("svm", Policy.DISABLE));
    }
    return features;
  }
}
