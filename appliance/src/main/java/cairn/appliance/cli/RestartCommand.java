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
final class RestartCommand implements Callable<Integer> {

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Mixin private PowerOrder order;

  @Option(
      names = {"-f", "--force"},
      description = "As by pulling the plug: the guest is not asked.")
  private boolean force;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  RestartCommand() {}

  @Override
  public Integer call() {
    return order.carryOut(
        cairn.connect(),
        target,
        "Restart",
        force ? Optional.of(true) : Optional.empty(),
        spec.commandLine().getOut());
  }
}
