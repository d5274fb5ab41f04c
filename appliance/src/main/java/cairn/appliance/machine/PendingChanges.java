package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a running machine was started with and what it would be started with now, compared: only
 * what needs a new instance to take effect. Pure.
 *
 * <p>Fields that are not compared take effect at once ({@code runPolicy}), are read when they are
 * needed ({@code disruptions}, {@code liveMigrationPolicy}), or take effect at the next start
 * without being called a change ({@code blockDeviceRefs[].bootOrder}).
 *
 * @param listed as {@code status.restartAwaitingChanges} has them
 * @param ofClass what the machine's class changed, in words; it is not listed
 */
record PendingChanges(ArrayNode listed, Optional<String> ofClass) {

  static final PendingChanges NONE =
      new PendingChanges(JsonNodeFactory.instance.arrayNode(), Optional.empty());

  /** Values that a field without value has, too. */
  private static final Map<String, String> USUAL =
      Map.of(
          "osType", "Generic",
          "bootloader", "BIOS",
          "enableParavirtualization", "true",
          "terminationGracePeriodSeconds", "60",
          "cpu.coreFraction", "100%",
          "virtualMachineIPAddressName", "");

  private static final List<String> RESTARTING =
      List.of(
          "virtualMachineClassName",
          "memory.size",
          "osType",
          "bootloader",
          "enableParavirtualization",
          "terminationGracePeriodSeconds",
          "nodeSelector",
          "affinity",
          "tolerations",
          "topologySpreadConstraints",
          "priorityClassName",
          "gpus");

  PendingChanges {
    requireNonNull(listed, "listed is null");
    requireNonNull(ofClass, "ofClass is null");
  }

  boolean isEmpty() {
    return listed.isEmpty() && ofClass.isEmpty();
  }

  /** The paths, for a sentence. */
  String paths() {
    return listed
        .valueStream()
        .map(change -> change.path("path").asString(""))
        .collect(Collectors.joining(", "));
  }

  /** Only changes that need a restart, as {@code status.restartAwaitingChanges} has them. */
  static ArrayNode between(JsonNode applied, JsonNode wanted) {
    ArrayNode changes = JsonNodeFactory.instance.arrayNode();
    cpu(applied, wanted).ifPresent(changes::add);
    for (String path : RESTARTING) {
      field(path, path, applied, wanted).ifPresent(changes::add);
    }
    change("networks", networks(applied), networks(wanted)).ifPresent(changes::add);
    field("virtualMachineIPAddress", "virtualMachineIPAddressName", applied, wanted)
        .ifPresent(changes::add);
    provisioning(applied, wanted, changes);
    devices(applied, wanted, changes);
    return changes;
  }

  private static Optional<ObjectNode> cpu(JsonNode applied, JsonNode wanted) {
    Optional<ObjectNode> cores = field("cpu.cores", "cpu.cores", applied, wanted);
    Optional<ObjectNode> fraction = field("cpu.coreFraction", "cpu.coreFraction", applied, wanted);
    return cores.isPresent() && fraction.isPresent()
        ? change("cpu", applied.path("cpu"), wanted.path("cpu"))
        : cores.or(() -> fraction);
  }

  /**
   * One field: two values that mean the same are no change.
   *
   * @param name what the list calls it
   */
  private static Optional<ObjectNode> field(
      String name, String path, JsonNode applied, JsonNode wanted) {
    JsonNode before = at(applied, path);
    JsonNode after = at(wanted, path);
    Optional<String> usual = Optional.ofNullable(USUAL.get(path));
    boolean same =
        (usual.isPresent() && text(before, usual.get()).equals(text(after, usual.get())))
            || (path.equals("memory.size") && sameSize(before, after));
    return same ? Optional.empty() : change(name, before, after);
  }

  private static String text(JsonNode value, String usual) {
    return value.isMissingNode() || value.isNull() ? usual : value.asString(usual);
  }

  private static boolean sameSize(JsonNode before, JsonNode after) {
    return present(before)
        && present(after)
        && ByteCount.parse(before).equals(ByteCount.parse(after));
  }

  /**
   * Taking cloud-init's data away needs no restart: it is not read again. An answer file of Windows
   * is on a drive that the guest sees, so its removal does.
   */
  private static void provisioning(JsonNode applied, JsonNode wanted, ArrayNode changes) {
    JsonNode before = applied.path("provisioning");
    JsonNode after = wanted.path("provisioning");
    if (before.equals(after) || (!present(before) && !present(after))) {
      return;
    }
    if (!present(after)) {
      if (before.path("type").asString("").equals("SysprepRef")) {
        change("provisioning", before, after).ifPresent(changes::add);
      }
      return;
    }
    if (!present(before)) {
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

  /** Where devices come and go while the machine runs they wait for nothing. */
  private static void devices(JsonNode applied, JsonNode wanted, ArrayNode changes) {
    if (MachineManifest.plugsDevices(applied)) {
      return;
    }
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
