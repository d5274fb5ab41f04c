package cairn.storage.directory;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What is written down beside an image: how it first came. */
record ImageRecord(ByteSize virtualSize, ByteSize transferred, CachedImage.Format format) {

  private static final JsonMapper JSON = JsonMapper.shared();

  void write(Path file) throws IOException {
    Files.write(
        file,
        JSON.writeValueAsBytes(
            JSON.createObjectNode()
                .put("virtualSize", virtualSize.bytes())
                .put("transferred", transferred.bytes())
                .put("format", format.name())));
  }

  static ImageRecord read(Path file) throws IOException {
    try {
      JsonNode document = JSON.readTree(Files.readAllBytes(file));
      return new ImageRecord(
          new ByteSize(document.path("virtualSize").asLong()),
          new ByteSize(document.path("transferred").asLong()),
          CachedImage.Format.valueOf(document.path("format").asString()));
    } catch (JacksonException | IllegalArgumentException damaged) {
      throw new IOException(file + " is damaged: " + damaged.getMessage(), damaged);
    }
  }
}
