package cairn.appliance.machineclass;

import static java.util.Objects.requireNonNull;

import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is remembered of a class in its private record.
 *
 * @param discovered features that Discovery found first; they stay, whatever the host becomes
 * @param seen whether {@code policies} and {@code nodes} are of an earlier pass
 * @param policies sizing policies, to notice that they were changed
 * @param nodes that fitted
 */
record ClassMemory(List<String> discovered, boolean seen, JsonNode policies, List<String> nodes) {

  private static final String DISCOVERED = "discovered";
  private static final String NOTED = "noted";
  private static final String POLICIES = "sizingPolicies";
  private static final String NODES = "availableNodes";

  ClassMemory {
    discovered = List.copyOf(discovered);
    requireNonNull(policies, "policies is null");
    nodes = List.copyOf(nodes);
  }

  static ClassMemory read(JsonNode privateDocument) {
    JsonNode noted = privateDocument.path(NOTED);
    return new ClassMemory(
        ClassCpu.texts(privateDocument.path(DISCOVERED)),
        noted.isObject(),
        noted.path(POLICIES),
        ClassCpu.texts(noted.path(NODES)));
  }

  void writeTo(ObjectNode privateDocument) {
    privateDocument.remove(DISCOVERED);
    if (!discovered.isEmpty()) {
      discovered.forEach(privateDocument.putArray(DISCOVERED)::add);
    }
    ObjectNode noted = privateDocument.putObject(NOTED);
    if (!policies.isMissingNode()) {
      noted.set(POLICIES, policies.deepCopy());
    }
    nodes.forEach(noted.putArray(NODES)::add);
  }
}
