package cairn.storage.imports;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds the layers of an image for this host's processor, through an index where there is one. */
record Layers(Registry registry, String shown) {

  private static final JsonMapper JSON = JsonMapper.shared();

  /** An index may point to another one (skopeo makes such), not further. */
  private static final int DEEPEST_INDEX = 2;

  /** One layer, packed. */
  record Layer(Digest digest, long size) {}

  List<Layer> find() {
    JsonNode manifest = parsed(registry.manifest());
    for (int depth = 0; manifest.has("manifests"); depth++) {
      if (depth == DEEPEST_INDEX) {
        throw invalid("is an index of indexes that does not end");
      }
      manifest = parsed(registry.manifest(chosen(manifest)));
    }
    List<Layer> layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      Digest digest = Digest.parse(layer.path("digest").asString(""), shown);
      layers.add(new Layer(digest, Math.max(0, layer.path("size").asLong(0))));
    }
    if (layers.isEmpty()) {
      throw invalid("names no layers");
    }
    return layers;
  }

  private Digest chosen(JsonNode index) {
    List<String> offered = new ArrayList<>();
    Optional<JsonNode> chosen = Optional.empty();
    for (JsonNode entry : index.path("manifests")) {
      JsonNode platform = entry.path("platform");
      String name =
          platform.path("os").asString("linux")
              + "/"
              + platform.path("architecture").asString(architecture());
      offered.add(name);
      if (chosen.isEmpty() && name.equals("linux/" + architecture())) {
        chosen = Optional.of(entry);
      }
    }
    JsonNode entry =
        chosen.orElseThrow(() ->
            Refused.forGood(
                "NoMatchingPlatform",
                "The image %s is there for %s, not for linux/%s."
                    .formatted(shown, String.join(", ", offered), architecture())));
    return Digest.parse(entry.path("digest").asString(""), shown);
  }

  private JsonNode parsed(byte[] manifest) {
    try {
      return JSON.readTree(manifest);
    } catch (JacksonException malformed) {
      throw invalid("is no JSON");
    }
  }

  private cairn.storage.StorageFault invalid(String what) {
    return Refused.forGood("InvalidManifest", "The manifest of " + shown + " " + what + ".");
  }

  /** Of this host, in the words of registries. */
  static String architecture() {
    String name = System.getProperty("os.arch");
    return switch (name) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }
}
