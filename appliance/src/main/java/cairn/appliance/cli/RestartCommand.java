package cairn.appliance.cli;

import picocli.CommandLine.Command;

@Command(
    name = "restart",
    description = "Restarts machines: they get what waited for a restart.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Each gets a VirtualMachineOperation, the record that it was done.",
      "",
      "Examples:",
      "  cairn restart front back -n web",
      "  cairn restart front --wait --timeout 60"
    })
final class RestartCommand extends HaltingCommand {

  RestartCommand() {
    super("Restart");
  }
}
