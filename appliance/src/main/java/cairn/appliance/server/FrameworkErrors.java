package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import io.micronaut.context.annotation.Primary;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Arrays;

/** What Micronaut refuses before our route is reached is a {@code Status} like everything else. */
@Primary
@Singleton
class FrameworkErrors implements ErrorResponseProcessor<byte[]> {

  @Override
  public MutableHttpResponse<byte[]> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    int code = response.code();
    Answer.Whole answer =
        StatusDocument.of(
            Arrays.stream(Reason.values())
                .filter(reason -> reason.code() == code)
                .findFirst()
                .map(reason -> new Refusal(reason, message(reason, context)))
                .orElseGet(() ->
                    new Refusal(Reason.INTERNAL_ERROR, message(Reason.INTERNAL_ERROR, context))));
    MutableHttpResponse<byte[]> status = response.body(answer.body());
    status.status(answer.code());
    status.getHeaders().remove(HttpHeaders.CONTENT_TYPE);
    status.header(HttpHeaders.CONTENT_TYPE, answer.contentType());
    return status;
  }

  private static String message(Reason reason, ErrorContext context) {
    return switch (reason) {
      case METHOD_NOT_ALLOWED -> "the server does not allow this method on the requested resource";
      case NOT_FOUND -> "the server could not find the requested resource";
      case REQUEST_ENTITY_TOO_LARGE ->
          "Request entity too large: limit is " + ApiServer.LARGEST_BODY;
      case BAD_REQUEST ->
          "the request cannot be read: "
              + context.getErrors().stream()
                  .findFirst()
                  .map(error -> error.getMessage())
                  .orElse("malformed");
      default -> "an error on the server has prevented the request from succeeding";
    };
  }
}
