package cairn.appliance.namespace;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is left of a namespace that is being emptied, and what Kubernetes' conditions say of it. */
final class Emptying {

  private final SortedMap<String, Integer> leftByResource = new TreeMap<>();
  private final SortedMap<String, Integer> heldByFinalizer = new TreeMap<>();
  private final List<String> failures = new ArrayList<>();

  /** One object is still there. */
  void left(String resource, JsonNode finalizers) {
    leftByResource.merge(resource, 1, Integer::sum);
    finalizers.forEach(each -> heldByFinalizer.merge(each.asString(""), 1, Integer::sum));
  }

  /** Something would not even be asked to go. */
  void failed(String what) {
    failures.add(what);
  }

  boolean isEmpty() {
    return leftByResource.isEmpty() && failures.isEmpty();
  }

  /** The conditions of the namespace; those that say the same keep their time. */
  ArrayNode conditions(JsonNode namespace, Instant now) {
    ArrayNode conditions = JsonNodeFactory.instance.arrayNode();
    for (Said said : said()) {
      conditions.add(condition(said, before(namespace, said.type()), now));
    }
    return conditions;
  }

  private record Said(String type, boolean holds, String reason, String message) {}

  private List<Said> said() {
    return List.of(
        new Said(
            "NamespaceDeletionDiscoveryFailure",
            false,
            "ResourcesDiscovered",
            "All resources successfully discovered"),
        new Said(
            "NamespaceDeletionGroupVersionParsingFailure",
            false,
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed"),
        failures.isEmpty()
            ? new Said(
                "NamespaceDeletionContentFailure",
                false,
                "ContentDeleted",
                "All content successfully deleted, may be waiting on finalization")
            : new Said(
                "NamespaceDeletionContentFailure",
                true,
                "ContentDeletionFailed",
                "Failed to delete all resource types, "
                    + failures.size()
                    + " remaining: "
                    + String.join(", ", failures)),
        leftByResource.isEmpty()
            ? new Said(
                "NamespaceContentRemaining",
                false,
                "ContentRemoved",
                "All content successfully removed")
            : new Said(
                "NamespaceContentRemaining",
                true,
                "SomeResourcesRemain",
                "Some resources are remaining: "
                    + counted(leftByResource, "%s has %d resource instances")),
        heldByFinalizer.isEmpty()
            ? new Said(
                "NamespaceFinalizersRemaining",
                false,
                "ContentHasNoFinalizers",
                "All content-preserving finalizers finished")
            : new Said(
                "NamespaceFinalizersRemaining",
                true,
                "SomeFinalizersRemain",
                "Some content in the namespace has finalizers remaining: "
                    + counted(heldByFinalizer, "%s in %d resource instances")));
  }

  private static String counted(Map<String, Integer> numbers, String form) {
    return String.join(
        ", ",
        numbers.entrySet().stream()
            .map(each -> form.formatted(each.getKey(), each.getValue()))
            .toList());
  }

  private static JsonNode before(JsonNode namespace, String type) {
    return namespace
        .path("status")
        .path("conditions")
        .valueStream()
        .filter(condition -> condition.path("type").asString("").equals(type))
        .findFirst()
        .orElseGet(JsonNodeFactory.instance::objectNode);
  }

  private static ObjectNode condition(Said said, JsonNode before, Instant now) {
    String status = said.holds() ? "True" : "False";
    boolean same = before.path("status").asString("").equals(status);
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    ObjectNode condition = JsonNodeFactory.instance.objectNode();
    condition.put("type", said.type()).put("status", status);
    condition.put(
        "lastTransitionTime", same ? before.path("lastTransitionTime").asString(time) : time);
    return condition.put("reason", said.reason()).put("message", said.message());
  }
}
