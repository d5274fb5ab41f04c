package cairn.appliance.machineclass;

import static java.util.Objects.requireNonNull;

import cairn.appliance.placement.LabelTerms;
import cairn.appliance.placement.NodeView;
import cairn.hypervisor.CpuModel;
import cairn.hypervisor.HostCapabilities;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/** Which processor a class gives its machines, and whether this host has it. Pure. */
public sealed interface ClassCpu {

  /**
   * The host can do it.
   *
   * @param enabled what the status shows; empty where it shows none
   * @param notEnabled what the host has and the class does not use
   */
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
   * @param spec of the class
   * @param discovered features that Discovery once found; empty while it found none
   */
  static ClassCpu of(JsonNode spec, List<String> discovered, HostCapabilities host, NodeView node) {
    JsonNode cpu = spec.path("cpu");
    return switch (type(spec)) {
      // These fit every node: which nodes they are is another question.
      case "Host" -> new Fits(new CpuModel.Host(), List.of(), List.of());
      case "HostPassthrough" -> new Fits(new CpuModel.HostPassthrough(), List.of(), List.of());
      case "Model" ->
          selected(spec, node).orElseGet(() -> model(cpu.path("model").asString(""), host, node));
      case "Features" ->
          selected(spec, node).orElseGet(() -> features(texts(cpu.path("features")), host, node));
      default -> {
        if (discovered.isEmpty()) {
          yield new Unfit("NoCpuFeaturesEnabled", undiscovered(spec, node));
        }
        yield selected(spec, node).orElseGet(() -> features(discovered, host, node));
      }
    };
  }

  /**
   * What Discovery finds; nothing for other types, and where no node is meant by it. What is found
   * first stays.
   */
  static List<String> discover(JsonNode spec, HostCapabilities host, NodeView node) {
    return type(spec).equals("Discovery") && pool(spec).hold(node.labels())
        ? List.copyOf(new TreeSet<>(host.cpuFeatures()))
        : List.of();
  }

  /** Whether the class' selector means the node. */
  static boolean selects(JsonNode spec, NodeView node) {
    return LabelTerms.read(spec.path("nodeSelector")).hold(node.labels());
  }

  static String type(JsonNode spec) {
    return spec.path("cpu").path("type").asString("");
  }

  private static LabelTerms pool(JsonNode spec) {
    return LabelTerms.read(spec.path("cpu").path("discovery").path("nodeSelector"));
  }

  private static String undiscovered(JsonNode spec, NodeView node) {
    return pool(spec)
        .missing(node.labels())
        .map(missing ->
            "spec.cpu.discovery.nodeSelector wants %s, which node %s has not."
                .formatted(missing, node.name()))
        .orElseGet(() -> "No processor features were found on node " + node.name() + ".");
  }

  private static Optional<ClassCpu> selected(JsonNode spec, NodeView node) {
    return LabelTerms.read(spec.path("nodeSelector"))
        .missing(node.labels())
        .map(missing ->
            new Unfit(
                "NoSuitableNodesFound",
                "spec.nodeSelector wants %s, which node %s has not."
                    .formatted(missing, node.name())));
  }

  private static ClassCpu model(String model, HostCapabilities host, NodeView node) {
    return host.usableCpuModels().contains(model)
        ? new Fits(new CpuModel.Named(model), List.of(), List.of())
        : new Unfit(
            "NoSuitableNodesFound",
            "Node %s cannot offer the processor model \"%s\"; it offers %s."
                .formatted(
                    node.name(), model, String.join(", ", new TreeSet<>(host.usableCpuModels()))));
  }

  private static ClassCpu features(List<String> wanted, HostCapabilities host, NodeView node) {
    List<String> missing =
        wanted.stream()
            .filter(each -> !optional(each))
            .filter(each -> !host.cpuFeatures().contains(each))
            .toList();
    return missing.isEmpty()
        ? fits(wanted, host)
        : new Unfit(
            "NoSuitableNodesFound",
            "The processor of node %s lacks %s."
                .formatted(node.name(), String.join(", ", missing)));
  }

  private static Fits fits(List<String> wanted, HostCapabilities host) {
    List<String> required = wanted.stream().filter(each -> !optional(each)).toList();
    List<String> optional = new ArrayList<>(wanted.stream().filter(ClassCpu::optional).toList());
    if (!wanted.contains("svm")) {
      optional.add("svm");
    }
    Set<String> unused = new TreeSet<>(host.cpuFeatures());
    unused.removeAll(wanted);
    return new Fits(new CpuModel.Features(required, optional), wanted, List.copyOf(unused));
  }

  /** A clock that never changes its pace is a property of the whole host, and not asked of it. */
  private static boolean optional(String feature) {
    return feature.equals("invtsc");
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(each -> texts.add(each.asString("")));
    return texts;
  }
}
