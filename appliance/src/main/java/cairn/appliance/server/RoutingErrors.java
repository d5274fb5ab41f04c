package cairn.appliance.server;

import io.micronaut.context.annotation.Primary;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;

/**
 * Writes nothing: no request reaches Micronaut's routing, whose own error bodies would want a JSON
 * library of its own to be there at the start.
 */
@Primary
@Singleton
class RoutingErrors implements ErrorResponseProcessor<Object> {

  @Override
  public MutableHttpResponse<Object> processResponse(
      ErrorContext context, MutableHttpResponse<?> response) {
    return response.<Object>body("");
  }
}
