package cairn.appliance.cli;

import picocli.CommandLine.Command;

@Command(
    name = "start",
    description = "Starts machines.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Each gets a VirtualMachineOperation, the record that it was done.",
      "",
      "Examples:",
      "  cairn start front back -n web",
      "  cairn start front --wait --timeout 60"
    })
final class StartCommand extends PowerCommand {

  StartCommand() {
    super("Start");
  }
}
