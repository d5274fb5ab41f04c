package cairn.appliance.events;

import cairn.appliance.resource.Conversion;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events as {@code events.k8s.io/v1} has them: the same fields as in {@code v1}, some under other
 * names.
 */
public final class EventConversion implements Conversion {

  private static final Map<String, String> NEW_BY_OLD =
      Map.of(
          "message", "note",
          "involvedObject", "regarding",
          "reportingComponent", "reportingController",
          "source", "deprecatedSource",
          "firstTimestamp", "deprecatedFirstTimestamp",
          "lastTimestamp", "deprecatedLastTimestamp",
          "count", "deprecatedCount");

  private static final Map<String, String> OLD_BY_NEW =
      NEW_BY_OLD.entrySet().stream()
          .collect(Collectors.toUnmodifiableMap(Map.Entry::getValue, Map.Entry::getKey));

  @Override
  public void show(ObjectNode document) {
    rename(document, NEW_BY_OLD);
  }

  @Override
  public void store(ObjectNode document) {
    rename(document, OLD_BY_NEW);
  }

  /** What a field of {@code v1} is called in a document. */
  static String called(JsonNode document, String old) {
    return isNew(document) ? NEW_BY_OLD.getOrDefault(old, old) : old;
  }

  /** Whether the document is written as {@code events.k8s.io} has it. */
  static boolean isNew(JsonNode document) {
    return document.path("apiVersion").asString("").startsWith("events.k8s.io/");
  }

  /** Fields keep their places. */
  private static void rename(ObjectNode document, Map<String, String> names) {
    List<Map.Entry<String, JsonNode>> fields = new ArrayList<>(document.properties());
    List<Map.Entry<String, JsonNode>> renamed = new ArrayList<>();
    for (Map.Entry<String, JsonNode> field : fields) {
      String name = field.getKey();
      renamed.add(Map.entry(names.getOrDefault(name, name), field.getValue()));
    }
    document.removeAll();
    renamed.forEach(field -> document.set(field.getKey(), field.getValue()));
  }
}
