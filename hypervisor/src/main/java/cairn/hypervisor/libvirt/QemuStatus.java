package cairn.hypervisor.libvirt;

import cairn.hypervisor.MachineObservation.PauseCause;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** QEMU's own word on why it stands still ({@code query-status}; {@code RunState} of QEMU 7.2). */
final class QemuStatus {

  static final String QUESTION = "{\"execute\":\"query-status\"}";

  private static final JsonMapper JSON = new JsonMapper();

  private QemuStatus() {}

  static PauseCause pauseCause(String answer) {
    try {
      return switch (JSON.readTree(answer).at("/return/status").asString("")) {
        case "internal-error" -> PauseCause.INTERNAL_ERROR;
        case "io-error" -> PauseCause.DISK_ERROR;
        default -> PauseCause.OTHER;
      };
    } catch (JacksonException notJson) {
      return PauseCause.OTHER;
    }
  }
}
