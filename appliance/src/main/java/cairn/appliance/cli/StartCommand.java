package cairn.appliance.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

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
final class StartCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Mixin private PowerOrder order;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  StartCommand() {}

  @Override
  public Integer call() {
    return order.carryOut(
        cairn.connect(), target, "Start", Optional.empty(), spec.commandLine().getOut());
  }
}
