package cairn.appliance.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Of a machine's class, what decides where the machine may run, as it was when its instance was
 * made: kept in the machine's private record. Sizing policies are left out, they never make a
 * running machine wait for a restart. Pure.
 */
final class AppliedClass {

  private static final String FIELD = "appliedClass";
  private static final List<String> COMPARED = List.of("nodeSelector", "tolerations");

  private AppliedClass() {}

  /** Notes the class in a machine's private record, in place. */
  static void note(ObjectNode privateDocument, String name, Optional<JsonNode> machineClass) {
    ObjectNode noted = privateDocument.putObject(FIELD);
    noted.put("name", name);
    for (String field : COMPARED) {
      machineClass
          .map(found -> found.path("spec").path(field))
          .filter(value -> !empty(value))
          .ifPresent(value -> noted.set(field, value.deepCopy()));
    }
  }

  /**
   * What the class has changed since, in words.
   *
   * @param machineClass the class that the machine names now; another one than was noted is a
   *     change of the machine's spec and not one of the class
   */
  static Optional<String> change(
      JsonNode privateDocument, String name, Optional<JsonNode> machineClass) {
    JsonNode noted = privateDocument.path(FIELD);
    if (machineClass.isEmpty() || !noted.path("name").asString("").equals(name)) {
      return Optional.empty();
    }
    List<String> changed = new ArrayList<>();
    for (String field : COMPARED) {
      JsonNode now = machineClass.get().path("spec").path(field);
      JsonNode then = noted.path(field);
      if (!(empty(now) && empty(then)) && !now.equals(then)) {
        changed.add("spec." + field);
      }
    }
    return changed.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "The class \"%s\" has changed %s.".formatted(name, String.join(" and ", changed)));
  }

  private static boolean empty(JsonNode node) {
    return node.isMissingNode() || node.isNull() || (node.isContainer() && node.isEmpty());
  }
}
