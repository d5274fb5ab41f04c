package cairn.storage.directory;

import cairn.storage.ContentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What we wrote down when we made a layer. The layer itself is never asked for its base.
 *
 * @param base content that the layer begins with
 * @param rawBase file that holds it
 */
record LayerRecord(ContentId base, Path rawBase) {

  private static final JsonMapper JSON = JsonMapper.shared();

  void write(Path file) throws IOException {
    Files.write(
        file,
        JSON.writeValueAsBytes(
            JSON.createObjectNode().put("base", base.sha256()).put("rawBase", rawBase.toString())));
  }

  static LayerRecord read(Path file) throws IOException {
    try {
      JsonNode document = JSON.readTree(Files.readAllBytes(file));
      return new LayerRecord(
          new ContentId(document.path("base").asString()),
          Path.of(document.path("rawBase").asString()));
    } catch (JacksonException | IllegalArgumentException damaged) {
      throw new IOException(file + " is damaged: " + damaged.getMessage(), damaged);
    }
  }
}
