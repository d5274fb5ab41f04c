package cairn.storage.imports;

import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image in a container registry: {@code registry.example.org:5000/disks/debian:13}. Without a
 * registry Docker's is meant, as everywhere.
 *
 * @param authority host and port
 * @param version tag or digest
 */
public record RegistryReference(String authority, String repository, String version) {

  private static final String DOCKER = "registry-1.docker.io";
  private static final Pattern FORM =
      Pattern.compile(
          "(?<name>[a-z0-9._/-]+)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");

  /**
   * @throws cairn.storage.StorageFault {@code REJECTED} when it is no name of an image
   */
  public static RegistryReference parse(String image) {
    int slash = image.indexOf('/');
    String first = slash < 0 ? "" : image.substring(0, slash);
    boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
    Matcher rest = FORM.matcher(named ? image.substring(slash + 1) : image);
    if (!rest.matches()) {
      throw Refused.forGood(
          "InvalidImageName",
          "The container image '" + image + "' is not written as registry/name:tag.");
    }
    String name = rest.group("name");
    String tag = rest.group("tag") == null ? "latest" : rest.group("tag");
    String version = rest.group("digest") == null ? tag : rest.group("digest");
    if (named && !first.equals("docker.io")) {
      return new RegistryReference(first, name, version);
    }
    return new RegistryReference(DOCKER, name.contains("/") ? name : "library/" + name, version);
  }

  /** Registries are asked over TLS only. */
  URI manifest(String tagOrDigest) {
    return URI.create("https://" + authority + "/v2/" + repository + "/manifests/" + tagOrDigest);
  }

  URI blob(Digest digest) {
    return URI.create("https://" + authority + "/v2/" + repository + "/blobs/" + digest);
  }

  @Override
  public String toString() {
    return authority + "/" + repository + (version.contains(":") ? "@" : ":") + version;
  }
}
