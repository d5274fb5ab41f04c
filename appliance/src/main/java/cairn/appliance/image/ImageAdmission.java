package cairn.appliance.image;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.resource.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** What may be asked of an image. What does not work in this version is refused, not ignored. */
public final class ImageAdmission implements Admission {

  private static final Set<String> FINISHED = Set.of("Ready", "ImageLost", "PVCLost");

  @Override
  public Verdict validate(Review review) {
    if (!review.specChanged()) {
      return Verdict.FINE;
    }
    List<FieldError> errors = new ArrayList<>();
    JsonNode spec = review.now().path("spec");
    String name = review.now().path("metadata").path("name").asString("");
    if (review.old().isEmpty() && name.contains(".")) {
      errors.add(
          new FieldError("metadata.name", Cause.INVALID, "\"" + name + "\" must not hold a dot"));
    }
    String storage = spec.path("storage").asString("ContainerRegistry");
    if (!storage.equals("ContainerRegistry")) {
      errors.add(
          new FieldError(
              "spec.storage",
              Cause.NOT_SUPPORTED,
              "\"" + storage + "\": this version keeps images as ContainerRegistry only"));
    }
    source(review.now(), errors);
    String phase =
        review.old().map(old -> old.path("status").path("phase").asString("")).orElse("");
    if (FINISHED.contains(phase)) {
      errors.add(
          new FieldError(
              "spec",
              Cause.FORBIDDEN,
              "the image is " + phase + " and cannot be changed; create another one"));
    }
    if (phase.equals("Terminating")) {
      errors.add(new FieldError("spec", Cause.FORBIDDEN, "the image is being deleted"));
    }
    return new Verdict(errors, List.of());
  }

  private static void source(JsonNode image, List<FieldError> errors) {
    JsonNode source = image.path("spec").path("dataSource");
    String namespace = image.path("metadata").path("namespace").asString("");
    if (source.has("objectRef")) {
      object(image, namespace, errors);
    } else if (source.has("http")) {
      errors.addAll(DataSource.errors(source, "spec.dataSource"));
    } else if (source.has("containerImage")) {
      errors.addAll(DataSource.errors(source, "spec.dataSource"));
      secret(source.path("containerImage").path("imagePullSecret"), namespace, errors);
    } else if (!Uploads.wantedBy(image)) {
      errors.add(
          new FieldError(
              "spec.dataSource.type",
              Cause.NOT_SUPPORTED,
              "\"%s\": this version brings images in from HTTP, ContainerImage, ObjectRef and Upload"
                  .formatted(source.path("type").asString(""))));
    }
  }

  private static void object(JsonNode image, String namespace, List<FieldError> errors) {
    JsonNode ref = image.path("spec").path("dataSource").path("objectRef");
    Optional<ImageOrigin> from = ImageOrigin.of(image, namespace);
    if (from.isEmpty()) {
      errors.add(
          new FieldError(
              "spec.dataSource.objectRef.kind",
              Cause.NOT_SUPPORTED,
              "\"%s\": this version makes images from VirtualImage, ClusterVirtualImage and VirtualDisk"
                  .formatted(ref.path("kind").asString(""))));
      return;
    }
    boolean itself =
        from.get().kind().equals(image.path("kind").asString(""))
            && from.get().key().name().equals(image.path("metadata").path("name").asString(""))
            && from.get().key().namespace().equals(namespace);
    if (itself) {
      errors.add(
          new FieldError(
              "spec.dataSource.objectRef.name",
              Cause.INVALID,
              "\"" + from.get().key().name() + "\" is the image itself; name another one"));
    }
  }

  private static void secret(JsonNode secret, String namespace, List<FieldError> errors) {
    boolean nowhere = namespace.isEmpty() && secret.path("namespace").asString("").isEmpty();
    if (!secret.path("name").asString("").isEmpty() && nowhere) {
      errors.add(
          new FieldError(
              "spec.dataSource.containerImage.imagePullSecret.namespace",
              Cause.REQUIRED,
              "an image for all namespaces says where its Secret is"));
    }
  }
}
