package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.Optional;

/** Says why Netty could not decode the head of a request. */
final class Unreadable {

  private Unreadable() {}

  /** Empty if the head was read. */
  static Optional<Refusal> reason(HttpRequest request) {
    if (request.decoderResult().isSuccess()) {
      return Optional.empty();
    }
    Throwable cause = request.decoderResult().cause();
    return Optional.of(
        switch (cause) {
          case TooLongHttpLineException _, TooLongHttpHeaderException _ ->
              new Refusal(
                  Reason.REQUEST_ENTITY_TOO_LARGE,
                  "the request line and the headers are larger than " + ApiServer.LARGEST_HEAD);
          default ->
              new Refusal(
                  Reason.BAD_REQUEST,
                  "the request cannot be read: " + String.valueOf(cause.getMessage()));
        });
  }
}
