package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.machine.PowerMemory.Kind;
import cairn.appliance.machine.PowerMemory.Manner;
import cairn.appliance.machine.PowerMemory.Request;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import java.util.OptionalLong;
import java.util.UUID;

/** How an operation tells a machine what to do, and learns what came of it. */
public final class PowerRequests {

  private final Resources resources;

  public PowerRequests(Resources resources) {
    this.resources = requireNonNull(resources, "resources is null");
  }

  /**
   * Hands the request over, in one durable write; asking twice for the same operation changes
   * nothing.
   *
   * @return the instance that ran at that moment, if one did
   */
  public OptionalLong ask(Resource machine, UUID operation, Kind kind, Manner manner) {
    return resources
        .amend(
            machine.key(),
            object -> {
              PowerMemory memory = PowerMemory.read(object.privateDocument());
              boolean known =
                  memory
                      .request()
                      .filter(request -> request.operation().equals(operation.toString()))
                      .isPresent();
              if (!known) {
                memory
                    .asked(new Request(operation.toString(), kind, manner, memory.instance()))
                    .writeTo(object.privateDocument());
              }
              return object;
            })
        .map(after -> PowerMemory.read(after.privateDocument()).instance())
        .orElse(OptionalLong.empty());
  }

  /** Whether the machine still has to do what the operation asked for. */
  public static boolean open(Resource machine, UUID operation) {
    return PowerMemory.read(machine.privateDocument())
        .request()
        .filter(request -> request.operation().equals(operation.toString()))
        .isPresent();
  }

  /** The running instance as the machine remembers it. */
  public static OptionalLong instance(Resource machine) {
    return PowerMemory.read(machine.privateDocument()).instance();
  }
}
