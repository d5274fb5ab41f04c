package cairn.storage.imports;

import cairn.storage.ImageSource.Login;
import cairn.storage.StorageFault;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * A client of one repository in a container registry (OCI Distribution 1.1): manifests and blobs,
 * with the login that the registry asks for.
 */
final class Registry {

  private static final int LARGEST_MANIFEST = 4 << 20;

  private static final String MANIFESTS =
      String.join(
          ", ",
          "application/vnd.oci.image.index.v1+json",
          "application/vnd.docker.distribution.manifest.list.v2+json",
          "application/vnd.oci.image.manifest.v1+json",
          "application/vnd.docker.distribution.manifest.v2+json");

  private final WebFetch web;
  private final RegistryReference reference;
  private final Optional<String> caBundle;
  private final RegistryLogin login;

  Registry(
      WebFetch web, RegistryReference reference, Optional<String> caBundle, Optional<Login> login) {
    this.web = web;
    this.reference = reference;
    this.caBundle = caBundle;
    this.login = new RegistryLogin(web, reference, caBundle, login);
  }

  /** The manifest that the image's name leads to. */
  byte[] manifest() {
    byte[] bytes = manifest(reference.version());
    if (reference.version().contains(":")) {
      Digest.parse(reference.version(), shown()).require(bytes, shown());
    }
    return bytes;
  }

  byte[] manifest(Digest digest) {
    byte[] bytes = manifest(digest.toString());
    digest.require(bytes, shown());
    return bytes;
  }

  /** Opens a blob; the caller closes it and checks its digest. */
  Download blob(Digest digest) {
    WebRequest request = WebRequest.of(reference.blob(digest), caBundle);
    return Download.of(this::ask, request, this::requireAnswered);
  }

  private byte[] manifest(String tagOrDigest) {
    URI url = reference.manifest(tagOrDigest);
    WebRequest request = WebRequest.of(url, caBundle).with("Accept", MANIFESTS);
    try (WebAnswer answer = ask(request)) {
      return read(answer);
    }
  }

  /**
   * Logs in where that is demanded, also once more: a token lasts minutes, a layer may take more.
   */
  private WebAnswer ask(WebRequest request) {
    WebAnswer first = web.ask(request.authorized(login.current()));
    if (first.status() != 401) {
      return first;
    }
    try (first) {
      login.answer(first);
    }
    return web.ask(request.authorized(login.current()));
  }

  private byte[] read(WebAnswer answer) {
    requireAnswered(answer);
    try {
      byte[] bytes = answer.body().readNBytes(LARGEST_MANIFEST + 1);
      if (bytes.length > LARGEST_MANIFEST) {
        throw Refused.forGood(
            "InvalidManifest",
            "The manifest of " + shown() + " has more than " + LARGEST_MANIFEST + " bytes.");
      }
      return bytes;
    } catch (IOException failure) {
      throw WebFetch.fault(shown(), failure);
    }
  }

  private void requireAnswered(WebAnswer answer) {
    switch (answer.status()) {
      case 200 -> {}
      case 401, 403 ->
          throw failed("refuses the login (status " + answer.status() + "); check the pull secret");
      case 404 -> throw failed("does not know it, or does not show it without a login");
      default -> throw failed("answered " + answer.status());
    }
  }

  private StorageFault failed(String what) {
    return Refused.forNow("ImagePullFailed", "The registry of " + shown() + " " + what + ".", null);
  }

  private String shown() {
    return reference.toString();
  }
}
