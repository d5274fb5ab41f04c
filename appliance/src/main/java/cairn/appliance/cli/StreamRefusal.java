package cairn.appliance.cli;

/** A stream that was refused or ended, in words for people. */
final class StreamRefusal {

  /** The platform's words, on which its other clients rely; they come with code 500. */
  private static final String NOT_RUNNING = "VirtualMachine is not Running";

  private StreamRefusal() {}

  static String said(String machine, String message) {
    return message.contains(NOT_RUNNING)
        ? "machine '%s' does not run now, so there is nothing to connect to; see: cairn get vm"
            .formatted(machine)
        : message;
  }
}
