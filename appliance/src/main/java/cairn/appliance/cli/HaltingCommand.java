package cairn.appliance.cli;

import java.util.Optional;
import picocli.CommandLine.Option;

/** A command that ends the instances of machines, and may do so by force. */
abstract class HaltingCommand extends PowerCommand {

  @Option(
      names = {"-f", "--force"},
      description = "As by pulling the plug: the guest is not asked.")
  private boolean force;

  HaltingCommand(String operation) {
    super(operation);
  }

  @Override
  final Optional<Boolean> force() {
    return force ? Optional.of(true) : Optional.empty();
  }
}
