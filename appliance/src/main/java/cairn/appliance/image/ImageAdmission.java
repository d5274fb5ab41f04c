package cairn.appliance.image;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.resource.Admission;
import java.util.ArrayList;
import java.util.List;
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
    String type = spec.path("dataSource").path("type").asString("");
    if (type.equals("HTTP")) {
      errors.addAll(
          DataSource.errors(spec.path("dataSource").path("http"), "spec.dataSource.http"));
    } else {
      errors.add(
          new FieldError(
              "spec.dataSource.type",
              Cause.NOT_SUPPORTED,
              "\"" + type + "\": this version brings images in from HTTP only"));
    }
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
}
