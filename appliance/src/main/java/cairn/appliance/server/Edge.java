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
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
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
      Optional<Answer> known = api.atOnce(asked);
      if (known.isPresent()) {
        body.close();
        reply.send(known.get());
      } else {
        Thread.ofVirtual().name("request").start(() -> reply.send(answer(asked, body)));
      }
    } catch (Refusal refusal) {
      body.close();
      reply.send(StatusDocument.of(refusal));
    }
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

  private Answer answer(Request asked, CloseableByteBody body) {
    try {
      byte[] bytes = bytes(body);
      return large.inTurn(bytes.length, () -> api.answer(asked.with(bytes)));
    } catch (ContentLengthExceededException | BufferLengthExceededException e) {
      return StatusDocument.tooLarge();
    } catch (RuntimeException e) {
      // The client went away in the middle of its body, or sent none that can be read.
      LOG.debug("{}: the body ends early: {}", asked.method(), e.getMessage());
      return StatusDocument.of(
          new Refusal(Reason.BAD_REQUEST, "the body of the request cannot be read to its end"));
    }
  }

  private static byte[] bytes(CloseableByteBody body) {
    try (CloseableAvailableByteBody whole = body.buffer().join()) {
      return whole.toByteArray();
    } catch (CompletionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw e;
    }
  }

  @Override
  public void handleUnboundError(Throwable failure) {
    if (failure instanceof IOException) {
      LOG.debug("a connection broke off: {}", failure.getMessage());
    } else {
      LOG.warn("a connection failed: {}", failure.getMessage(), failure);
    }
  }
}
