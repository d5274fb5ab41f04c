package cairn.appliance.server;

import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Optional;

/** Says why the head of a request could not be read, with the codes that Go's server has for it. */
final class Unreadable {

  private static final int BAD_REQUEST = 400;
  private static final int HEAD_TOO_LARGE = 431;
  private static final int VERSION_NOT_SUPPORTED = 505;

  private Unreadable() {}

  /** A head that Netty could read and HTTP/1.1 does not allow. */
  static final class NotAllowed extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int code;

    private NotAllowed(int code, String why) {
      super(why, null, false, false);
      this.code = code;
    }

    static NotAllowed noHost() {
      return new NotAllowed(BAD_REQUEST, "missing required Host header");
    }

    static NotAllowed version(String text) {
      return new NotAllowed(
          VERSION_NOT_SUPPORTED,
          "unsupported protocol version " + text + ", spoken are HTTP/1.1 and HTTP/2");
    }
  }

  /** Empty if the head was read. */
  static Optional<Answer.Whole> answer(HttpRequest request) {
    if (request.decoderResult().isSuccess()) {
      return Optional.empty();
    }
    Throwable cause = request.decoderResult().cause();
    return Optional.of(
        switch (cause) {
          case TooLongHttpLineException _, TooLongHttpHeaderException _ ->
              StatusDocument.of(
                  HEAD_TOO_LARGE,
                  "the request line and the headers are larger than " + ApiServer.LARGEST_HEAD);
          case NotAllowed not -> StatusDocument.of(not.code, String.valueOf(not.getMessage()));
          default ->
              StatusDocument.of(
                  BAD_REQUEST, "the request cannot be read: " + String.valueOf(cause.getMessage()));
        });
  }
}
