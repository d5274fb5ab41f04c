package cairn.appliance.machine;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What a running machine was started with and what its spec says now, compared. Pure. */
final class PendingChanges {

  private static final List<String> RESTARTING =
      List.of(
          "virtualMachineClassName",
          "memory.size",
          "osType",
          "bootloader",
          "enableParavirtualization",
          "terminationGracePeriodSeconds",
          "nodeSelector",
          "tolerations",
          "priorityClassName");

  private PendingChanges() {}

  /** Only changes that need a restart, as {@code status.restartAwaitingChanges} has them. */
  static ArrayNode between(JsonNode applied, JsonNode wanted) {
    ArrayNode changes = JsonNodeFactory.instance.arrayNode();
    cpu(applied, wanted).ifPresent(changes::add);
    for (String path : RESTARTING) {
      change(path, at(applied, path), at(wanted, path)).ifPresent(changes::add);
    }
    change("networks", networks(applied), networks(wanted)).ifPresent(changes::add);
    change(
            "virtualMachineIPAddress",
            at(applied, "virtualMachineIPAddressName"),
            at(wanted, "virtualMachineIPAddressName"))
        .ifPresent(changes::add);
    provisioning(applied, wanted, changes);
    devices(applied, wanted, changes);
    return changes;
  }

  private static Optional<ObjectNode> cpu(JsonNode applied, JsonNode wanted) {
    Optional<ObjectNode> cores =
        change("cpu.cores", at(applied, "cpu.cores"), at(wanted, "cpu.cores"));
    Optional<ObjectNode> fraction =
        change("cpu.coreFraction", at(applied, "cpu.coreFraction"), at(wanted, "cpu.coreFraction"));
    return cores.isPresent() && fraction.isPresent()
        ? change("cpu", applied.path("cpu"), wanted.path("cpu"))
        : cores.or(() -> fraction);
  }

  /** Taking first-boot data away needs no restart: it is not read again. */
  private static void provisioning(JsonNode applied, JsonNode wanted, ArrayNode changes) {
    JsonNode before = applied.path("provisioning");
    JsonNode after = wanted.path("provisioning");
    if (after.isMissingNode() || before.equals(after)) {
      return;
    }
    if (before.isMissingNode()) {
      change("provisioning", before, after).map(PendingChanges::untold).ifPresent(changes::add);
      return;
    }
    change("provisioning.userData", before.path("userData"), after.path("userData"))
        .map(PendingChanges::untold)
        .ifPresent(changes::add);
    for (String field : List.of("type", "userDataRef", "sysprepRef")) {
      change("provisioning." + field, before.path(field), after.path(field))
          .ifPresent(changes::add);
    }
  }

  /** First-boot data holds passwords and keys: whoever may read a status need not see them. */
  private static ObjectNode untold(ObjectNode change) {
    change.remove(List.of("currentValue", "desiredValue"));
    return change;
  }

  private static void devices(JsonNode applied, JsonNode wanted, ArrayNode changes) {
    List<JsonNode> before = named(applied.path("blockDeviceRefs"));
    List<JsonNode> after = named(wanted.path("blockDeviceRefs"));
    JsonNode none = JsonNodeFactory.instance.missingNode();
    for (int at = 0; at < Math.max(before.size(), after.size()); at++) {
      change(
              "blockDeviceRefs." + at,
              at < before.size() ? before.get(at) : none,
              at < after.size() ? after.get(at) : none)
          .ifPresent(changes::add);
    }
  }

  /** Without the boot order, which takes effect at the next start without being a change. */
  private static List<JsonNode> named(JsonNode refs) {
    List<JsonNode> named = new ArrayList<>();
    for (JsonNode ref : refs) {
      ObjectNode plain = JsonNodeFactory.instance.objectNode();
      plain.set("kind", ref.path("kind"));
      plain.set("name", ref.path("name"));
      named.add(plain);
    }
    return named;
  }

  private static Optional<ObjectNode> change(String path, JsonNode before, JsonNode after) {
    boolean had = present(before);
    boolean has = present(after);
    if (had == has && (!had || before.equals(after))) {
      return Optional.empty();
    }
    ObjectNode change = JsonNodeFactory.instance.objectNode();
    change.put("operation", operation(had, has));
    change.put("path", path);
    if (had) {
      change.set("currentValue", before);
    }
    if (has) {
      change.set("desiredValue", after);
    }
    return Optional.of(change);
  }

  private static String operation(boolean had, boolean has) {
    if (!had) {
      return "add";
    }
    return has ? "replace" : "remove";
  }

  /** An empty list or object says as much as none. */
  private static boolean present(JsonNode node) {
    return !node.isMissingNode() && !node.isNull() && !(node.isContainer() && node.isEmpty());
  }

  /** The networks a machine has; the Main network alone is what one without any gets. */
  private static JsonNode networks(JsonNode spec) {
    JsonNode networks = spec.path("networks");
    boolean mainAlone =
        networks.size() == 1 && networks.path(0).path("type").asString("").equals("Main");
    return mainAlone ? JsonNodeFactory.instance.missingNode() : networks;
  }

  private static JsonNode at(JsonNode spec, String path) {
    JsonNode found = spec;
    for (String field : path.split("\\.", -1)) {
      found = found.path(field);
    }
    return found;
  }
}
