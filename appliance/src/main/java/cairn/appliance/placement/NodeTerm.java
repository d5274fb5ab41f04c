package cairn.appliance.placement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** One alternative of a required affinity to nodes: conditions on labels and on the name. */
record NodeTerm(List<Requirement> labels, List<Requirement> fields) {

  private static final String NAME = "metadata.name";

  NodeTerm {
    labels = List.copyOf(labels);
    fields = List.copyOf(fields);
  }

  static List<NodeTerm> read(JsonNode terms) {
    List<NodeTerm> read = new ArrayList<>();
    for (JsonNode term : terms) {
      read.add(
          new NodeTerm(
              LabelTerms.expressions(term.path("matchExpressions")),
              LabelTerms.expressions(term.path("matchFields"))));
    }
    return read;
  }

  /** A term without conditions matches no node. */
  boolean holds(NodeView node) {
    boolean says = !labels.isEmpty() || !fields.isEmpty();
    return says
        && labels.stream().allMatch(each -> each.holds(node.labels()))
        && fields.stream().allMatch(each -> each.holds(Map.of(NAME, node.name())));
  }

  @Override
  public String toString() {
    List<String> all =
        Stream.concat(labels.stream(), fields.stream()).map(Requirement::toString).toList();
    return all.isEmpty() ? "nothing" : String.join(" and ", all);
  }
}
