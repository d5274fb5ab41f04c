package cairn.hypervisor.libvirt;

import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * QEMU's own word on why it stands still: {@code query-status} ({@code RunState} of QEMU 7.2) and,
 * for a disk, {@code query-block} ({@code BlockDeviceIoStatus}). Pure: asking is the caller's.
 */
final class QemuStatus {

  static final String QUESTION = "{\"execute\":\"query-status\"}";
  static final String DISKS_QUESTION = "{\"execute\":\"query-block\"}";

  private static final JsonMapper JSON = new JsonMapper();
  private static final String ALIAS = "/machine/peripheral/ua-";

  /** One disk that stopped the guest. */
  private record Failed(String disk, boolean full) {}

  private QemuStatus() {}

  /** Empty if it does not stand still any more. */
  static Optional<PauseCause> pauseCause(String answer) {
    return switch (read(answer).at("/return/status").asString("")) {
      case "running" -> Optional.empty();
      case "internal-error" -> Optional.of(PauseCause.INTERNAL_ERROR);
      case "io-error" -> Optional.of(PauseCause.DISK_ERROR);
      case "guest-panicked" -> Optional.of(PauseCause.GUEST_PANICKED);
      default -> Optional.of(PauseCause.OTHER);
    };
  }

  /** Which disks stopped the guest, and whether that was for want of room. */
  static Power.Paused diskError(String answer) {
    List<Failed> failed = new ArrayList<>();
    for (JsonNode device : read(answer).path("return")) {
      switch (device.path("io-status").asString("")) {
        case "nospace" -> failed.add(new Failed(name(device), true));
        case "failed" -> failed.add(new Failed(name(device), false));
        default -> {}
      }
    }
    boolean full = !failed.isEmpty() && failed.stream().allMatch(Failed::full);
    return new Power.Paused(
        full ? PauseCause.DISK_FULL : PauseCause.DISK_ERROR,
        String.join(
            ", ",
            failed.stream()
                .map(each ->
                    each.disk()
                        + (each.full() ? ": no space left (ENOSPC)" : ": input/output error"))
                .toList()));
  }

  /** The name that we gave the disk, or QEMU's word where it is not one of ours. */
  private static String name(JsonNode device) {
    String path = device.path("qdev").asString("");
    if (path.startsWith(ALIAS)) {
      String alias = path.substring(ALIAS.length());
      int end = alias.indexOf('/');
      return end < 0 ? alias : alias.substring(0, end);
    }
    return path.startsWith("ua-") ? path.substring("ua-".length()) : path;
  }

  private static JsonNode read(String answer) {
    try {
      return JSON.readTree(answer);
    } catch (JacksonException notJson) {
      return JSON.missingNode();
    }
  }
}
