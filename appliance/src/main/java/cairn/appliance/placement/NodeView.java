package cairn.appliance.placement;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The node as placement sees it. */
public record NodeView(String name, Map<String, String> labels, List<Taint> taints) {

  private static final String UNSCHEDULABLE = "node.kubernetes.io/unschedulable";

  public NodeView {
    requireNonNull(name, "name is null");
    labels = Map.copyOf(labels);
    taints = List.copyOf(taints);
  }

  /** Reads a Node; one that is cordoned off has the taint that says so. */
  public static NodeView read(JsonNode node) {
    List<Taint> taints = new ArrayList<>();
    node.path("spec").path("taints").forEach(taint -> taints.add(Taint.read(taint)));
    if (node.path("spec").path("unschedulable").asBoolean(false)
        && taints.stream().noneMatch(taint -> taint.key().equals(UNSCHEDULABLE))) {
      taints.add(new Taint(UNSCHEDULABLE, "", "NoSchedule"));
    }
    return new NodeView(
        node.path("metadata").path("name").asString(""),
        texts(node.path("metadata").path("labels")),
        taints);
  }

  /** The labels of any object. */
  public static Map<String, String> texts(JsonNode map) {
    Map<String, String> texts = new HashMap<>();
    for (var entry : map.properties()) {
      texts.put(entry.getKey(), entry.getValue().asString(""));
    }
    return texts;
  }
}
