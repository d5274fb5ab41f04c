package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Finalizers;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.Claims;
import cairn.appliance.blockdevice.NamingMachines;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Heed;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Outcome;
import cairn.appliance.image.ImageReport.Standing;
import cairn.appliance.image.Origins.Origin;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.storage.CachedImage;
import cairn.storage.ContentId;
import cairn.storage.ImageSource;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Brings images of one kind in and keeps their status true. */
final class ImageWork {

  private static final Duration PROGRESS_EVERY = Duration.ofSeconds(1);

  /** Nobody tells of content that vanishes; to look for it costs next to nothing. */
  private static final Duration LOOK_AT_READY = Duration.ofMinutes(5);

  private static final Duration LOOK_AT_LOST = Duration.ofMinutes(1);

  private static final String LOST = "ImageLost";

  private final ImageScope scope;
  private final ImageTools tools;
  private final Consumer<Key> wake;

  /**
   * @param wake asks for another pass over an image, from any thread
   */
  ImageWork(ImageScope scope, ImageTools tools, Consumer<Key> wake) {
    this.scope = requireNonNull(scope, "scope is null");
    this.tools = requireNonNull(tools, "tools is null");
    this.wake = requireNonNull(wake, "wake is null");
  }

  static Declaration declaration(ImageScope scope) {
    return new Declaration(
        scope == ImageScope.CLUSTER ? "cluster-image" : "image",
        scope.resource(),
        Optional.of(scope.cleanup()),
        List.of(
            new Waker(
                ResourceNames.MACHINES,
                "the machines that read it",
                Heed.WHAT_IS_WANTED,
                (machine, _) -> NamingMachines.devices(machine, scope.resource())),
            new Waker(ResourceNames.IMAGES, "the image it is made of", madeOf(scope)),
            new Waker(ResourceNames.CLUSTER_IMAGES, "the image it is made of", madeOf(scope)),
            new Waker(ResourceNames.DISKS, "the disk it is made of", madeOf(scope)),
            new Waker(
                ResourceNames.SECRETS,
                "its pull secret",
                (secret, others) -> loggingIn(scope, secret, others))),
        Set.of(
            new Write(scope.resource(), Aspect.STATUS),
            new Write(scope.resource(), Aspect.METADATA),
            new Write(scope.resource(), Aspect.PRIVATE)),
        List.of("imports"));
  }

  private static Declaration.Mapping madeOf(ImageScope scope) {
    return (changed, others) ->
        ImageOrigin.madeOf(changed, scope.resource(), others).stream().map(Resource::key).toList();
  }

  private static List<Key> loggingIn(ImageScope scope, Resource secret, ResourceReader others) {
    return others.mentioning(secret.name(), new Selection(scope.resource(), "", "")).stream()
        .filter(
            image -> RemoteSource.secret(image).filter(key -> key.equals(secret.key())).isPresent())
        .map(Resource::key)
        .toList();
  }

  Outcome reconcile(Resource read) {
    Resource image = guard(read);
    ImageRecord record = ImageRecord.read(image.privateDocument());
    Optional<CachedImage> cached = record.content().flatMap(tools.cache()::find);
    if (cached.isPresent()) {
      tools.imports().forget(image.uid());
      tools.uploads().forget(image.uid());
      if (phase(image).equals(LOST)) {
        tools.events().normal(image, scope.kind() + "LostRecovered", "The content is back.");
      }
      report(image, new Standing.Ready(cached.get()));
      return new Outcome.LookAgain(LOOK_AT_READY);
    }
    if (record.content().isPresent()) {
      return heal(image, record.content().get());
    }
    String source = source(image).toString();
    Optional<ImageRecord.Failure> known =
        record.failure().filter(failure -> failure.source().equals(source));
    if (known.isPresent()) {
      report(image, new Standing.Failed("ProvisioningFailedTerminally", known.get().message()));
      return Outcome.SETTLED;
    }
    if (Uploads.wantedBy(image.document())) {
      tools.imports().forget(image.uid());
      return await(image);
    }
    tools.uploads().forget(image.uid());
    return switch (new Origins(tools.resources(), tools.pool()).of(image)) {
      case Origin.Elsewhere(ImageSource from) -> bringIn(image, source, from);
      case Origin.Here(ContentId content) -> share(image, content);
      case Origin.NotYet(String reason, String message) -> {
        tools.imports().forget(image.uid());
        report(image, new Standing.Waiting(reason, message));
        yield new Outcome.WaitingFor(message);
      }
    };
  }

  /**
   * Content that vanished is fetched again where it came from. What comes must be what was there:
   * disks and machines rely on it.
   */
  private Outcome heal(Resource image, ContentId content) {
    boolean elsewhere = !Uploads.wantedBy(image.document()) && ImageOrigin.of(image).isEmpty();
    if (!elsewhere
        || !(new Origins(tools.resources(), tools.pool()).of(image)
            instanceof Origin.Elsewhere(ImageSource from))) {
      return lost(image, "delete the image and create it again.");
    }
    Imports.State state = tools.imports().state(image.uid(), from, () -> wake.accept(image.key()));
    return switch (state) {
      case Imports.State.Running _ -> {
        report(image, new Standing.Lost("it is being fetched again."));
        yield new Outcome.LookAgain(PROGRESS_EVERY);
      }
      case Imports.State.Waiting waiting -> {
        report(image, new Standing.Lost("it is being fetched again: " + waiting.message()));
        yield new Outcome.LookAgain(waiting.left().isNegative() ? Duration.ZERO : waiting.left());
      }
      case Imports.State.Failed failed -> {
        tools.imports().forget(image.uid());
        yield lost(image, "it cannot be fetched again: " + failed.message());
      }
      case Imports.State.Done done -> {
        // The same content is found at the beginning of the next pass.
        boolean same = done.image().content().equals(content);
        tools.imports().forget(image.uid());
        yield same
            ? new Outcome.LookAgain(Duration.ZERO)
            : lost(
                image, "its source has other content now; delete the image and create it again.");
      }
    };
  }

  private Outcome lost(Resource image, String remedy) {
    report(image, new Standing.Lost(remedy));
    return new Outcome.LookAgain(LOOK_AT_LOST);
  }

  private Outcome await(Resource image) {
    return switch (tools.uploads().state(image, () -> wake.accept(image.key()))) {
      case Uploads.State.Awaited(URI address, Optional<String> broken, Duration left) -> {
        report(image, new Standing.Awaited(address, UploadAddress.message(broken)));
        yield new Outcome.LookAgain(left);
      }
      case Uploads.State.Arriving arriving -> {
        report(
            image,
            new Standing.Provisioning(
                arriving.transferred(), arriving.expected(), arriving.lasted()));
        yield new Outcome.LookAgain(PROGRESS_EVERY);
      }
      case Uploads.State.Arrived(ContentId content) -> share(image, content);
      case Uploads.State.Failed(String reason, String message) -> {
        if (!phase(image).equals("Failed")) {
          tools.events().warning(image, "DataSourceImportFailed", message);
        }
        report(image, new Standing.Failed(reason, message));
        yield Outcome.SETTLED;
      }
    };
  }

  /** One content has as many names as images want; it stays while one of them does. */
  private Outcome share(Resource image, ContentId content) {
    tools.imports().forget(image.uid());
    return tools
        .cleaning()
        .using(
            content,
            shared -> {
              remember(image, record -> ImageRecord.arrived(record, content));
              return shared;
            })
        .map(shared -> {
          tools.events().normal(image, "DataSourceImportCompleted", "The import is complete.");
          report(image, new Standing.Ready(shared));
          return Outcome.SETTLED;
        })
        .orElseGet(() -> new Outcome.LookAgain(PROGRESS_EVERY));
  }

  Outcome release(Resource read) {
    Resource image = guard(read);
    if (!Claims.of(image).isEmpty()) {
      report(image, new Standing.Terminating("The image is used by a machine."));
      return new Outcome.WaitingFor("machines that use " + scope.kind() + " " + image.name());
    }
    tools.imports().forget(image.uid());
    tools.uploads().forget(image.uid());
    tools.cleaning().without(image.key());
    return Outcome.SETTLED;
  }

  void forget() {
    tools.cleaning().afterwards();
  }

  private Outcome bringIn(Resource image, String source, ImageSource from) {
    Imports.State state = tools.imports().state(image.uid(), from, () -> wake.accept(image.key()));
    return switch (state) {
      case Imports.State.Running running -> {
        if (!phase(image).equals("Provisioning")) {
          tools.events().normal(image, "DataSourceImportStarted", "The import has started.");
        }
        report(
            image,
            new Standing.Provisioning(running.transferred(), running.expected(), running.lasted()));
        yield new Outcome.LookAgain(PROGRESS_EVERY);
      }
      case Imports.State.Waiting waiting -> {
        report(image, new Standing.Retrying(waiting.readyReason(), waiting.message()));
        yield new Outcome.LookAgain(waiting.left().isNegative() ? Duration.ZERO : waiting.left());
      }
      case Imports.State.Failed failed -> {
        remember(
            image,
            record ->
                ImageRecord.failed(record, new ImageRecord.Failure(source, failed.message())));
        tools.events().warning(image, "DataSourceImportFailed", failed.message());
        tools.imports().forget(image.uid());
        report(image, new Standing.Failed("ProvisioningFailedTerminally", failed.message()));
        yield Outcome.SETTLED;
      }
      case Imports.State.Done done -> {
        remember(image, record -> ImageRecord.arrived(record, done.image().content()));
        tools.events().normal(image, "DataSourceImportCompleted", "The import is complete.");
        report(image, new Standing.Ready(done.image()));
        yield Outcome.SETTLED;
      }
    };
  }

  /** Takes dead holders off and lets the protection stand exactly while somebody holds. */
  private Resource guard(Resource image) {
    for (Claims.Claim holder : Claims.of(image)) {
      if (NamingMachines.holder(holder, tools.resources()).isEmpty()) {
        new Claims(tools.resources()).release(image, holder.uid());
      }
    }
    return tools
        .resources()
        .amend(
            image,
            object -> {
              if (object.privateDocument().has("claims")) {
                Finalizers.add(object.document(), scope.protection());
              } else {
                Finalizers.remove(object.document(), scope.protection());
              }
              return object;
            })
        .orElse(image);
  }

  private void remember(Resource image, Consumer<ObjectNode> change) {
    tools
        .resources()
        .amend(
            image,
            object -> {
              change.accept(object.privateDocument());
              return object;
            });
  }

  private void report(Resource image, Standing standing) {
    ObjectNode status =
        ImageReport.of(scope, image, standing, Claims.of(image), tools.clock().instant());
    tools
        .resources()
        .updateStatus(
            image,
            object -> {
              object.document().set("status", status);
              return object;
            });
  }

  private static JsonNode source(Resource image) {
    return image.document().path("spec").path("dataSource");
  }

  private static String phase(Resource image) {
    return image.document().path("status").path("phase").asString("");
  }
}
