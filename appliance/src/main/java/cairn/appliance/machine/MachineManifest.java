package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.blockdevice.BlockDeviceRef;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * A machine's spec as it is read: a view, never written back.
 *
 * @param addressName name of the claim on an address, or empty for one of its own
 * @param restartsItself whether pending changes restart it without being asked
 */
record MachineManifest(
    RunPolicy runPolicy,
    String machineClass,
    int cores,
    String coreFraction,
    long memoryBytes,
    String osType,
    String bootloader,
    boolean paravirtual,
    Duration grace,
    List<BlockDeviceRef> devices,
    String addressName,
    Map<String, String> nodeSelector,
    boolean restartsItself) {

  private static final Duration USUAL_GRACE = Duration.ofSeconds(60);

  /** Longer than any guest takes, and short enough to be added to any date. */
  private static final Duration LONGEST_GRACE = Duration.ofDays(3650);

  MachineManifest {
    requireNonNull(runPolicy, "runPolicy is null");
    requireNonNull(machineClass, "machineClass is null");
    requireNonNull(coreFraction, "coreFraction is null");
    requireNonNull(osType, "osType is null");
    requireNonNull(bootloader, "bootloader is null");
    requireNonNull(grace, "grace is null");
    devices = List.copyOf(devices);
    requireNonNull(addressName, "addressName is null");
    nodeSelector = Map.copyOf(nodeSelector);
  }

  /** Whether devices of its spec come and go while it runs; else they wait for a restart. */
  boolean plugsDevices() {
    return plugsDevices(osType, paravirtual);
  }

  static boolean plugsDevices(JsonNode spec) {
    return plugsDevices(
        spec.path("osType").asString(""), spec.path("enableParavirtualization").asBoolean(true));
  }

  private static boolean plugsDevices(String osType, boolean paravirtual) {
    return paravirtual && !osType.equals("Legacy");
  }

  /**
   * @param machine a document with {@code spec}, defaulted by its schema
   */
  static MachineManifest read(JsonNode machine) {
    JsonNode spec = machine.path("spec");
    Map<String, String> selector = new HashMap<>();
    for (var entry : spec.path("nodeSelector").properties()) {
      selector.put(entry.getKey(), entry.getValue().asString(""));
    }
    return new MachineManifest(
        RunPolicy.read(spec.path("runPolicy").asString("")),
        spec.path("virtualMachineClassName").asString(""),
        cores(spec.path("cpu").path("cores")),
        spec.path("cpu").path("coreFraction").asString("100%"),
        ByteCount.parse(spec.path("memory").path("size")).orElse(0),
        spec.path("osType").asString("Generic"),
        spec.path("bootloader").asString("BIOS"),
        spec.path("enableParavirtualization").asBoolean(true),
        grace(spec.path("terminationGracePeriodSeconds")),
        BlockDeviceRef.of(machine),
        spec.path("virtualMachineIPAddressName").asString(""),
        selector,
        spec.path("disruptions").path("restartApprovalMode").asString("").equals("Automatic"));
  }

  /** The guaranteed share of each core; what is no percentage is a whole one. */
  int percent() {
    String digits = coreFraction.replace("%", "");
    boolean number =
        !digits.isEmpty() && digits.length() < 4 && digits.chars().allMatch(Character::isDigit);
    return number ? Math.clamp(Integer.parseInt(digits), 1, 100) : 100;
  }

  /** A number that cannot be one of cores is a defect of admission, and never another number. */
  private static int cores(JsonNode cores) {
    return cores.isMissingNode() ? 1 : cores.asInt();
  }

  private static Duration grace(JsonNode seconds) {
    long asked = seconds.isMissingNode() ? USUAL_GRACE.toSeconds() : seconds.asLong();
    return Duration.ofSeconds(Math.clamp(asked, 0, LONGEST_GRACE.toSeconds()));
  }
}
