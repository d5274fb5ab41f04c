package cairn.appliance.image;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.storage.ImageSource.Login;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The login at a registry, as a Secret of Docker's form holds it. */
sealed interface PullSecret {

  String TYPE = "kubernetes.io/dockerconfigjson";
  String ENTRY = ".dockerconfigjson";

  /**
   * @param login for the registry that is asked; the Secret may hold those of others only
   */
  record Found(Optional<Login> login) implements PullSecret {}

  record Missing(String message) implements PullSecret {}

  /**
   * @param registry host and port
   */
  static PullSecret read(Key secret, String registry, ResourceReader resources) {
    Optional<Resource> found = resources.get(secret);
    if (found.isEmpty()) {
      return new Missing("Secret \"%s\" does not exist.".formatted(secret.name()));
    }
    String type = found.get().document().path("type").asString("");
    if (!type.equals(TYPE)) {
      return new Missing(
          "Secret \"%s\" is of type \"%s\", expected \"%s\".".formatted(secret.name(), type, TYPE));
    }
    return new Found(login(found.get().document(), registry));
  }

  static Key key(String namespace, String name) {
    return new Key(ResourceNames.SECRETS, namespace, name);
  }

  /** What a Secret of the right type holds for a registry. Pure. */
  static Optional<Login> login(JsonNode secret, String registry) {
    String encoded = secret.path("data").path(ENTRY).asString("");
    try {
      JsonNode logins =
          JsonMapper.shared().readTree(Base64.getDecoder().decode(encoded)).path("auths");
      return logins.properties().stream()
          .filter(entry -> host(entry.getKey()).equals(registry))
          .findFirst()
          .flatMap(entry -> pair(entry.getValue()));
    } catch (JacksonException | IllegalArgumentException malformed) {
      // Admission let no such Secret in; without a login the registry says what it thinks of it.
      return Optional.empty();
    }
  }

  private static Optional<Login> pair(JsonNode entry) {
    String user = entry.path("username").asString("");
    if (!user.isEmpty()) {
      return Optional.of(new Login(user, entry.path("password").asString("")));
    }
    byte[] pair = Base64.getDecoder().decode(entry.path("auth").asString(""));
    String[] parts = new String(pair, StandardCharsets.UTF_8).split(":", 2);
    return parts.length == 2 ? Optional.of(new Login(parts[0], parts[1])) : Optional.empty();
  }

  /** Docker writes some registries as addresses, and its own under an old name. */
  private static String host(String key) {
    String host = key.replaceFirst("^https?://", "").split("/", 2)[0].toLowerCase(Locale.ROOT);
    return host.equals("index.docker.io") || host.equals("docker.io")
        ? "registry-1.docker.io"
        : host;
  }
}
