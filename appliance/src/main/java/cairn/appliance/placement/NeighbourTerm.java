package cairn.appliance.placement;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/**
 * Which other machines a machine wants beside it, or does not want.
 *
 * @param machines the labels they have; empty: the term is about nobody
 * @param namespaces where they are by name
 * @param namespaceLabels where they are by the labels of their namespace, beside those by name
 * @param topologyKey the label of nodes whose value says what is beside
 */
record NeighbourTerm(
    Optional<LabelTerms> machines,
    Set<String> namespaces,
    Optional<LabelTerms> namespaceLabels,
    String topologyKey) {

  NeighbourTerm {
    requireNonNull(machines, "machines is null");
    namespaces = Set.copyOf(namespaces);
    requireNonNull(namespaceLabels, "namespaceLabels is null");
    requireNonNull(topologyKey, "topologyKey is null");
  }

  /**
   * @param namespace of the machine that has the terms
   * @param labels of that machine
   */
  static List<NeighbourTerm> read(JsonNode terms, String namespace, Map<String, String> labels) {
    List<NeighbourTerm> read = new ArrayList<>();
    for (JsonNode term : terms) {
      Set<String> names = new HashSet<>();
      term.path("namespaces").forEach(name -> names.add(name.asString("")));
      Optional<LabelTerms> by =
          term.path("namespaceSelector").isObject()
              ? Optional.of(LabelTerms.read(term.path("namespaceSelector")))
              : Optional.empty();
      if (names.isEmpty() && by.isEmpty()) {
        names.add(namespace);
      }
      read.add(
          new NeighbourTerm(
              machines(term, labels), names, by, term.path("topologyKey").asString("")));
    }
    return read;
  }

  /** The selector, and what it shall share or not share with the machine itself. */
  private static Optional<LabelTerms> machines(JsonNode term, Map<String, String> own) {
    if (!term.path("labelSelector").isObject()) {
      return Optional.empty();
    }
    List<Requirement> all =
        new ArrayList<>(LabelTerms.read(term.path("labelSelector")).requirements());
    for (JsonNode key : term.path("matchLabelKeys")) {
      Optional.ofNullable(own.get(key.asString("")))
          .ifPresent(value -> all.add(Requirement.equal(key.asString(""), value)));
    }
    for (JsonNode key : term.path("mismatchLabelKeys")) {
      Optional.ofNullable(own.get(key.asString("")))
          .ifPresent(value ->
              all.add(
                  new Requirement(key.asString(""), Requirement.Operator.NOT_IN, List.of(value))));
    }
    return Optional.of(new LabelTerms(all));
  }

  /**
   * @param labelsOfNamespace by the namespace's name
   */
  boolean means(
      String namespace,
      Map<String, String> labels,
      Function<String, Map<String, String>> labelsOfNamespace) {
    if (machines.isEmpty() || !machines.get().hold(labels)) {
      return false;
    }
    return namespaces.contains(namespace)
        || namespaceLabels
            .filter(terms -> terms.hold(labelsOfNamespace.apply(namespace)))
            .isPresent();
  }

  @Override
  public String toString() {
    return "machines with "
        + machines.map(LabelTerms::toString).orElse("no labels at all")
        + " by "
        + topologyKey;
  }
}
