package cairn.appliance.cli;

import cairn.appliance.api.ByteCount;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The way of one file to the node: the object that waits for it, the bytes, what became of them.
 */
final class Upload {

  private static final String API = "virtualization.deckhouse.io/v1alpha2";
  private static final Set<String> ENDED = Set.of("Failed", "Terminating");

  private final ApiClient client;
  private final Wanted wanted;
  private final int timeoutSeconds;
  private final PrintWriter out;

  Upload(ApiClient client, Wanted wanted, int timeoutSeconds, PrintWriter out) {
    this.client = client;
    this.wanted = wanted;
    this.timeoutSeconds = timeoutSeconds;
    this.out = out;
  }

  /**
   * What the file is to become.
   *
   * @param namespace empty for an image of all namespaces
   * @param size of a disk, if it is said
   */
  record Wanted(String kind, String namespace, String name, @Nullable String size) {

    Wanted {
      if (!name.matches("[a-z0-9]([-a-z0-9]*[a-z0-9])?")) {
        throw new Failure(
            Failure.WRONG_USAGE,
            "NAME is '%s', expected lower-case letters, digits and - between them".formatted(name));
      }
    }

    static Wanted clusterImage(String name) {
      return new Wanted("ClusterVirtualImage", "", name, null);
    }

    String path() {
      String plural = kind.toLowerCase(Locale.ROOT) + "s";
      return namespace.isEmpty()
          ? "/apis/%s/%s".formatted(API, plural)
          : "/apis/%s/namespaces/%s/%s".formatted(API, namespace, plural);
    }

    ObjectNode manifest() {
      ObjectNode object = Documents.JSON.createObjectNode();
      object.put("apiVersion", API);
      object.put("kind", kind);
      object.putObject("metadata").put("name", name);
      ObjectNode spec = object.putObject("spec");
      if (kind.equals("VirtualImage")) {
        spec.put("storage", "ContainerRegistry");
      }
      if (size != null) {
        spec.putObject("persistentVolumeClaim").put("size", size);
      }
      spec.putObject("dataSource").put("type", "Upload");
      return object;
    }

    @Override
    public String toString() {
      return kind.toLowerCase(Locale.ROOT) + "/" + name;
    }
  }

  void of(Path file) {
    long bytes = length(file);
    open();
    String address =
        await("ask for its file", this::asks)
            .path("status")
            .path("imageUploadURLs")
            .path("external")
            .asString("");
    // The node is reached by the kubeconfig's way, whatever name it gives itself.
    String path = URI.create(address).getPath();
    long begin = System.nanoTime();
    OptionalInt code;
    try (UploadProgress progress = UploadProgress.of(bytes)) {
      code = client.put(path, file, progress::sent);
    }
    if (code.orElse(0) != 200) {
      throw refused(code);
    }
    await("become Ready", Upload::ready);
    Duration lasted = Duration.ofNanos(System.nanoTime() - begin);
    out.println(
        "%s: ready (%s in %d s)".formatted(wanted, ByteCount.human(bytes), lasted.toSeconds()));
    out.flush();
  }

  private static long length(Path file) {
    if (!Files.isRegularFile(file)) {
      throw new Failure(
          Failure.WRONG_USAGE,
          Files.exists(file) ? file + " is no ordinary file" : file + " does not exist");
    }
    if (!Files.isReadable(file)) {
      throw new Failure(Failure.WRONG_USAGE, file + " may not be read by you");
    }
    try {
      long length = Files.size(file);
      if (length == 0) {
        throw new Failure(Failure.WRONG_USAGE, file + " is empty");
      }
      return length;
    } catch (IOException e) {
      throw new Failure(Failure.REFUSED, file + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** Makes the object, unless one waits already. */
  private void open() {
    Optional<JsonNode> there = client.find(wanted.path() + "/" + wanted.name());
    if (there.isEmpty()) {
      try {
        client.send("POST", wanted.path(), ApiClient.JSON, Optional.of(wanted.manifest()));
      } catch (ApiClient.NotFound e) {
        throw new Failure(Failure.REFUSED, String.valueOf(e.getMessage()), e);
      }
      return;
    }
    JsonNode source = there.get().path("spec").path("dataSource");
    String phase = phase(there.get());
    if (!source.path("type").asString("").equals("Upload")) {
      throw new Failure(
          Failure.REFUSED, wanted + " exists and is not made of an upload; choose another name");
    }
    if (phase.equals("Ready") || ENDED.contains(phase)) {
      throw new Failure(
          Failure.REFUSED,
          "%s is %s already; delete it, or choose another name".formatted(wanted, phase));
    }
  }

  private JsonNode await(String what, Predicate<JsonNode> enough) {
    return new ObjectWatch(client, wanted.path(), wanted.name(), wanted.toString())
        .await(
            Duration.ofSeconds(timeoutSeconds),
            object -> {
              if (ENDED.contains(phase(object))) {
                throw new Failure(
                    Failure.REFUSED,
                    "%s is %s: %s"
                        .formatted(wanted, phase(object), ObjectWatch.told(object, "Ready")));
              }
              return enough.test(object);
            })
        .orElseThrow(() ->
            new Failure(
                Failure.TIMED_OUT,
                "%s did not %s within %d s".formatted(wanted, what, timeoutSeconds)));
  }

  private Failure refused(OptionalInt code) {
    if (code.orElse(0) == 503) {
      return new Failure(
          Failure.REFUSED, wanted + " is being sent to by somebody else; try again later");
    }
    String why =
        client
            .find(wanted.path() + "/" + wanted.name())
            .map(object -> ObjectWatch.told(object, "Ready"))
            .orElse("it was deleted meanwhile");
    return new Failure(Failure.REFUSED, "%s did not take the file: %s".formatted(wanted, why));
  }

  private boolean asks(JsonNode object) {
    if (ready(object)) {
      throw new Failure(
          Failure.REFUSED, wanted + " is Ready already: somebody else sent it a file meanwhile");
    }
    return object.path("status").path("imageUploadURLs").has("external");
  }

  private static boolean ready(JsonNode object) {
    return phase(object).equals("Ready");
  }

  private static String phase(JsonNode object) {
    return object.path("status").path("phase").asString("");
  }
}
