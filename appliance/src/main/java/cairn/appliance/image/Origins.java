package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.storage.ContentId;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import cairn.storage.DiskPool;
import cairn.storage.ImageSource;
import java.util.Optional;

/** Finds where the content of an image comes from, as things stand now. */
record Origins(ResourceReader resources, DiskPool pool) {

  /** What a data source comes to. */
  sealed interface Origin {

    /** It must be fetched or copied. */
    record Elsewhere(ImageSource source) implements Origin {}

    /** Another image has it already. */
    record Here(ContentId content) implements Origin {}

    record NotYet(String reason, String message) implements Origin {}
  }

  Origins {
    requireNonNull(resources, "resources is null");
    requireNonNull(pool, "pool is null");
  }

  Origin of(Resource image) {
    Optional<ImageOrigin> from = ImageOrigin.of(image);
    if (from.isEmpty()) {
      return switch (RemoteSource.read(image, resources)) {
        case RemoteSource.Known(ImageSource source) -> new Origin.Elsewhere(source);
        case RemoteSource.NotYet(String reason, String message) ->
            new Origin.NotYet(reason, message);
      };
    }
    Optional<Resource> object = resources.get(from.get().key());
    return switch (from.get().key().resource()) {
      case ResourceNames.DISKS -> disk(from.get(), object);
      case ResourceNames.CLUSTER_IMAGES -> image(from.get(), object, "ClusterImageNotReady");
      default -> image(from.get(), object, "ImageNotReady");
    };
  }

  private static Origin image(ImageOrigin from, Optional<Resource> found, String reason) {
    if (found.isEmpty()) {
      return new Origin.NotYet(reason, from + " does not exist.");
    }
    Resource image = found.get();
    Optional<ContentId> content = ImageRecord.read(image.privateDocument()).content();
    boolean ready = ImageReport.ready(image.document()) && !image.deleting();
    return ready && content.isPresent()
        ? new Origin.Here(content.get())
        : new Origin.NotYet(reason, from + " is not Ready.");
  }

  private Origin disk(ImageOrigin from, Optional<Resource> found) {
    if (found.isEmpty()) {
      return new Origin.NotYet("VirtualDiskNotReady", from + " does not exist.");
    }
    Resource disk = found.get();
    if (!Claims.of(disk).isEmpty()) {
      return new Origin.NotYet(
          "VirtualDiskAttachedToVirtualMachine",
          from + " is used by machine " + Claims.of(disk).getFirst().machine() + "; stop it.");
    }
    boolean ready = disk.document().path("status").path("phase").asString("").equals("Ready");
    Optional<DiskLocation> location = pool.find(new DiskId(disk.uid()));
    return ready && !disk.deleting() && location.isPresent()
        ? new Origin.Elsewhere(new ImageSource.Disk(location.get()))
        : new Origin.NotYet("VirtualDiskNotReady", from + " is not Ready.");
  }
}
