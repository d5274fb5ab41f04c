package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.blockdevice.Claims.Claim;
import cairn.appliance.resource.Resource;
import cairn.storage.CachedImage;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The status of an image. Pure. */
final class ImageReport {

  private ImageReport() {}

  /** How an image stands. */
  sealed interface Standing {

    record Provisioning(long transferred, OptionalLong expected, Duration lasted)
        implements Standing {}

    /** Somebody is to send it. */
    record Awaited(URI address, String message) implements Standing {}

    /** The source does not answer now; it is asked again. */
    record Retrying(String reason, String message) implements Standing {}

    /** What it is made of is not there. */
    record Waiting(String reason, String message) implements Standing {}

    record Ready(CachedImage image) implements Standing {}

    /**
     * @param reason of the Ready condition
     */
    record Failed(String reason, String message) implements Standing {}

    /**
     * It was in the cache and is not any more.
     *
     * @param remedy what is done about it, or what is to be done, as the end of a sentence
     */
    record Lost(String remedy) implements Standing {}

    record Terminating(String why) implements Standing {}
  }

  static ObjectNode of(
      ImageScope scope, Resource image, Standing standing, List<Claim> holders, Instant now) {
    requireNonNull(standing, "standing is null");
    ObjectNode status =
        image.document().path("status") instanceof ObjectNode old
            ? old.deepCopy()
            : tools.jackson.databind.node.JsonNodeFactory.instance.objectNode();
    Conditions conditions = new Conditions(image.document(), now);
    UploadAddress.drop(status);
    switch (standing) {
      case Standing.Awaited awaited -> {
        status.put("phase", "WaitForUserUpload");
        UploadAddress.put(status, awaited.address());
        datasourceReady(conditions);
        conditions.set("Ready", Status.FALSE, "WaitForUserUpload", awaited.message());
      }
      case Standing.Provisioning at -> provisioning(status, conditions, at);
      case Standing.Retrying retrying -> {
        status.put("phase", "Provisioning");
        datasourceReady(conditions);
        conditions.set("Ready", Status.FALSE, retrying.reason(), retrying.message());
      }
      case Standing.Waiting waiting -> {
        status.put("phase", "Pending");
        conditions.set("DatasourceReady", Status.FALSE, waiting.reason(), waiting.message());
        conditions.set("Ready", Status.FALSE, "DatasourceNotReady", waiting.message());
      }
      case Standing.Ready ready -> ready(scope, image, status, conditions, ready.image());
      case Standing.Failed failed -> {
        status.put("phase", "Failed");
        datasourceReady(conditions);
        conditions.set("Ready", Status.FALSE, failed.reason(), failed.message());
      }
      case Standing.Lost lost -> {
        status.put("phase", "ImageLost");
        conditions.set(
            "Ready",
            Status.FALSE,
            "ImageLost",
            "The content of the image is not in the cache any more; " + lost.remedy());
      }
      case Standing.Terminating terminating -> {
        status.put("phase", "Terminating");
        conditions.set("Terminating", Status.FALSE, "CleanupPending", terminating.why());
      }
    }
    inUse(scope, conditions, holders);
    status.set("conditions", conditions.toJson());
    status.put("observedGeneration", image.generation());
    return status;
  }

  private static void provisioning(
      ObjectNode status, Conditions conditions, Standing.Provisioning at) {
    status.put("phase", "Provisioning");
    String before = status.path("progress").asString("");
    status.put("progress", Progress.text(at.transferred(), at.expected(), before));
    if (at.transferred() > 0) {
      status.set("downloadSpeed", Progress.speed(at.transferred(), at.lasted()));
    }
    datasourceReady(conditions);
    conditions.set("Ready", Status.FALSE, "Provisioning", "The image is being brought in.");
  }

  private static void ready(
      ImageScope scope,
      Resource resource,
      ObjectNode status,
      Conditions conditions,
      CachedImage image) {
    status.put("phase", "Ready");
    status.put("progress", Progress.ALL);
    status.put("format", image.format().name().toLowerCase(Locale.ROOT));
    status.put("cdrom", image.cdrom());
    ObjectNode size = status.putObject("size");
    size.put("stored", ByteCount.human(image.transferred().bytes()));
    size.put("storedBytes", Long.toString(image.transferred().bytes()));
    size.put("unpacked", ByteCount.human(image.virtualSize().bytes()));
    size.put("unpackedBytes", Long.toString(image.virtualSize().bytes()));
    status.putObject("target").put("registryURL", scope.registryUrl(resource));
    conditions.drop("DatasourceReady");
    conditions.set("Ready", Status.TRUE, "Ready", "");
  }

  private static void datasourceReady(Conditions conditions) {
    conditions.set("DatasourceReady", Status.TRUE, "DatasourceReady", "");
  }

  private static void inUse(ImageScope scope, Conditions conditions, List<Claim> holders) {
    if (holders.isEmpty()) {
      conditions.set("InUse", Status.FALSE, "NotInUse", "");
      return;
    }
    String machines =
        holders.stream()
            .map(holder ->
                scope == ImageScope.CLUSTER
                    ? holder.namespace() + "/" + holder.machine()
                    : holder.machine())
            .sorted()
            .collect(Collectors.joining(", "));
    conditions.set("InUse", Status.TRUE, "AttachedToVirtualMachine", "Used by " + machines + ".");
  }

  /** Whether an image may be read by disks and machines. */
  static boolean ready(JsonNode image) {
    return image.path("status").path("phase").asString("").equals("Ready");
  }
}
