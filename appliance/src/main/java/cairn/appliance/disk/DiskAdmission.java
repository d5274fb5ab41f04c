package cairn.appliance.disk;

import cairn.appliance.api.ByteCount;
import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.image.DataSource;
import cairn.appliance.resource.Admission;
import cairn.appliance.store.Key;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What may be asked of a disk. */
public final class DiskAdmission implements Admission {

  private static final Set<String> NOT_MADE =
      Set.of("", "Pending", "Provisioning", "WaitForFirstConsumer", "Failed");

  /**
   * What is promised of a disk at most; file systems end somewhere between 16Ti (ext4) and 8Ei
   * (XFS), and one that ends earlier says so when the disk is made.
   */
  private static final long LARGEST_BYTES = 64L << 40;

  @Override
  public Verdict validate(Review review) {
    if (!review.specChanged()) {
      return Verdict.FINE;
    }
    List<FieldError> errors = new ArrayList<>();
    List<String> warnings = new ArrayList<>();
    JsonNode spec = review.now().path("spec");
    source(spec, errors);
    size(spec, errors);
    storageClass(spec, review, errors);
    if (review.old().isEmpty()) {
      name(review, errors);
      imageSize(review, spec, warnings);
    } else {
      change(review.old().get(), spec, errors);
    }
    return new Verdict(errors, warnings);
  }

  private static void name(Review review, List<FieldError> errors) {
    String name = review.now().path("metadata").path("name").asString("");
    if (name.contains(".")) {
      errors.add(
          new FieldError("metadata.name", Cause.INVALID, "\"" + name + "\" must not hold a dot"));
    }
  }

  private static void source(JsonNode spec, List<FieldError> errors) {
    JsonNode source = spec.path("dataSource");
    if (source.isMissingNode() || source.isEmpty()) {
      return;
    }
    String type = source.path("type").asString("");
    String kind = source.path("objectRef").path("kind").asString("");
    if (source.has("http") || source.has("containerImage")) {
      errors.addAll(DataSource.errors(source, "spec.dataSource"));
    } else if (!source.has("objectRef") && !source.has("upload") && !type.equals("Upload")) {
      errors.add(
          new FieldError(
              "spec.dataSource.type",
              Cause.NOT_SUPPORTED,
              "\"%s\": this version makes disks blank, from HTTP, ContainerImage, ObjectRef, and Upload"
                  .formatted(type)));
    } else if (source.has("objectRef")
        && !kind.equals("VirtualImage")
        && !kind.equals("ClusterVirtualImage")) {
      errors.add(
          new FieldError(
              "spec.dataSource.objectRef.kind",
              Cause.NOT_SUPPORTED,
              "\"%s\": this version makes disks from VirtualImage and ClusterVirtualImage"
                  .formatted(kind)));
    }
  }

  private static void size(JsonNode spec, List<FieldError> errors) {
    String path = "spec.persistentVolumeClaim.size";
    JsonNode size = spec.path("persistentVolumeClaim").path("size");
    boolean given = !size.isMissingNode() && !size.isNull();
    OptionalLong bytes = ByteCount.parse(size);
    boolean tooLarge =
        ByteCount.tooLarge(size.asString(""))
            || (bytes.isPresent() && bytes.getAsLong() > LARGEST_BYTES);
    if (given && tooLarge) {
      errors.add(
          new FieldError(
              path,
              Cause.INVALID,
              "\"" + size.asString("") + "\" is too large: a disk may have at most 64Ti"));
    } else if (given && ByteCount.inThousandths(size.asString(""))) {
      errors.add(
          new FieldError(
              path,
              Cause.INVALID,
              "\""
                  + size.asString("")
                  + "\" means thousandths of a byte; write M or Mi for millions"));
    } else if (given && bytes.isEmpty()) {
      errors.add(new FieldError(path, Cause.INVALID, "not a quantity: " + size.asString("")));
    } else if (given && bytes.getAsLong() == 0) {
      errors.add(new FieldError(path, Cause.INVALID, "0: a disk needs room, as in 10Gi"));
    } else if (!given && spec.path("dataSource").isEmpty()) {
      errors.add(new FieldError(path, Cause.REQUIRED, "a blank disk needs a size, as in 10Gi"));
    }
  }

  private static void storageClass(JsonNode spec, Review review, List<FieldError> errors) {
    String name = spec.path("persistentVolumeClaim").path("storageClassName").asString("");
    boolean missing =
        !name.isEmpty()
            && review.others().get(new Key(ResourceNames.STORAGE_CLASSES, "", name)).isEmpty();
    if (missing) {
      errors.add(
          new FieldError(
              "spec.persistentVolumeClaim.storageClassName",
              Cause.INVALID,
              "the StorageClass \"%s\" does not exist".formatted(name)));
    }
  }

  private static void imageSize(Review review, JsonNode spec, List<String> warnings) {
    OptionalLong size = ByteCount.parse(spec.path("persistentVolumeClaim").path("size"));
    JsonNode ref = spec.path("dataSource").path("objectRef");
    boolean cluster = ref.path("kind").asString("").equals("ClusterVirtualImage");
    Key key =
        new Key(
            cluster ? ResourceNames.CLUSTER_IMAGES : ResourceNames.IMAGES,
            cluster ? "" : review.now().path("metadata").path("namespace").asString(""),
            ref.path("name").asString(""));
    review
        .others()
        .get(key)
        .ifPresent(image -> {
          JsonNode status = image.document().path("status");
          OptionalLong needed = ByteCount.parse(status.path("size").path("unpackedBytes"));
          if (size.isPresent() && needed.isPresent() && size.getAsLong() < needed.getAsLong()) {
            warnings.add(
                "spec.persistentVolumeClaim.size is smaller than the image, which needs "
                    + ByteCount.quantity(needed.getAsLong()));
          }
          if (status.path("cdrom").asBoolean(false)) {
            warnings.add("spec.dataSource.objectRef names an ISO image");
          }
        });
  }

  private static void change(JsonNode old, JsonNode spec, List<FieldError> errors) {
    String phase = old.path("status").path("phase").asString("");
    JsonNode before = old.path("spec");
    if (old.path("metadata").has("deletionTimestamp")) {
      errors.add(new FieldError("spec", Cause.FORBIDDEN, "the disk is being deleted"));
      return;
    }
    boolean made = !NOT_MADE.contains(phase);
    if (made && !source(before).equals(source(spec))) {
      errors.add(
          new FieldError(
              "spec.dataSource", Cause.FORBIDDEN, "the disk is " + phase + "; its source is past"));
    }
    JsonNode claim = before.path("persistentVolumeClaim");
    JsonNode now = spec.path("persistentVolumeClaim");
    if (made) {
      OptionalLong was = ByteCount.parse(claim.path("size"));
      OptionalLong is = ByteCount.parse(now.path("size"));
      boolean shrinks = was.isPresent() && (is.isEmpty() || is.getAsLong() < was.getAsLong());
      if (shrinks) {
        errors.add(
            new FieldError(
                "spec.persistentVolumeClaim.size", Cause.FORBIDDEN, "a disk can only grow"));
      }
    }
    boolean moved =
        !claim
            .path("storageClassName")
            .asString("")
            .equals(now.path("storageClassName").asString(""));
    if (moved && !phase.isEmpty() && !phase.equals("Pending")) {
      errors.add(
          new FieldError(
              "spec.persistentVolumeClaim.storageClassName",
              Cause.FORBIDDEN,
              "can be changed only while the disk is Pending"));
    }
  }

  private static JsonNode source(JsonNode spec) {
    JsonNode source = spec.path("dataSource");
    return source.isMissingNode() ? JsonNodeFactory.instance.objectNode() : source;
  }
}
