package cairn.appliance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * What a kubeconfig says about its current context.
 *
 * @param file where it was read
 * @param namespace used when a command names none
 * @param authority PEM of the certificate authority of the server
 */
record Kubeconfig(
    Path file,
    URI server,
    String namespace,
    Optional<String> authority,
    Optional<String> certificate,
    Optional<String> key,
    Optional<String> token) {

  static Kubeconfig read(Path file) {
    try {
      return parse(file, Documents.one(Files.readString(file)));
    } catch (IOException e) {
      throw new Failure(
          Failure.WRONG_USAGE, "kubeconfig " + file + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static Kubeconfig parse(Path file, JsonNode root) throws IOException {
    JsonNode context =
        named(root.path("contexts"), root.path("current-context").asString(""), "context");
    JsonNode cluster =
        named(root.path("clusters"), context.path("cluster").asString(""), "cluster");
    JsonNode user = named(root.path("users"), context.path("user").asString(""), "user");
    Path folder = Optional.ofNullable(file.toAbsolutePath().getParent()).orElse(Path.of("/"));
    return new Kubeconfig(
        file,
        URI.create(cluster.path("server").asString("")),
        context.path("namespace").asString("default"),
        pem(cluster, "certificate-authority", folder),
        pem(user, "client-certificate", folder),
        pem(user, "client-key", folder),
        Optional.ofNullable(user.path("token").asString(null)));
  }

  private static JsonNode named(JsonNode list, String name, String what) {
    for (JsonNode entry : list) {
      if (entry.path("name").asString("").equals(name)) {
        return entry.path(what);
      }
    }
    throw new Failure(Failure.WRONG_USAGE, "the kubeconfig has no " + what + " '" + name + "'");
  }

  private static Optional<String> pem(JsonNode holder, String field, Path folder)
      throws IOException {
    String inline = holder.path(field + "-data").asString("");
    if (!inline.isEmpty()) {
      return Optional.of(new String(Base64.getMimeDecoder().decode(inline), UTF_8));
    }
    String path = holder.path(field).asString("");
    return path.isEmpty() ? Optional.empty() : Optional.of(Files.readString(folder.resolve(path)));
  }
}
