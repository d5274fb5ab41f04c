package cairn.appliance.cli;

import cairn.appliance.api.YamlText;
import cairn.appliance.api.YamlTree;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** YAML and JSON as trees. JSON is YAML, so one reader does for both. */
final class Documents {

  static final JsonMapper JSON = JsonMapper.builder().build();

  private Documents() {}

  static JsonNode one(String text) {
    return YamlTree.read(text);
  }

  /** The manifests in files and folders, in the order they stand there. */
  static List<Manifest> manifests(List<Path> places) {
    List<Manifest> manifests = new ArrayList<>();
    for (Path place : places) {
      for (Path file : files(place)) {
        manifests.addAll(read(file));
      }
    }
    if (manifests.isEmpty()) {
      throw new Failure(Failure.WRONG_USAGE, "no objects were found in " + places);
    }
    return manifests;
  }

  /** One object of a file; in words, what a person needs to find it. */
  record Manifest(Path file, ObjectNode object) {

    @Override
    public String toString() {
      JsonNode metadata = object.path("metadata");
      String name = metadata.path("name").asString(metadata.path("generateName").asString("?"));
      String place = file.toString().equals("-") ? "standard input" : file.toString();
      return "%s '%s' in %s".formatted(object.path("kind").asString("?"), name, place);
    }
  }

  static String yaml(JsonNode tree) {
    StringWriter text = new StringWriter();
    yaml(tree, text);
    return text.toString();
  }

  /** Writes as it goes: what is shown may be as large as the service lets it be. */
  static void yaml(JsonNode tree, Writer out) {
    try {
      YamlText.write(tree, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> files(Path place) {
    if (!Files.isDirectory(place)) {
      return List.of(place);
    }
    try (Stream<Path> found = Files.list(place)) {
      return found
          .filter(file -> file.getFileName().toString().matches(".*\\.(ya?ml|json)"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new Failure(
          Failure.WRONG_USAGE, "folder " + place + " cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<Manifest> read(Path file) {
    List<Manifest> found = new ArrayList<>();
    try {
      String text =
          file.toString().equals("-")
              ? new String(System.in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8)
              : Files.readString(file);
      YamlTree.readAll(text).forEach(document -> collect(document, file, found));
    } catch (IOException e) {
      throw new Failure(
          Failure.WRONG_USAGE, "file " + file + " cannot be read: " + e.getMessage(), e);
    } catch (IllegalArgumentException e) {
      throw new Failure(Failure.WRONG_USAGE, "file " + file + " is not YAML: " + e.getMessage(), e);
    }
    return found;
  }

  private static void collect(JsonNode document, Path file, List<Manifest> into) {
    if (document.isNull() || document.isMissingNode()) {
      return;
    }
    if (document.path("kind").asString("").endsWith("List") && document.has("items")) {
      document.path("items").forEach(item -> collect(item, file, into));
      return;
    }
    if (!(document instanceof ObjectNode object)
        || !object.has("apiVersion")
        || !object.has("kind")) {
      throw new Failure(
          Failure.WRONG_USAGE, "file " + file + " holds a document without apiVersion and kind");
    }
    into.add(new Manifest(file, object));
  }
}
