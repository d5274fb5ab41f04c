package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.storage.ImageSource;
import cairn.storage.ImageSource.Login;
import cairn.storage.imports.RegistryReference;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What is fetched from elsewhere for an image or a disk, with what is needed to fetch it. */
public sealed interface RemoteSource {

  record Known(ImageSource source) implements RemoteSource {
    public Known {
      requireNonNull(source, "source is null");
    }
  }

  /** Something it needs is not there. */
  record NotYet(String reason, String message) implements RemoteSource {
    public NotYet {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }
  }

  /** Reads the data source of an image or a disk that names a web server or a registry. */
  static RemoteSource read(Resource object, ResourceReader resources) {
    JsonNode source = object.document().path("spec").path("dataSource");
    return source.has("http")
        ? new Known(DataSource.http(source.path("http")))
        : container(source.path("containerImage"), secret(object), resources);
  }

  /** The Secret that a data source logs in with. */
  static Optional<Key> secret(Resource object) {
    JsonNode secret =
        object
            .document()
            .path("spec")
            .path("dataSource")
            .path("containerImage")
            .path("imagePullSecret");
    String name = secret.path("name").asString("");
    String namespace =
        object.namespace().isEmpty() ? secret.path("namespace").asString("") : object.namespace();
    return name.isEmpty() ? Optional.empty() : Optional.of(PullSecret.key(namespace, name));
  }

  private static RemoteSource container(
      JsonNode container, Optional<Key> secret, ResourceReader resources) {
    if (secret.isEmpty()) {
      return new Known(DataSource.container(container, Optional.empty()));
    }
    String image = container.path("image").asString("");
    String registry = RegistryReference.parse(image).authority();
    return switch (PullSecret.read(secret.get(), registry, resources)) {
      case PullSecret.Found(Optional<Login> login) ->
          new Known(DataSource.container(container, login));
      case PullSecret.Missing(String message) ->
          new NotYet("ContainerRegistrySecretNotFound", message);
    };
  }
}
