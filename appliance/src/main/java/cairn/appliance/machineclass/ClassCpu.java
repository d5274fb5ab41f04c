package cairn.appliance.machineclass;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.CpuModel;
import cairn.hypervisor.HostCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Which processor a class gives its machines, and whether this host has it. Pure. */
public sealed interface ClassCpu {

  /** The host can do it. {@code enabled} is what the status shows; empty where it shows none. */
  record Fits(CpuModel model, List<String> enabled, List<String> notEnabled) implements ClassCpu {
    public Fits {
      requireNonNull(model, "model is null");
      enabled = List.copyOf(enabled);
      notEnabled = List.copyOf(notEnabled);
    }
  }

  record Unfit(String reason, String message) implements ClassCpu {
    public Unfit {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }
  }

  /**
   * @param machineClass document of the class; what Discovery once found is read from its status
   */
  static ClassCpu of(JsonNode machineClass, HostCapabilities host) {
    JsonNode cpu = machineClass.path("spec").path("cpu");
    return switch (cpu.path("type").asString("")) {
      case "Host" -> new Fits(new CpuModel.Host(), List.of(), List.of());
      case "HostPassthrough" -> new Fits(new CpuModel.HostPassthrough(), List.of(), List.of());
      case "Model" -> model(cpu.path("model").asString(""), host);
      case "Features" -> features(texts(cpu.path("features")), host);
      default -> discovered(machineClass, host);
    };
  }

  private static ClassCpu model(String model, HostCapabilities host) {
    return host.usableCpuModels().contains(model)
        ? new Fits(new CpuModel.Named(model), List.of(), List.of())
        : new Unfit(
            "NoSuitableNodesFound",
            "This host cannot offer the processor model \"%s\"; its own is \"%s\"."
                .formatted(model, host.cpuModel()));
  }

  private static ClassCpu features(List<String> wanted, HostCapabilities host) {
    List<String> missing =
        wanted.stream().filter(each -> !host.cpuFeatures().contains(each)).toList();
    if (!missing.isEmpty()) {
      return new Unfit(
          "NoSuitableNodesFound",
          "This host's processor lacks " + String.join(", ", missing) + ".");
    }
    return fits(wanted, host);
  }

  private static ClassCpu discovered(JsonNode machineClass, HostCapabilities host) {
    List<String> known = texts(machineClass.path("status").path("cpuFeatures").path("enabled"));
    List<String> features =
        known.isEmpty() ? List.copyOf(new TreeSet<>(host.cpuFeatures())) : known;
    return features.isEmpty()
        ? new Unfit("NoCpuFeaturesEnabled", "No processor features were found on this host.")
        : features(features, host);
  }

  private static Fits fits(List<String> wanted, HostCapabilities host) {
    List<String> required = new ArrayList<>(wanted);
    List<String> optional = new ArrayList<>();
    if (required.remove("invtsc")) {
      optional.add("invtsc");
    }
    if (!required.contains("svm")) {
      optional.add("svm");
    }
    Set<String> unused = new TreeSet<>(host.cpuFeatures());
    unused.removeAll(wanted);
    return new Fits(new CpuModel.Features(required, optional), wanted, List.copyOf(unused));
  }

  private static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asString("")));
    return texts;
  }
}
