package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Refusal;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /upload/<key>}, where files for images and disks are handed in: GET asks whether one is
 * awaited, PUT and POST send it as their body. As in DVP a failure is 500 without a body, and the
 * object that the file was for tells the reason.
 */
record UploadPath(FileDrop drop) {

  private static final Logger LOG = LoggerFactory.getLogger(UploadPath.class);

  private static final String FIRST = "upload";
  private static final String TEXT = "text/plain; charset=utf-8";

  UploadPath {
    requireNonNull(drop, "drop is null");
  }

  /** Empty for another path. */
  Optional<Intake> intake(Request request) {
    boolean ours = request.path().size() == 2 && request.path().getFirst().equals(FIRST);
    return ours
        ? Optional.of((length, body) -> answer(request, request.path().get(1), length, body))
        : Optional.empty();
  }

  private Answer answer(Request request, String key, OptionalLong length, InputStream body) {
    try {
      return switch (request.method()) {
        case "GET", "HEAD" -> drop.awaits(key) ? empty(200) : StatusDocument.of(Unknown.path());
        case "PUT", "POST" -> take(key, length, body);
        default -> StatusDocument.of(Unknown.path());
      };
    } catch (Refusal refusal) {
      return StatusDocument.of(refusal);
    } catch (RuntimeException e) {
      // Not the path: its last part is a secret.
      LOG.error("{} of an upload: {}", request.method(), e, e);
      return empty(500);
    }
  }

  private Answer take(String key, OptionalLong length, InputStream body) {
    return switch (drop.take(key, length, body)) {
      case KEPT -> empty(200);
      case BUSY -> empty(503).with("Retry-After", "5");
      case UNKNOWN -> StatusDocument.of(Unknown.path());
      case FAILED -> empty(500);
    };
  }

  private static Answer.Whole empty(int code) {
    return new Answer.Whole(code, TEXT, new byte[0]);
  }
}
