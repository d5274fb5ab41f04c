package cairn.appliance.cli;

/** A console that was refused, in words for people. */
final class ConsoleRefusal {

  /** The platform's words, on which its other clients rely; they come with code 500. */
  private static final String NOT_RUNNING = "VirtualMachine is not Running";

  private ConsoleRefusal() {}

  static String said(String machine, String message) {
    return message.contains(NOT_RUNNING)
        ? "machine '%s' does not run now, so it has no console; see: cairn get vm"
            .formatted(machine)
        : message;
  }
}
