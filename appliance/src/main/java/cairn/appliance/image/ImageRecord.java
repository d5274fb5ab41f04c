package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.storage.ContentId;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is remembered about an image, in its private record.
 *
 * @param content once it is in the cache
 * @param failure why it can never come in, for the source it was tried with
 */
public record ImageRecord(Optional<ContentId> content, Optional<Failure> failure) {

  /**
   * A source that cannot become an image.
   *
   * @param source the data source as it stood, to notice a change
   */
  public record Failure(String source, String message) {
    public Failure {
      requireNonNull(source, "source is null");
      requireNonNull(message, "message is null");
    }
  }

  public ImageRecord {
    requireNonNull(content, "content is null");
    requireNonNull(failure, "failure is null");
  }

  public static ImageRecord read(JsonNode privateDocument) {
    String content = privateDocument.path("content").asString("");
    JsonNode failure = privateDocument.path("failure");
    return new ImageRecord(
        content.isEmpty() ? Optional.empty() : Optional.of(new ContentId(content)),
        failure.isMissingNode()
            ? Optional.empty()
            : Optional.of(
                new Failure(
                    failure.path("source").asString(""), failure.path("message").asString(""))));
  }

  /** In place. */
  static void arrived(ObjectNode privateDocument, ContentId content) {
    privateDocument.remove("failure");
    UploadRecord.remove(privateDocument);
    privateDocument.put("content", content.sha256());
  }

  /** In place. */
  static void failed(ObjectNode privateDocument, Failure failure) {
    ObjectNode node = privateDocument.putObject("failure");
    node.put("source", failure.source());
    node.put("message", failure.message());
  }
}
