package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The other object that an image is made of.
 *
 * @param kind as its manifest says it
 */
public record ImageOrigin(String kind, Key key) {

  public ImageOrigin {
    requireNonNull(kind, "kind is null");
    requireNonNull(key, "key is null");
  }

  /** Empty for an image from elsewhere. */
  public static Optional<ImageOrigin> of(Resource image) {
    return of(image.document(), image.namespace());
  }

  /**
   * @param namespace of the image; an image for all names another's namespace itself
   */
  static Optional<ImageOrigin> of(JsonNode image, String namespace) {
    JsonNode ref = image.path("spec").path("dataSource").path("objectRef");
    if (ref.isMissingNode()) {
      return Optional.empty();
    }
    String kind = ref.path("kind").asString("");
    String place = namespace.isEmpty() ? ref.path("namespace").asString("") : namespace;
    String name = ref.path("name").asString("");
    return switch (kind) {
      case "VirtualImage" -> of(kind, ResourceNames.IMAGES, place, name);
      case "ClusterVirtualImage" -> of(kind, ResourceNames.CLUSTER_IMAGES, "", name);
      case "VirtualDisk" -> of(kind, ResourceNames.DISKS, place, name);
      default -> Optional.empty();
    };
  }

  private static Optional<ImageOrigin> of(
      String kind, String resource, String namespace, String name) {
    return Optional.of(new ImageOrigin(kind, new Key(resource, namespace, name)));
  }

  /** The images of one kind that are made of an object. */
  public static List<Resource> madeOf(Resource object, String images, ResourceReader resources) {
    boolean narrow = images.equals(ResourceNames.IMAGES);
    Selection selection = new Selection(images, narrow ? object.namespace() : "", "");
    return resources.mentioning(object.name(), selection).stream()
        .filter(image -> of(image).filter(from -> from.key().equals(object.key())).isPresent())
        .toList();
  }

  @Override
  public String toString() {
    return kind + " \"" + key.name() + "\"";
  }
}
