package cairn.appliance.placement;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * Where a machine wants to run; only what must hold. What is preferred is accepted and has no
 * effect, because there is nothing to choose from.
 *
 * @param selector labels the node must have, by the machine
 * @param classSelector the same, by its class
 * @param nodes alternatives of a required affinity to nodes; empty if there is none
 */
public record Wishes(
    LabelTerms selector,
    LabelTerms classSelector,
    List<Toleration> tolerations,
    Optional<List<NodeTerm>> nodes,
    List<NeighbourTerm> beside,
    List<NeighbourTerm> apart,
    List<SpreadRule> spread) {

  private static final String REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution";

  public Wishes {
    requireNonNull(selector, "selector is null");
    requireNonNull(classSelector, "classSelector is null");
    tolerations = List.copyOf(tolerations);
    nodes = nodes.map(List::copyOf);
    beside = List.copyOf(beside);
    apart = List.copyOf(apart);
    spread = List.copyOf(spread);
  }

  /**
   * @param spec of the machine
   * @param classSpec of its class
   * @param namespace of the machine
   * @param labels of the machine
   */
  public static Wishes read(
      JsonNode spec, JsonNode classSpec, String namespace, Map<String, String> labels) {
    List<Toleration> tolerations = new ArrayList<>(Toleration.read(spec.path("tolerations")));
    tolerations.addAll(Toleration.read(classSpec.path("tolerations")));
    JsonNode affinity = spec.path("affinity");
    JsonNode nodes = affinity.path("nodeAffinity").path(REQUIRED);
    return new Wishes(
        new LabelTerms(LabelTerms.labels(spec.path("nodeSelector"))),
        LabelTerms.read(classSpec.path("nodeSelector")),
        tolerations,
        nodes.isObject()
            ? Optional.of(NodeTerm.read(nodes.path("nodeSelectorTerms")))
            : Optional.empty(),
        NeighbourTerm.read(
            affinity.path("virtualMachineAndPodAffinity").path(REQUIRED), namespace, labels),
        NeighbourTerm.read(
            affinity.path("virtualMachineAndPodAntiAffinity").path(REQUIRED), namespace, labels),
        SpreadRule.read(spec.path("topologySpreadConstraints")));
  }
}
