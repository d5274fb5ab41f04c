package cairn.appliance.attachment;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.blockdevice.Capacity;
import cairn.appliance.resource.Resource;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status of an attachment. Pure. */
final class AttachmentReport {

  private AttachmentReport() {}

  /** Where an attachment stands. */
  sealed interface Standing {

    /** Something is not there yet. */
    record Waits(String message) implements Standing {}

    /** The machine is asked to take the device. */
    record Sent() implements Standing {}

    record Attached() implements Standing {}

    /** Another has the device; only its going helps. */
    record InConflict(String message) implements Standing {}

    /** The host refuses it. */
    record Refused(String message) implements Standing {}

    /** The guest is asked to let go. */
    record Detaching(String message) implements Standing {}
  }

  /**
   * What was seen beside the attachment itself.
   *
   * @param device why the device is not ready; empty if it is
   * @param machine why the machine is not ready; empty if it is
   * @param resting whether that is because the machine is about to run or does not
   * @param taken places of the machine that are taken; empty if that is not known
   */
  record Facts(
      Optional<String> device, Optional<String> machine, boolean resting, OptionalInt taken) {
    Facts {
      requireNonNull(device, "device is null");
      requireNonNull(machine, "machine is null");
      requireNonNull(taken, "taken is null");
    }
  }

  static ObjectNode of(
      Resource attachment, String machine, Standing standing, Facts facts, Instant now) {
    ObjectNode status =
        attachment.document().path("status") instanceof ObjectNode before
            ? before.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    Conditions conditions = new Conditions(attachment.document(), now);
    facts(conditions, facts);
    stand(status, conditions, standing);
    status.put("virtualMachineName", machine);
    status.set("conditions", conditions.toJson());
    status.put("observedGeneration", attachment.generation());
    return status;
  }

  private static void facts(Conditions conditions, Facts facts) {
    conditions.set(
        "BlockDeviceReady",
        Status.of(facts.device().isEmpty()),
        facts.device().isEmpty() ? "BlockDeviceReady" : "BlockDeviceNotReady",
        facts.device().orElse(""));
    // That a machine which rests has this reason here is the contract's.
    String notReady = facts.resting() ? "NotAttached" : "VirtualMachineNotReady";
    conditions.set(
        "VirtualMachineReady",
        Status.of(facts.machine().isEmpty()),
        facts.machine().isEmpty() ? "VirtualMachineReady" : notReady,
        facts.machine().orElse(""));
    capacity(conditions, facts.taken());
  }

  /** The type's name is the contract's, too. */
  private static void capacity(Conditions conditions, OptionalInt taken) {
    String type = "DiskAttachmentCapacityAvailableType";
    if (taken.isEmpty()) {
      conditions.set(type, Status.UNKNOWN, "CapacityUnknown", "The machine is not known.");
    } else if (taken.getAsInt() < Capacity.MOST) {
      conditions.set(type, Status.TRUE, "CapacityAvailable", "");
    } else {
      conditions.set(
          type,
          Status.FALSE,
          "CapacityReached",
          "The machine has %d devices, at most %d are allowed."
              .formatted(taken.getAsInt(), Capacity.MOST));
    }
  }

  private static void stand(ObjectNode status, Conditions conditions, Standing standing) {
    String type = "Attached";
    conditions.drop("Terminating");
    switch (standing) {
      case Standing.Waits waits -> {
        status.put("phase", "Pending");
        conditions.set(type, Status.FALSE, "NotAttached", waits.message());
      }
      case Standing.Sent _ -> {
        status.put("phase", "InProgress");
        conditions.set(
            type, Status.FALSE, "AttachmentRequestSent", "The machine is given the device.");
      }
      case Standing.Attached _ -> {
        status.put("phase", "Attached");
        conditions.set(type, Status.TRUE, "Attached", "");
      }
      case Standing.InConflict conflict -> {
        status.put("phase", "Failed");
        conditions.set(type, Status.FALSE, "Conflict", conflict.message());
      }
      case Standing.Refused refused -> {
        status.put("phase", "Failed");
        conditions.set(type, Status.FALSE, "NotAttached", refused.message());
      }
      case Standing.Detaching detaching -> {
        status.put("phase", "Terminating");
        conditions.set("Terminating", Status.FALSE, "DetachPending", detaching.message());
      }
    }
  }
}
