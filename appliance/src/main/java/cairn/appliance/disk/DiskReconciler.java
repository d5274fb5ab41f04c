package cairn.appliance.disk;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.api.Finalizers;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.blockdevice.NamingMachines;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Heed;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Fault;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.disk.DiskReport.Standing;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.image.ImageCleaning;
import cairn.appliance.image.ImageOrigin;
import cairn.appliance.image.ImageRecord;
import cairn.appliance.image.Imports;
import cairn.appliance.image.RemoteSource;
import cairn.appliance.image.UploadAddress;
import cairn.appliance.image.Uploads;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.ContentId;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import cairn.storage.DiskPool;
import cairn.storage.ImageSource;
import cairn.storage.StorageFault;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/** Makes disks in the pool, lets them grow, and removes them. */
public final class DiskReconciler implements Reconciler {

  public static final Declaration DECLARATION =
      new Declaration(
          "disk",
          ResourceNames.DISKS,
          Optional.of(Finalizers.DISK_CLEANUP),
          List.of(
              new Waker(
                  ResourceNames.MACHINES,
                  "the machines that name it",
                  Heed.WHAT_IS_WANTED,
                  (machine, _) -> NamingMachines.devices(machine, ResourceNames.DISKS)),
              new Waker(ResourceNames.IMAGES, "its image", DiskReconciler::madeFrom),
              new Waker(ResourceNames.CLUSTER_IMAGES, "its image", DiskReconciler::madeFrom),
              new Waker(ResourceNames.IMAGES, "an image made of it", DiskReconciler::read),
              new Waker(ResourceNames.CLUSTER_IMAGES, "an image made of it", DiskReconciler::read),
              new Waker(ResourceNames.SECRETS, "its pull secret", DiskReconciler::loggingIn)),
          Set.of(
              new Write(ResourceNames.DISKS, Aspect.STATUS),
              new Write(ResourceNames.DISKS, Aspect.METADATA),
              new Write(ResourceNames.DISKS, Aspect.PRIVATE)),
          List.of("imports"));

  private static final String MADE = "made";

  /** How often a disk without an owner is looked at while a machine still runs on it. */
  private static final Duration WHILE_OPEN = Duration.ofSeconds(2);

  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

  /**
   * Collaborators.
   *
   * @param hypervisor asked for the files that running machines have open, and to let those grow
   */
  public record Tools(
      Resources resources,
      DiskPool pool,
      Imports imports,
      Uploads uploads,
      ImageCleaning images,
      EventRecorder events,
      Hypervisor hypervisor,
      Clock clock) {
    public Tools {
      requireNonNull(resources, "resources is null");
      requireNonNull(pool, "pool is null");
      requireNonNull(imports, "imports is null");
      requireNonNull(uploads, "uploads is null");
      requireNonNull(images, "images is null");
      requireNonNull(events, "events is null");
      requireNonNull(hypervisor, "hypervisor is null");
      requireNonNull(clock, "clock is null");
    }
  }

  /** What the source of a disk comes to. */
  private sealed interface Origin {
    record None() implements Origin {}

    record Content(ContentId content) implements Origin {}

    record NotYet(Standing standing, Outcome outcome) implements Origin {}
  }

  private final Tools tools;
  private final Consumer<Key> wake;

  /**
   * @param wake asks for another pass over a disk, from any thread
   */
  public DiskReconciler(Tools tools, Consumer<Key> wake) {
    this.tools = requireNonNull(tools, "tools is null");
    this.wake = requireNonNull(wake, "wake is null");
  }

  /** The identity of an object's disk in the pool. */
  public static DiskId id(Resource disk) {
    return new DiskId(disk.uid());
  }

  @Override
  public Outcome reconcile(Resource read) {
    Resource disk = guard(read);
    Optional<DiskLocation> there = tools.pool().find(id(disk));
    boolean made = disk.privateDocument().path(MADE).asBoolean(false);
    if (there.isPresent() || made) {
      return carryOut(disk, decide(disk, Optional.empty(), there), there);
    }
    return switch (origin(disk)) {
      case Origin.None _ -> carryOut(disk, decide(disk, Optional.empty(), there), there);
      case Origin.NotYet wait -> {
        report(disk, wait.standing());
        yield wait.outcome();
      }
      case Origin.Content content -> clone(disk, content.content());
    };
  }

  @Override
  public Outcome release(Resource read) {
    Resource disk = guard(read);
    if (!Claims.of(disk).isEmpty()) {
      report(disk, new Standing.Terminating("The disk is used by a machine."));
      return new Outcome.WaitingFor("machine that uses disk " + disk.name());
    }
    Outcome removed = remove(disk);
    if (removed instanceof Outcome.Settled) {
      tools.images().without(disk.key());
    } else {
      report(disk, new Standing.Terminating("A running machine still has the disk's file open."));
    }
    return removed;
  }

  @Override
  public Outcome bury(Resource last) {
    return remove(last);
  }

  /** Never while a guest writes to it, whatever the objects say. */
  private Outcome remove(Resource disk) {
    tools.imports().forget(disk.uid());
    tools.uploads().forget(disk.uid());
    Optional<DiskLocation> there = tools.pool().find(id(disk));
    try {
      if (there.isPresent() && tools.hypervisor().filesInUse().contains(there.get().file())) {
        return new Outcome.LookAgain(WHILE_OPEN);
      }
    } catch (HypervisorFault fault) {
      return later(fault);
    }
    tools.pool().remove(id(disk));
    return Outcome.SETTLED;
  }

  @Override
  public void forget(Key disk) {
    tools.images().afterwards();
  }

  private Outcome clone(Resource disk, ContentId content) {
    // Written down before it is relied on: from now on the cache keeps what the layer lies on.
    remember(disk, record -> record.put(ImageCleaning.BASE, content.sha256()));
    return tools
        .images()
        .using(
            content,
            image ->
                carryOut(
                    disk, decide(disk, Optional.of(image), Optional.empty()), Optional.empty()))
        .orElseGet(() -> new Outcome.LookAgain(PROGRESS_EVERY));
  }

  private Outcome carryOut(Resource disk, DiskPlan plan, Optional<DiskLocation> there) {
    try {
      return switch (plan) {
        case DiskPlan.Keep _ -> ready(disk, there.orElseThrow());
        case DiskPlan.MakeBlank blank ->
            ready(disk, tools.pool().createBlank(id(disk), blank.size()));
        case DiskPlan.Clone clone ->
            ready(disk, tools.pool().createFrom(id(disk), clone.image(), clone.size()));
        case DiskPlan.Grow grow -> grow(disk, there.orElseThrow(), grow.size());
        case DiskPlan.Refuse refusal -> {
          report(disk, new Standing.Failed("ProvisioningFailed", refusal.message()));
          yield Outcome.SETTLED;
        }
        case DiskPlan.Lost _ -> {
          report(disk, new Standing.Lost());
          yield Outcome.SETTLED;
        }
      };
    } catch (StorageFault fault) {
      return failed(disk, fault);
    }
  }

  private Outcome ready(Resource disk, DiskLocation location) {
    tools.imports().forget(disk.uid());
    boolean keepsBase = location instanceof DiskLocation.Overlay;
    if (!disk.privateDocument().path(MADE).asBoolean(false)
        || (!keepsBase && disk.privateDocument().has(ImageCleaning.BASE))) {
      remember(
          disk,
          record -> {
            record.put(MADE, true);
            Uploads.done(record);
            if (!keepsBase) {
              record.remove(ImageCleaning.BASE);
            }
          });
    }
    report(disk, new Standing.Ready(location.size()));
    return Outcome.SETTLED;
  }

  /** A disk that a guest has open grows in QEMU's hands, which tells the guest. */
  private Outcome grow(Resource disk, DiskLocation there, ByteSize size) {
    try {
      boolean open = tools.hypervisor().filesInUse().contains(there.file());
      tools.events().normal(disk, "VirtualDiskResizingStarted", "The disk grows.");
      DiskLocation grown = open ? growOpen(disk, there, size) : tools.pool().grow(id(disk), size);
      tools.events().normal(disk, "VirtualDiskResizingCompleted", "The disk has grown.");
      return ready(disk, grown);
    } catch (HypervisorFault fault) {
      return notGrown(disk, there, fault);
    }
  }

  private DiskLocation growOpen(Resource disk, DiskLocation there, ByteSize size) {
    for (Claims.Claim holder : Claims.of(disk)) {
      tools.hypervisor().growDisk(new MachineId(holder.uid()), there.file(), size.bytes());
    }
    return tools.pool().find(id(disk)).orElse(there);
  }

  private Outcome notGrown(Resource disk, DiskLocation there, HypervisorFault fault) {
    String message = fault.getMessage() + "";
    return switch (fault.kind()) {
      // Its machine ended at this moment.
      case MISSING -> new Outcome.LookAgain(WHILE_OPEN);
      case TRANSIENT, EXHAUSTED -> later(fault);
      case REJECTED, BROKEN -> {
        report(disk, new Standing.ResizeBlocked(there.size(), message));
        tools.events().warning(disk, "VirtualDiskResizingNotAvailable", message);
        yield later(fault);
      }
    };
  }

  private static Outcome later(HypervisorFault fault) {
    return new Outcome.Failed(
        new Fault.Transient(fault.reason(), fault.getMessage() + "", Optional.of(fault)));
  }

  private Outcome failed(Resource disk, StorageFault fault) {
    String message = fault.getMessage() + "";
    return switch (fault.kind()) {
      case REJECTED -> {
        report(disk, new Standing.Failed("ProvisioningFailedTerminally", message));
        yield Outcome.SETTLED;
      }
      case EXHAUSTED -> {
        report(
            disk,
            new Standing.Waiting("DatasourceReady", "DatasourceReady", "QuotaExceeded", message));
        yield new Outcome.Failed(new Fault.Exhausted(fault.reason(), message, Optional.of(fault)));
      }
      case MISSING, TRANSIENT, BROKEN -> {
        report(disk, new Standing.Retrying("ProvisioningFailed", message));
        yield new Outcome.Failed(new Fault.Transient(fault.reason(), message, Optional.of(fault)));
      }
    };
  }

  private Origin origin(Resource disk) {
    DiskSource source = DiskSource.read(disk.document());
    if (!(source instanceof DiskSource.FromUpload)) {
      tools.uploads().forget(disk.uid());
    }
    return switch (source) {
      case DiskSource.Blank _ -> new Origin.None();
      case DiskSource.FromImage from -> fromImage(disk, from.image());
      case DiskSource.FromElsewhere _ -> fromElsewhere(disk);
      case DiskSource.FromUpload _ -> fromUpload(disk);
    };
  }

  private Origin fromImage(Resource disk, BlockDeviceRef ref) {
    Optional<Resource> image = tools.resources().get(ref.key(disk.namespace()));
    boolean cluster = ref.kind() == BlockDeviceRef.Kind.CLUSTER_IMAGE;
    if (image.isEmpty()) {
      return waiting(
          cluster ? "ClusterImageNotFound" : "ImageNotFound",
          "DatasourceIsNotFound",
          ref + " does not exist.");
    }
    boolean ready =
        image.get().document().path("status").path("phase").asString("").equals("Ready");
    Optional<ContentId> content = ImageRecord.read(image.get().privateDocument()).content();
    if (!ready || content.isEmpty() || image.get().deleting()) {
      return waiting(
          cluster ? "ClusterImageNotReady" : "ImageNotReady",
          "DatasourceIsNotReady",
          ref + " is not Ready.");
    }
    return new Origin.Content(content.get());
  }

  private static Origin waiting(String reason, String readyReason, String message) {
    return new Origin.NotYet(
        new Standing.Waiting("DatasourceReady", reason, readyReason, message),
        new Outcome.WaitingFor(message));
  }

  private Origin fromElsewhere(Resource disk) {
    return switch (RemoteSource.read(disk, tools.resources())) {
      case RemoteSource.Known(ImageSource source) -> fetched(disk, source);
      case RemoteSource.NotYet(String reason, String message) -> {
        tools.imports().forget(disk.uid());
        yield waiting(reason, "DatasourceIsNotReady", message);
      }
    };
  }

  private Origin fromUpload(Resource disk) {
    tools.imports().forget(disk.uid());
    return switch (tools.uploads().state(disk, () -> wake.accept(disk.key()))) {
      case Uploads.State.Awaited(URI address, Optional<String> broken, Duration left) ->
          new Origin.NotYet(
              new Standing.Awaited(address, UploadAddress.message(broken)),
              new Outcome.LookAgain(left));
      case Uploads.State.Arriving at ->
          new Origin.NotYet(
              new Standing.Provisioning(at.transferred(), at.expected(), at.lasted()),
              new Outcome.LookAgain(PROGRESS_EVERY));
      case Uploads.State.Failed(String reason, String message) ->
          new Origin.NotYet(new Standing.Failed(reason, message), Outcome.SETTLED);
      case Uploads.State.Arrived(ContentId content) -> new Origin.Content(content);
    };
  }

  private Origin fetched(Resource disk, ImageSource source) {
    Imports.State state = tools.imports().state(disk.uid(), source, () -> wake.accept(disk.key()));
    return switch (state) {
      case Imports.State.Running at ->
          new Origin.NotYet(
              new Standing.Provisioning(at.transferred(), at.expected(), at.lasted()),
              new Outcome.LookAgain(PROGRESS_EVERY));
      case Imports.State.Waiting waiting ->
          new Origin.NotYet(
              new Standing.Retrying(waiting.readyReason(), waiting.message()),
              new Outcome.LookAgain(waiting.left().isNegative() ? Duration.ZERO : waiting.left()));
      case Imports.State.Failed failed ->
          new Origin.NotYet(
              new Standing.Failed("ProvisioningFailedTerminally", failed.message()),
              Outcome.SETTLED);
      case Imports.State.Done done -> new Origin.Content(done.image().content());
    };
  }

  private static DiskPlan decide(
      Resource disk, Optional<CachedImage> image, Optional<DiskLocation> there) {
    OptionalLong wanted =
        ByteCount.parse(disk.document().path("spec").path("persistentVolumeClaim").path("size"));
    boolean made = disk.privateDocument().path(MADE).asBoolean(false);
    return DiskPlan.decide(new DiskPlan.Situation(wanted, image, made, there));
  }

  /** Takes dead holders off and lets the protection stand exactly while somebody holds. */
  private Resource guard(Resource disk) {
    for (Claims.Claim holder : Claims.of(disk)) {
      if (NamingMachines.holder(holder, tools.resources()).isEmpty()) {
        new Claims(tools.resources()).release(disk, holder.uid());
      }
    }
    return tools
        .resources()
        .amend(
            disk,
            object -> {
              if (object.privateDocument().has("claims")) {
                Finalizers.add(object.document(), Finalizers.DISK_PROTECTION);
              } else {
                Finalizers.remove(object.document(), Finalizers.DISK_PROTECTION);
              }
              return object;
            })
        .orElse(disk);
  }

  private void remember(Resource disk, Consumer<ObjectNode> change) {
    tools
        .resources()
        .amend(
            disk,
            object -> {
              change.accept(object.privateDocument());
              return object;
            });
  }

  private void report(Resource disk, Standing standing) {
    List<String> naming =
        NamingMachines.of(disk.key(), tools.resources()).stream().map(Resource::name).toList();
    ObjectNode status =
        DiskReport.of(
            disk,
            tools.pool().name(),
            standing,
            new DiskReport.Users(Claims.of(disk), naming, readers(disk)),
            tools.clock().instant());
    tools
        .resources()
        .updateStatus(
            disk,
            object -> {
              object.document().set("status", status);
              return object;
            });
  }

  /** Images that are being made of the disk now. */
  private List<String> readers(Resource disk) {
    return Stream.of(ResourceNames.IMAGES, ResourceNames.CLUSTER_IMAGES)
        .flatMap(images -> ImageOrigin.madeOf(disk, images, tools.resources()).stream())
        .filter(image ->
            image.document().path("status").path("phase").asString("").equals("Provisioning"))
        .map(Resource::name)
        .toList();
  }

  private static List<Key> read(Resource image, ResourceReader others) {
    return ImageOrigin.of(image)
        .map(ImageOrigin::key)
        .filter(key -> key.resource().equals(ResourceNames.DISKS))
        .stream()
        .toList();
  }

  private static List<Key> loggingIn(Resource secret, ResourceReader others) {
    return others
        .mentioning(secret.name(), new Selection(ResourceNames.DISKS, secret.namespace(), ""))
        .stream()
        .filter(
            disk -> RemoteSource.secret(disk).filter(key -> key.equals(secret.key())).isPresent())
        .map(Resource::key)
        .toList();
  }

  private static List<Key> madeFrom(Resource image, ResourceReader others) {
    return others
        .mentioning(image.name(), new Selection(ResourceNames.DISKS, image.namespace(), ""))
        .stream()
        .filter(disk ->
            DiskSource.read(disk.document()) instanceof DiskSource.FromImage from
                && from.image().key(disk.namespace()).equals(image.key()))
        .map(Resource::key)
        .toList();
  }
}
