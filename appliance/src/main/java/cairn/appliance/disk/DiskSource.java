package cairn.appliance.disk;

import static java.util.Objects.requireNonNull;

import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.image.Uploads;
import tools.jackson.databind.JsonNode;

/** What a disk begins with. */
sealed interface DiskSource {

  record Blank() implements DiskSource {}

  record FromImage(BlockDeviceRef image) implements DiskSource {
    public FromImage {
      requireNonNull(image, "image is null");
    }
  }

  /** A web server or a registry. */
  record FromElsewhere() implements DiskSource {}

  /** Somebody sends it. */
  record FromUpload() implements DiskSource {}

  /** Reads a disk's document; admission let nothing else in. */
  static DiskSource read(JsonNode disk) {
    JsonNode source = disk.path("spec").path("dataSource");
    if (source.isMissingNode() || source.isNull() || source.isEmpty()) {
      return new Blank();
    }
    if (source.has("objectRef")) {
      return new FromImage(
          BlockDeviceRef.to(
              source.path("objectRef").path("kind").asString(""),
              source.path("objectRef").path("name").asString("")));
    }
    return Uploads.wantedBy(disk) ? new FromUpload() : new FromElsewhere();
  }
}
