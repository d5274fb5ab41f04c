package cairn.appliance.disk;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.blockdevice.Claims.Claim;
import cairn.appliance.image.Progress;
import cairn.appliance.image.UploadAddress;
import cairn.appliance.resource.Resource;
import cairn.storage.ByteSize;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status of a disk. Pure. */
final class DiskReport {

  private DiskReport() {}

  /** How a disk stands. */
  sealed interface Standing {

    /**
     * Something it needs is not there.
     *
     * @param condition which condition says so: {@code DatasourceReady} or {@code
     *     StorageClassReady}
     */
    record Waiting(String condition, String reason, String readyReason, String message)
        implements Standing {}

    record Provisioning(long transferred, OptionalLong expected, Duration lasted)
        implements Standing {}

    /** Somebody is to send what it begins with. */
    record Awaited(URI address, String message) implements Standing {}

    record Retrying(String reason, String message) implements Standing {}

    record Ready(ByteSize capacity) implements Standing {}

    /** It is to grow, and cannot now. */
    record ResizeBlocked(ByteSize capacity, String why) implements Standing {}

    record Failed(String reason, String message) implements Standing {}

    record Lost() implements Standing {}

    record Terminating(String why) implements Standing {}
  }

  /**
   * Who uses the disk.
   *
   * @param holders machines that hold it now
   * @param naming names of all machines that name it
   * @param readers names of images that are being made of it
   */
  record Users(List<Claim> holders, List<String> naming, List<String> readers) {
    Users {
      holders = List.copyOf(holders);
      naming = List.copyOf(naming);
      readers = List.copyOf(readers);
    }
  }

  static ObjectNode of(
      Resource disk, String storageClass, Standing standing, Users users, Instant now) {
    requireNonNull(standing, "standing is null");
    ObjectNode status =
        disk.document().path("status") instanceof ObjectNode old
            ? old.deepCopy()
            : JsonNodeFactory.instance.objectNode();
    if (!status.path("target").has("persistentVolumeClaimName")) {
      status.putObject("target").put("persistentVolumeClaimName", volumeName(disk));
    }
    status.put("storageClassName", storageClass);
    Conditions conditions = new Conditions(disk.document(), now);
    conditions.set("StorageClassReady", Status.TRUE, "StorageClassReady", "");
    conditions.drop("Resizing");
    stand(status, conditions, standing);
    use(status, conditions, users);
    status.set("conditions", conditions.toJson());
    status.put("observedGeneration", disk.generation());
    return status;
  }

  /** {@code d8v-vd-<uid>-<five lower-case characters>}, the same for the same disk. */
  static String volumeName(Resource disk) {
    long bits = disk.uid().getMostSignificantBits() ^ disk.uid().getLeastSignificantBits();
    StringBuilder suffix = new StringBuilder();
    for (int at = 0; at < 5; at++) {
      suffix.append((char) ('a' + Math.floorMod(bits >> (at * 8), 26)));
    }
    return "d8v-vd-" + disk.uid() + "-" + suffix;
  }

  private static void stand(ObjectNode status, Conditions conditions, Standing standing) {
    UploadAddress.drop(status);
    switch (standing) {
      case Standing.Awaited awaited -> {
        status.put("phase", "WaitForUserUpload");
        UploadAddress.put(status, awaited.address());
        source(conditions);
        conditions.set("Ready", Status.FALSE, "WaitForUserUpload", awaited.message());
      }
      case Standing.Waiting waiting -> {
        status.put("phase", "Pending");
        conditions.set(waiting.condition(), Status.FALSE, waiting.reason(), waiting.message());
        conditions.set("Ready", Status.FALSE, waiting.readyReason(), waiting.message());
      }
      case Standing.Provisioning at -> {
        status.put("phase", "Provisioning");
        String before = status.path("progress").asString("");
        status.put("progress", Progress.text(at.transferred(), at.expected(), before));
        source(conditions);
        conditions.set("Ready", Status.FALSE, "Provisioning", "The disk is being made.");
      }
      case Standing.Retrying retrying -> {
        status.put("phase", "Provisioning");
        source(conditions);
        conditions.set("Ready", Status.FALSE, retrying.reason(), retrying.message());
      }
      case Standing.Ready ready -> ready(status, conditions, ready.capacity());
      case Standing.ResizeBlocked blocked -> {
        ready(status, conditions, blocked.capacity());
        conditions.set("Resizing", Status.FALSE, "NotAvailable", blocked.why());
      }
      case Standing.Failed failed -> {
        status.put("phase", "Failed");
        source(conditions);
        conditions.set("Ready", Status.FALSE, failed.reason(), failed.message());
      }
      case Standing.Lost _ -> {
        status.put("phase", "PVCLost");
        conditions.set(
            "Ready", Status.FALSE, "PVCLost", "The disk's file is not in its pool any more.");
      }
      case Standing.Terminating terminating -> {
        status.put("phase", "Terminating");
        conditions.set("Terminating", Status.FALSE, "CleanupPending", terminating.why());
      }
    }
  }

  private static void ready(ObjectNode status, Conditions conditions, ByteSize capacity) {
    status.put("phase", "Ready");
    status.put("progress", Progress.ALL);
    status.put("capacity", ByteCount.quantity(capacity.bytes()));
    conditions.drop("DatasourceReady");
    conditions.set("Ready", Status.TRUE, "Ready", "");
  }

  private static void source(Conditions conditions) {
    conditions.set("DatasourceReady", Status.TRUE, "DatasourceReady", "");
  }

  private static void use(ObjectNode status, Conditions conditions, Users users) {
    ArrayNode attached = status.putArray("attachedToVirtualMachines");
    List<String> holding = users.holders().stream().map(Claim::machine).toList();
    for (String machine : users.naming()) {
      attached.addObject().put("name", machine).put("mounted", holding.contains(machine));
    }
    for (String machine : holding) {
      if (!users.naming().contains(machine)) {
        attached.addObject().put("name", machine).put("mounted", true);
      }
    }
    if (holding.isEmpty() && users.readers().isEmpty()) {
      conditions.set("InUse", Status.FALSE, "NotInUse", "");
    } else if (holding.isEmpty()) {
      conditions.set(
          "InUse",
          Status.TRUE,
          "UsedForImageCreation",
          "Read for image " + String.join(", ", users.readers()) + ".");
    } else {
      conditions.set(
          "InUse",
          Status.TRUE,
          "AttachedToVirtualMachine",
          "Used by " + String.join(", ", holding) + ".");
    }
  }
}
