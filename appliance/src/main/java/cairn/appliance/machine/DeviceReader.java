package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.disk.DiskReconciler;
import cairn.appliance.image.ImageRecord;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.hypervisor.DiskDevice;
import cairn.storage.CachedImage;
import cairn.storage.DiskLocation;
import cairn.storage.DiskPool;
import cairn.storage.ImageCache;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.UUID;

/** Looks up disks and images for machines that want them. No side effects. */
public final class DeviceReader {

  private final ResourceReader resources;
  private final DiskPool pool;
  private final ImageCache cache;

  public DeviceReader(ResourceReader resources, DiskPool pool, ImageCache cache) {
    this.resources = requireNonNull(resources, "resources is null");
    this.pool = requireNonNull(pool, "pool is null");
    this.cache = requireNonNull(cache, "cache is null");
  }

  /** How a device stands for a machine. */
  public sealed interface Standing {

    record Ready(ReadyDevice device) implements Standing {}

    /**
     * It is not there, or not made yet, or going.
     *
     * @param message a sentence
     */
    record NotReady(String message) implements Standing {}

    /** Another machine has it. */
    record Taken(String message) implements Standing {}
  }

  /**
   * @param namespace of the machine
   * @param machine its uid; what it holds itself is not taken
   */
  public Standing of(String namespace, UUID machine, BlockDeviceRef ref) {
    Optional<Resource> found = resources.get(ref.key(namespace));
    if (found.isEmpty()) {
      return new Standing.NotReady(ref + " does not exist.");
    }
    return ref.kind() == BlockDeviceRef.Kind.DISK
        ? disk(machine, ref, found.get())
        : image(ref, found.get());
  }

  private Standing disk(UUID machine, BlockDeviceRef ref, Resource disk) {
    Optional<Claims.Claim> other =
        Claims.of(disk).stream().filter(each -> !each.uid().equals(machine)).findFirst();
    if (other.isPresent()) {
      return new Standing.Taken(
          "%s is used by the running machine \"%s\".".formatted(ref, other.get().machine()));
    }
    boolean mine = !Claims.of(disk).isEmpty();
    boolean ready = disk.document().path("status").path("phase").asString("").equals("Ready");
    Optional<DiskLocation> location = pool.find(DiskReconciler.id(disk));
    if (location.isEmpty() || (!ready && !mine) || (disk.deleting() && !mine)) {
      return new Standing.NotReady(ref + " is not Ready.");
    }
    return new Standing.Ready(
        new ReadyDevice(
            ref,
            disk.uid(),
            source(location.get()),
            DiskDevice.Role.DISK,
            serial(disk),
            disk.document().path("status").path("capacity").asString("")));
  }

  private Standing image(BlockDeviceRef ref, Resource image) {
    Optional<CachedImage> cached =
        ImageRecord.read(image.privateDocument()).content().flatMap(cache::find);
    if (cached.isEmpty() || image.deleting()) {
      return new Standing.NotReady(ref + " is not Ready.");
    }
    return new Standing.Ready(
        new ReadyDevice(
            ref,
            image.uid(),
            new DiskDevice.Source.Raw(cached.get().file()),
            cached.get().cdrom() ? DiskDevice.Role.CDROM : DiskDevice.Role.READ_ONLY_DISK,
            serial(image),
            image.document().path("status").path("size").path("unpacked").asString("")));
  }

  private static DiskDevice.Source source(DiskLocation location) {
    return switch (location) {
      case DiskLocation.Raw raw -> new DiskDevice.Source.Raw(raw.file());
      case DiskLocation.Overlay layer ->
          new DiskDevice.Source.Overlay(layer.file(), layer.rawBase());
    };
  }

  /** The guest reads the MD5 of the object's uid: short enough for every bus, and stable. */
  static String serial(Resource device) {
    try {
      byte[] digest =
          MessageDigest.getInstance("MD5")
              .digest(device.uid().toString().getBytes(StandardCharsets.US_ASCII));
      return "%032x".formatted(new BigInteger(1, digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has MD5", e);
    }
  }
}
