package cairn.appliance.server;

import cairn.appliance.api.YamlText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes answers as YAML for clients that take it before JSON. Everything is made as JSON; nobody
 * but a person with curl asks for the other, so it may cost a second pass.
 */
final class YamlAnswers {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();

  /** What has a tag is compared byte by byte, and there is one tag. */
  private static final String TAG = "ETag";

  private YamlAnswers() {}

  /**
   * @param accept header of the request; empty for none
   */
  static Answer of(Answer answer, String accept) {
    return switch (answer) {
      case Answer.Stream stream -> stream;
      case Answer.Whole whole ->
          whole.contentType().equals(Answer.JSON)
                  && !whole.headers().containsKey(TAG)
                  && Representation.asYaml(accept)
              ? written(whole)
              : whole;
    };
  }

  private static Answer.Whole written(Answer.Whole json) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(json.body().length);
    try {
      YamlText.write(MAPPER.readTree(json.body()), out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Answer.Whole(
        json.code(), Answer.YAML, out.toByteArray(), json.headers(), json.warnings());
  }
}
