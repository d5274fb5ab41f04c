package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.machine.PowerMemory.Kind;
import cairn.appliance.machine.PowerMemory.Manner;
import cairn.appliance.machine.PowerMemory.Request;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * How an operation tells a machine what to do, and learns what came of it. One operation has the
 * machine at a time: which one stands in the machine's private record and changes by
 * compare-and-set, so that of two that begin at once only one does.
 */
public final class PowerRequests {

  private static final String HOLDER = "operation";
  private static final String UID = "uid";
  private static final String REPLACES = "replaces";

  private final Resources resources;

  public PowerRequests(Resources resources) {
    this.resources = requireNonNull(resources, "resources is null");
  }

  /** What came of asking. */
  public sealed interface Answer {

    /**
     * The operation has the machine.
     *
     * @param replaces the instance that ran when it was asked, if one did
     */
    record Granted(OptionalLong replaces) implements Answer {}

    /** Another was faster, or the machine is gone. */
    record Taken() implements Answer {}
  }

  /**
   * Hands the request over, in one durable write; asking twice for the same operation changes
   * nothing.
   *
   * @param before the operation that had the machine when it was looked at, and is to lose it
   */
  public Answer ask(
      Resource machine, UUID operation, Optional<UUID> before, Kind kind, Manner manner) {
    return resources
        .amend(
            machine,
            object -> {
              ObjectNode record = object.privateDocument();
              if (!holds(record, operation) && holder(record).equals(before)) {
                PowerMemory memory = PowerMemory.read(record);
                memory
                    .asked(new Request(operation.toString(), kind, manner, memory.instance()))
                    .writeTo(record);
                ObjectNode holder = record.putObject(HOLDER);
                holder.put(UID, operation.toString());
                memory.instance().ifPresent(pid -> holder.put(REPLACES, pid));
              }
              return object;
            })
        .filter(after -> holds(after.privateDocument(), operation))
        .<Answer>map(after -> {
          JsonNode replaced = after.privateDocument().path(HOLDER).path(REPLACES);
          return new Answer.Granted(
              replaced.isNumber() ? OptionalLong.of(replaced.asLong()) : OptionalLong.empty());
        })
        .orElseGet(Answer.Taken::new);
  }

  /** Takes back what the operation asked for, if the machine has not done it yet. */
  public void withdraw(Resource machine, UUID operation) {
    resources.amend(
        machine,
        object -> {
          PowerMemory memory = PowerMemory.read(object.privateDocument());
          if (asks(memory, operation)) {
            memory.done().writeTo(object.privateDocument());
          }
          return object;
        });
  }

  /** The operation that was given the machine last; it may be finished or gone. */
  public static Optional<UUID> holder(Resource machine) {
    return holder(machine.privateDocument());
  }

  private static Optional<UUID> holder(JsonNode record) {
    String uid = record.path(HOLDER).path(UID).asString("");
    return uid.isEmpty() ? Optional.empty() : Optional.of(UUID.fromString(uid));
  }

  private static boolean holds(JsonNode record, UUID operation) {
    return holder(record).filter(operation::equals).isPresent();
  }

  private static boolean asks(PowerMemory memory, UUID operation) {
    return memory
        .request()
        .filter(request -> request.operation().equals(operation.toString()))
        .isPresent();
  }

  /** Whether the machine still has to do what the operation asked for. */
  public static boolean open(Resource machine, UUID operation) {
    return asks(PowerMemory.read(machine.privateDocument()), operation);
  }

  /** The running instance as the machine remembers it. */
  public static OptionalLong instance(Resource machine) {
    return PowerMemory.read(machine.privateDocument()).instance();
  }
}
