package cairn.appliance.image;

import static java.util.Objects.requireNonNull;

import cairn.storage.ContentId;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What is remembered about an upload, in the private record of the object it is for.
 *
 * @param source the data source as it stood, to notice a change
 * @param key the secret part of the address; whoever knows it may send the file
 * @param since when the address was opened
 * @param arrived what came in, until the object has it
 * @param failure why nothing can come in any more
 */
record UploadRecord(
    String source,
    String key,
    Instant since,
    Optional<ContentId> arrived,
    Optional<Failure> failure) {

  private static final String FIELD = "upload";

  /**
   * The end of an upload that did not work.
   *
   * @param reason of the object's Ready condition
   */
  record Failure(String reason, String message) {
    Failure {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }
  }

  UploadRecord {
    requireNonNull(source, "source is null");
    requireNonNull(key, "key is null");
    requireNonNull(since, "since is null");
    requireNonNull(arrived, "arrived is null");
    requireNonNull(failure, "failure is null");
  }

  static UploadRecord opened(String source, String key, Instant since) {
    return new UploadRecord(source, key, since, Optional.empty(), Optional.empty());
  }

  /** Empty where no address was opened, or one for another source. */
  static Optional<UploadRecord> read(JsonNode privateDocument, String source) {
    JsonNode upload = privateDocument.path(FIELD);
    if (!upload.path("source").asString("").equals(source)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new UploadRecord(
              source,
              upload.path("key").asString(""),
              Instant.parse(upload.path("since").asString("")),
              arrived(privateDocument),
              failure(upload.path("failure"))));
    } catch (DateTimeParseException unreadable) {
      return Optional.empty();
    }
  }

  /** What came in by an upload, whatever the source is now. */
  static Optional<ContentId> arrived(JsonNode privateDocument) {
    String content = privateDocument.path(FIELD).path("arrived").asString("");
    return content.isEmpty() ? Optional.empty() : Optional.of(new ContentId(content));
  }

  private static Optional<Failure> failure(JsonNode failure) {
    return failure.isMissingNode()
        ? Optional.empty()
        : Optional.of(
            new Failure(failure.path("reason").asString(""), failure.path("message").asString("")));
  }

  /** In place. */
  void write(ObjectNode privateDocument) {
    ObjectNode upload = privateDocument.putObject(FIELD);
    upload.put("source", source);
    upload.put("key", key);
    upload.put("since", since.toString());
    arrived.ifPresent(content -> upload.put("arrived", content.sha256()));
    failure.ifPresent(ended ->
        upload.putObject("failure").put("reason", ended.reason()).put("message", ended.message()));
  }

  /** In place: the upload is over, and its address is nobody's. */
  static void remove(ObjectNode privateDocument) {
    privateDocument.remove(FIELD);
  }

  UploadRecord arrived(ContentId content) {
    return new UploadRecord(source, key, since, Optional.of(content), failure);
  }

  UploadRecord failed(Failure why) {
    return new UploadRecord(source, key, since, arrived, Optional.of(why));
  }
}
