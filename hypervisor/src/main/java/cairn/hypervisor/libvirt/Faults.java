package cairn.hypervisor.libvirt;

import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.HypervisorFault.Kind;

/**
 * Where libvirt's error numbers become faults, and the only place. Numbers are of libvirt 9.0's
 * {@code virterror.h}; the texts differ between versions and are never read.
 */
final class Faults {

  static final int NO_DOMAIN = 42;
  static final int OPERATION_INVALID = 55;

  /** Of QEMU's monitor, among other things. */
  static final int INTERNAL_ERROR = 1;

  static final int OPERATION_FAILED = 9;
  static final int OPERATION_TIMEOUT = 68;
  static final int AGENT_UNRESPONSIVE = 86;

  /** The agent answered another question than the one it was asked. */
  static final int AGENT_UNSYNCED = 97;

  private static final int NO_MEMORY = 2;
  private static final int NO_SUPPORT = 3;
  private static final int NO_CONNECT = 5;
  private static final int INVALID_ARG = 8;
  private static final int XML_ERROR = 27;
  private static final int XML_DETAIL = 35;
  private static final int RPC = 39;
  private static final int CONFIG_UNSUPPORTED = 67;
  private static final int RESOURCE_BUSY = 87;
  private static final int OPERATION_UNSUPPORTED = 84;
  private static final int XML_INVALID_SCHEMA = 92;

  /** {@code VIR_FROM_RPC}: the talk with the daemon, not what was talked about. */
  private static final int FROM_RPC = 7;

  private Faults() {}

  /** The fault for a call that failed over a connection that is in order. */
  static HypervisorFault of(String what, LibvirtError error) {
    if (error.domain() == FROM_RPC) {
      return daemonLost(what, error);
    }
    return switch (error.code()) {
      case NO_DOMAIN -> fault(Kind.MISSING, "MachineNotDefined", what, error);
      case NO_MEMORY -> fault(Kind.EXHAUSTED, "HostMemoryExhausted", what, error);
      case XML_ERROR, XML_DETAIL, XML_INVALID_SCHEMA ->
          fault(Kind.BROKEN, "DefinitionInvalid", what, error);
      case CONFIG_UNSUPPORTED, NO_SUPPORT, OPERATION_UNSUPPORTED, INVALID_ARG ->
          fault(Kind.REJECTED, "NotSupportedByHost", what, error);
      case OPERATION_INVALID -> fault(Kind.REJECTED, "WrongState", what, error);
      case OPERATION_TIMEOUT, RESOURCE_BUSY, AGENT_UNRESPONSIVE ->
          fault(Kind.TRANSIENT, "HostBusy", what, error);
      case RPC, NO_CONNECT -> daemonLost(what, error);
      default -> fault(Kind.BROKEN, "HypervisorFailed", what, error);
    };
  }

  /** The daemon went away, or is not there: whatever failed may be tried again. */
  static HypervisorFault daemonLost(String what, Throwable cause) {
    return new HypervisorFault(
        Kind.TRANSIENT,
        "LibvirtUnavailable",
        what + ": libvirt does not answer (" + cause.getMessage() + "); try again",
        cause);
  }

  private static HypervisorFault fault(Kind kind, String reason, String what, LibvirtError error) {
    return new HypervisorFault(
        kind,
        reason,
        "%s: %s (libvirt error %d)".formatted(what, error.brief(), error.code()),
        error);
  }
}
