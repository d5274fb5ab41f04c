package cairn.appliance.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/**
 * What {@code start}, {@code stop} and {@code restart} have in common: an operation per machine.
 */
abstract class PowerCommand implements Callable<Integer> {

  private final String operation;

  @ParentCommand private Cairn cairn;

  @Mixin private Target target;

  @Mixin private PowerOrder order;

  @Spec private CommandSpec spec;

  /**
   * @param operation type of the VirtualMachineOperation
   */
  @SuppressWarnings("NullAway.Init") // Picocli fills the fields before call().
  PowerCommand(String operation) {
    this.operation = operation;
  }

  /** Whether the guest is passed over; empty where an operation cannot say so. */
  Optional<Boolean> force() {
    return Optional.empty();
  }

  @Override
  public final Integer call() {
    return order.carryOut(cairn.connect(), target, operation, force(), spec.commandLine().getOut());
  }
}
