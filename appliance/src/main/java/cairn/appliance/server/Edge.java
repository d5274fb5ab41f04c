package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import io.micronaut.http.body.CloseableAvailableByteBody;
import io.micronaut.http.body.CloseableByteBody;
import io.micronaut.http.exceptions.BufferLengthExceededException;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.micronaut.http.server.netty.handler.OutboundAccess;
import io.micronaut.http.server.netty.handler.RequestHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http2.Http2Exception;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes every request from Micronaut's connection handler and hands every answer back, in front of
 * Micronaut's routing: there is one route, and matching, binding and filtering it cost more than
 * the answer. What needs no work to speak of is answered on the connection's own thread; everything
 * else, with or without a body, on a virtual thread of its own.
 */
final class Edge implements RequestHandler {

  private static final Logger LOG = LoggerFactory.getLogger(Edge.class);

  private static final int REQUEST_TIMEOUT = HttpResponseStatus.REQUEST_TIMEOUT.code();

  private static final Set<HttpMethod> METHODS =
      Set.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE);

  private final Api api;
  private final Callers callers;
  private final Patience patience;
  private final DateHeader date;
  private final LargeBodies large;
  private final RequestFigures figures;

  /** One for each connection or HTTP/2 stream; {@code large} and {@code figures} are shared. */
  Edge(
      Api api,
      Callers callers,
      Patience patience,
      DateHeader date,
      LargeBodies large,
      RequestFigures figures) {
    this.api = api;
    this.callers = callers;
    this.patience = patience;
    this.date = date;
    this.large = large;
    this.figures = figures;
  }

  @Override
  public void accept(
      ChannelHandlerContext context,
      HttpRequest received,
      CloseableByteBody body,
      OutboundAccess out) {
    Reply reply = new Reply(context, received, out, patience, date, figures);
    try {
      Optional<Answer.Whole> unreadable = Unreadable.answer(received);
      if (unreadable.isPresent()) {
        body.close();
        reply.send(unreadable.get());
        return;
      }
      if (!METHODS.contains(received.method())) {
        throw Unknown.method();
      }
      Request asked = request(context, received);
      Impersonation.refuse(received.headers().names(), asked.caller());
      Optional<Intake> intake = api.intake(asked);
      if (intake.isPresent()) {
        Thread.ofVirtual()
            .name("upload")
            .start(answering(reply, () -> taken(intake.get(), received.headers(), body, reply)));
        return;
      }
      Optional<Answer> known = api.atOnce(asked);
      if (known.isPresent()) {
        body.close();
        reply.send(known.get());
      } else {
        Thread.ofVirtual()
            .name("request")
            .start(answering(reply, () -> answer(asked, received.headers(), body, reply)));
      }
    } catch (Refusal refusal) {
      body.close();
      reply.send(StatusDocument.of(refusal));
    }
  }

  /** Whatever happens there is an answer: a client waits for ever for one that does not come. */
  private static Runnable answering(Reply reply, Supplier<Answer> work) {
    return () -> {
      try {
        reply.send(work.get());
      } catch (Error defect) {
        LOG.error("a request ended by a defect or for want of memory: {}", defect, defect);
        reply.send(
            StatusDocument.of(
                new Refusal(Reason.INTERNAL_ERROR, "Internal error occurred: " + defect)));
      }
    };
  }

  private Request request(ChannelHandlerContext context, HttpRequest received) {
    HttpHeaders headers = received.headers();
    RequestTarget target = RequestTarget.parse(received.uri());
    return new Request(
        received.method().name(),
        target.path(),
        target.query(),
        new Request.Headers(
            String.join(",", headers.getAll(HttpHeaderNames.ACCEPT)),
            headers.get(HttpHeaderNames.CONTENT_TYPE, ""),
            headers.get(HttpHeaderNames.USER_AGENT, ""),
            headers.get(HttpHeaderNames.IF_NONE_MATCH, "")),
        callers.of(context.channel()),
        new byte[0]);
  }

  private Answer answer(Request asked, HttpHeaders headers, CloseableByteBody body, Reply reply) {
    try {
      byte[] bytes = bytes(body);
      if (bytes.length > 0) {
        refuseCoded(headers);
      }
      return large.inTurn(bytes.length, () -> api.answer(asked.with(bytes)));
    } catch (ContentLengthExceededException | BufferLengthExceededException e) {
      reply.abandonsBody();
      return StatusDocument.tooLarge();
    } catch (Refusal refusal) {
      return StatusDocument.of(refusal);
    } catch (TimeoutException e) {
      return StatusDocument.of(
          REQUEST_TIMEOUT,
          "the body of the request did not come within %d s"
              .formatted(patience.body().toSeconds()));
    } catch (RuntimeException e) {
      // The client went away in the middle of its body, or sent none that can be read.
      LOG.debug("{}: the body ends early: {}", asked.method(), e.getMessage());
      return StatusDocument.of(
          new Refusal(Reason.BAD_REQUEST, "the body of the request cannot be read to its end"));
    }
  }

  private Answer taken(Intake intake, HttpHeaders headers, CloseableByteBody body, Reply reply) {
    OptionalLong length = body.expectedLength();
    try (BodyInput bytes = BodyInput.of(body, patience.body())) {
      Answer answer = intake(intake, headers, length, bytes);
      if (!bytes.ended()) {
        reply.abandonsBody();
      }
      return answer;
    }
  }

  private static Answer intake(
      Intake intake, HttpHeaders headers, OptionalLong length, BodyInput bytes) {
    try {
      refuseCoded(headers);
      return intake.take(length, bytes);
    } catch (Refusal refusal) {
      return StatusDocument.of(refusal);
    }
  }

  /** A few bytes must not unfold to many, and no client sends them so. */
  private static void refuseCoded(HttpHeaders headers) {
    String coding = headers.get(HttpHeaderNames.CONTENT_ENCODING, "identity");
    if (!coding.equalsIgnoreCase("identity")) {
      throw new Refusal(
          Reason.UNSUPPORTED_MEDIA_TYPE,
          "the Content-Encoding of the body is \"%s\": send it as it is".formatted(coding));
    }
  }

  private byte[] bytes(CloseableByteBody body) throws TimeoutException {
    CompletableFuture<? extends CloseableAvailableByteBody> coming = body.buffer();
    try (CloseableAvailableByteBody whole =
        coming.get(patience.body().toMillis(), TimeUnit.MILLISECONDS)) {
      return whole.toByteArray();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new CompletionException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the thread of a request", e);
    } catch (TimeoutException e) {
      // It may come after all, and holds memory then.
      var _ = coming.thenAccept(CloseableAvailableByteBody::close);
      throw e;
    }
  }

  @Override
  public void handleUnboundError(Throwable failure) {
    boolean byClient =
        failure instanceof IOException
            || failure instanceof Http2Exception
            || failure instanceof CodecException;
    if (byClient) {
      LOG.debug("a connection broke off: {}", failure.getMessage());
    } else {
      LOG.warn("a connection failed: {}", failure.getMessage(), failure);
    }
  }
}
