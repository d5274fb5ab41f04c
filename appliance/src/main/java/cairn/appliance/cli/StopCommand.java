package cairn.appliance.cli;

import picocli.CommandLine.Command;

@Command(
    name = "stop",
    description = "Stops machines: presses their power button and lets them go down.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Each gets a VirtualMachineOperation, the record that it was done.",
      "",
      "Examples:",
      "  cairn stop front back -n web",
      "  cairn stop front --wait --timeout 60"
    })
final class StopCommand extends HaltingCommand {

  StopCommand() {
    super("Stop");
  }
}
