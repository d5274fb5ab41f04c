package cairn.appliance.server;

import cairn.appliance.access.Caller;
import cairn.appliance.access.WhoAreYou;
import cairn.appliance.api.Refusal;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.ServerHttpRequest;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Delete;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Patch;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.Put;
import io.micronaut.http.body.CloseableAvailableByteBody;
import io.micronaut.http.exceptions.BufferLengthExceededException;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.reactivestreams.Publisher;

/** The only route: takes every request from Micronaut and hands every answer back. */
@Controller
@ExecuteOn(TaskExecutors.BLOCKING)
@Consumes("*/*")
@Produces("*/*")
class Edge {

  private final Api api;
  private final WhoAreYou whoAreYou;
  private final Patience patience;
  private final LargeBodies large = new LargeBodies();

  Edge(Api api, WhoAreYou whoAreYou, Patience patience) {
    this.api = api;
    this.whoAreYou = whoAreYou;
    this.patience = patience;
  }

  @Get("/{+path:.*}")
  HttpResponse<Publisher<byte[]>> read(HttpRequest<?> request) {
    return serve(request);
  }

  @Post("/{+path:.*}")
  HttpResponse<Publisher<byte[]>> create(HttpRequest<?> request) {
    return serve(request);
  }

  @Put("/{+path:.*}")
  HttpResponse<Publisher<byte[]>> replace(HttpRequest<?> request) {
    return serve(request);
  }

  @Patch("/{+path:.*}")
  HttpResponse<Publisher<byte[]>> change(HttpRequest<?> request) {
    return serve(request);
  }

  @Delete("/{+path:.*}")
  HttpResponse<Publisher<byte[]>> remove(HttpRequest<?> request) {
    return serve(request);
  }

  private HttpResponse<Publisher<byte[]>> serve(HttpRequest<?> request) {
    Caller caller =
        whoAreYou.answer(
            request
                .getCertificate()
                .filter(X509Certificate.class::isInstance)
                .map(X509Certificate.class::cast));
    HttpHeaders headers = request.getHeaders();
    RequestTarget target = RequestTarget.parse(request.getUri().toString());
    Answer answer;
    try {
      Impersonation.refuse(headers.names(), caller);
      Request asked =
          new Request(
              request.getMethodName(),
              target.path(),
              target.query(),
              new Request.Headers(
                  String.join(",", headers.getAll(HttpHeaders.ACCEPT)),
                  header(headers, HttpHeaders.CONTENT_TYPE),
                  header(headers, HttpHeaders.USER_AGENT),
                  header(headers, HttpHeaders.IF_NONE_MATCH)),
              caller,
              body(request));
      answer = large.inTurn(asked.body().length, () -> api.answer(asked));
    } catch (Refusal refusal) {
      answer = StatusDocument.of(refusal);
    } catch (ContentLengthExceededException | BufferLengthExceededException e) {
      answer = StatusDocument.tooLarge();
    }
    String codings = String.join(",", headers.getAll(HttpHeaders.ACCEPT_ENCODING));
    return response(Compression.of(answer, request.getMethodName(), codings));
  }

  private static byte[] body(HttpRequest<?> request) {
    if (!(request instanceof ServerHttpRequest<?> received)) {
      return new byte[0];
    }
    try (CloseableAvailableByteBody body = received.byteBody().buffer().join()) {
      return body.toByteArray();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  private HttpResponse<Publisher<byte[]>> response(Answer answer) {
    return switch (answer) {
      case Answer.Stream stream -> stream(stream);
      case Answer.Whole whole -> whole(whole);
    };
  }

  private HttpResponse<Publisher<byte[]>> stream(Answer.Stream stream) {
    MutableHttpResponse<Publisher<byte[]>> response =
        HttpResponse.<Publisher<byte[]>>ok(
                new FramePublisher(stream.frames(), patience.stalledStream()))
            .header(HttpHeaders.CONTENT_TYPE, stream.contentType())
            .header(HttpHeaders.CACHE_CONTROL, "no-cache, private");
    warn(stream.warnings(), response);
    return response;
  }

  private static void warn(List<String> warnings, MutableHttpResponse<?> response) {
    warnings.forEach(text -> response.header("Warning", Warnings.header(text)));
  }

  /**
   * One declared type for both kinds of body: Micronaut writes a publisher of bytes as it comes
   * only if the route declares one, and looks at the value itself for everything else.
   */
  @SuppressWarnings("unchecked")
  private static HttpResponse<Publisher<byte[]>> whole(Answer.Whole whole) {
    MutableHttpResponse<byte[]> response =
        HttpResponse.<byte[]>status(HttpStatus.valueOf(whole.code()));
    response.header(HttpHeaders.CONTENT_TYPE, whole.contentType());
    whole.headers().forEach(response::header);
    warn(whole.warnings(), response);
    response.body(whole.body());
    return (HttpResponse<Publisher<byte[]>>) (HttpResponse<?>) response;
  }

  private static String header(HttpHeaders headers, CharSequence name) {
    return Optional.ofNullable(headers.get(name)).orElse("");
  }
}
