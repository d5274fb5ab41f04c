package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Counts the changes of what the user wants. */
final class Generations {

  private Generations() {}

  /** Of the kinds that Kubernetes has itself and that are served here, one has a generation. */
  static boolean counted(Kind kind) {
    return !kind.ofKubernetes() || kind.group().equals("apiextensions.k8s.io");
  }

  /** Whether anything but metadata and status differs. */
  static boolean wantsOtherThan(ObjectNode old, ObjectNode now) {
    return differs(old, now) || differs(now, old);
  }

  private static boolean differs(ObjectNode one, ObjectNode other) {
    for (Map.Entry<String, JsonNode> field : one.properties()) {
      String name = field.getKey();
      if (!name.equals("metadata")
          && !name.equals("status")
          && !name.equals("apiVersion")
          && !field.getValue().equals(other.path(name))) {
        return true;
      }
    }
    return false;
  }
}
