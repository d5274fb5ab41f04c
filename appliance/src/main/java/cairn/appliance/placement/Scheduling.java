package cairn.appliance.placement;

import static java.util.stream.Collectors.joining;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Decides whether a machine may run on the node, beside those that are there. Pure. */
final class Scheduling {

  /** Labels that only list what the processor can do would drown the others in a sentence. */
  private static final List<String> LONG_LISTS =
      List.of("cpu-feature.node.", "cpu-model.node.", "cpu-model-migration.node.");

  private Scheduling() {}

  /**
   * Why not; empty if it may.
   *
   * @param others that have a place on the node
   * @param labelsOfNamespace by the namespace's name
   */
  static Optional<String> refusal(
      Occupant machine,
      NodeView node,
      Collection<Occupant> others,
      Function<String, Map<String, String>> labelsOfNamespace) {
    return nodeRefusal(machine.wishes(), node)
        .or(() -> besideRefusal(machine, node, others, labelsOfNamespace))
        .or(() -> apartRefusal(machine, node, others, labelsOfNamespace))
        .or(() -> spreadRefusal(machine, node));
  }

  private static Optional<String> nodeRefusal(Wishes wishes, NodeView node) {
    Optional<String> own = wishes.selector().missing(node.labels());
    if (own.isPresent()) {
      return Optional.of("spec.nodeSelector wants %s; %s".formatted(own.get(), described(node)));
    }
    Optional<String> byClass = wishes.classSelector().missing(node.labels());
    if (byClass.isPresent()) {
      return Optional.of(
          "the nodeSelector of its class wants %s; %s".formatted(byClass.get(), described(node)));
    }
    if (wishes.nodes().isPresent()
        && wishes.nodes().get().stream().noneMatch(term -> term.holds(node))) {
      return Optional.of(
          "spec.affinity.nodeAffinity wants %s; %s"
              .formatted(
                  wishes.nodes().get().stream().map(NodeTerm::toString).collect(joining(", or ")),
                  described(node)));
    }
    return node.taints().stream()
        .filter(Taint::keepsAway)
        .filter(taint -> wishes.tolerations().stream().noneMatch(each -> each.tolerates(taint)))
        .findFirst()
        .map(taint ->
            "the node %s has the taint %s, which neither the machine nor its class tolerates"
                .formatted(node.name(), taint));
  }

  private static Optional<String> besideRefusal(
      Occupant machine,
      NodeView node,
      Collection<Occupant> others,
      Function<String, Map<String, String>> labelsOfNamespace) {
    for (NeighbourTerm term : machine.wishes().beside()) {
      if (!node.labels().containsKey(term.topologyKey())) {
        return Optional.of(
            "spec.affinity.virtualMachineAndPodAffinity looks for %s; %s"
                .formatted(term, described(node)));
      }
      boolean found =
          others.stream()
              .anyMatch(
                  other -> term.means(other.key().namespace(), other.labels(), labelsOfNamespace));
      // The first of a group that wants to be together has to begin somewhere.
      boolean first = term.means(machine.key().namespace(), machine.labels(), labelsOfNamespace);
      if (!found && !first) {
        return Optional.of(
            "spec.affinity.virtualMachineAndPodAffinity looks for %s, and none runs on node %s"
                .formatted(term, node.name()));
      }
    }
    return Optional.empty();
  }

  private static Optional<String> apartRefusal(
      Occupant machine,
      NodeView node,
      Collection<Occupant> others,
      Function<String, Map<String, String>> labelsOfNamespace) {
    for (Occupant other : others) {
      for (NeighbourTerm term : machine.wishes().apart()) {
        if (node.labels().containsKey(term.topologyKey())
            && term.means(other.key().namespace(), other.labels(), labelsOfNamespace)) {
          return Optional.of(
              "spec.affinity.virtualMachineAndPodAntiAffinity keeps away from %s, and %s runs on node %s"
                  .formatted(term, named(machine, other), node.name()));
        }
      }
      for (NeighbourTerm term : other.wishes().apart()) {
        if (node.labels().containsKey(term.topologyKey())
            && term.means(machine.key().namespace(), machine.labels(), labelsOfNamespace)) {
          return Optional.of(
              "%s runs on node %s, and its anti-affinity keeps away from %s"
                  .formatted(named(machine, other), node.name(), term));
        }
      }
    }
    return Optional.empty();
  }

  private static Optional<String> spreadRefusal(Occupant machine, NodeView node) {
    for (SpreadRule rule : machine.wishes().spread()) {
      if (!node.labels().containsKey(rule.topologyKey())) {
        return Optional.of(
            "spec.topologySpreadConstraints spreads by the label %s; %s"
                .formatted(rule.topologyKey(), described(node)));
      }
      int self = rule.machines().filter(terms -> terms.hold(machine.labels())).isPresent() ? 1 : 0;
      if (self > rule.maxSkew()) {
        return Optional.of(
            "spec.topologySpreadConstraints allows a skew of %d by %s"
                .formatted(rule.maxSkew(), rule.topologyKey()));
      }
    }
    return Optional.empty();
  }

  /** Whoever may see one namespace is not told the names of machines in another. */
  private static String named(Occupant machine, Occupant other) {
    return machine.key().namespace().equals(other.key().namespace())
        ? "machine " + other.key().name()
        : "a machine of namespace " + other.key().namespace();
  }

  private static String described(NodeView node) {
    String labels =
        new TreeMap<>(node.labels())
            .entrySet().stream()
                .filter(label -> LONG_LISTS.stream().noneMatch(label.getKey()::startsWith))
                .map(label -> label.getKey() + "=" + label.getValue())
                .collect(joining(", "));
    return "the node %s has the labels %s".formatted(node.name(), labels);
  }
}
