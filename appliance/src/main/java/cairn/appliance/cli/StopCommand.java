package cairn.appliance.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

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
final class StopCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Mixin private PowerOrder order;

  @Option(
      names = {"-f", "--force"},
      description = "As by pulling the plug: the guest is not asked.")
  private boolean force;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  StopCommand() {}

  @Override
  public Integer call() {
    return order.carryOut(
        cairn.connect(),
        target,
        "Stop",
        force ? Optional.of(true) : Optional.empty(),
        spec.commandLine().getOut());
  }
}
