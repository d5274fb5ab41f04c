package cairn.appliance.image;

import cairn.appliance.api.Finalizers;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Resource;

/** The two kinds of images. */
public enum ImageScope {
  NAMESPACE(
      "VirtualImage", ResourceNames.IMAGES, Finalizers.IMAGE_CLEANUP, Finalizers.IMAGE_PROTECTION),
  CLUSTER(
      "ClusterVirtualImage",
      ResourceNames.CLUSTER_IMAGES,
      Finalizers.CLUSTER_IMAGE_CLEANUP,
      Finalizers.CLUSTER_IMAGE_PROTECTION);

  /** What clients are shown as the place of an image; it only has the form of a registry. */
  private static final String REGISTRY = "dvcr.d8-virtualization.svc";

  private final String kind;
  private final String resource;
  private final String cleanup;
  private final String protection;

  ImageScope(String kind, String resource, String cleanup, String protection) {
    this.kind = kind;
    this.resource = resource;
    this.cleanup = cleanup;
    this.protection = protection;
  }

  public String kind() {
    return kind;
  }

  public String resource() {
    return resource;
  }

  String cleanup() {
    return cleanup;
  }

  String protection() {
    return protection;
  }

  String registryUrl(Resource image) {
    return switch (this) {
      case NAMESPACE ->
          "%s/vi/%s/%s:%s".formatted(REGISTRY, image.namespace(), image.name(), image.uid());
      case CLUSTER -> "%s/cvi/%s:%s".formatted(REGISTRY, image.name(), image.uid());
    };
  }
}
