package cairn.appliance.server;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Notices requests whose head is not HTTP/1.1, and ends a connection once a request that could not
 * be decoded is answered. Netty's decoder reads nothing after such a request, so what comes next
 * would wait for ever; Micronaut 5.0 closes the connection in most of these cases and not in all.
 */
final class BrokenRequests extends ChannelDuplexHandler {

  private boolean broken;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request) {
      if (request.decoderResult().isSuccess()) {
        refuseNotAllowed(request);
      }
    } else if (message instanceof HttpContent part && part.decoderResult().isFailure()) {
      refuseBody(context, part);
      return;
    }
    broken |= message instanceof HttpObject part && part.decoderResult().isFailure();
    context.fireChannelRead(message);
  }

  /** Netty ends a body where it can read no further, and Micronaut 5.0 takes that for its end. */
  private static void refuseBody(ChannelHandlerContext context, HttpContent part) {
    Throwable cause = part.decoderResult().cause();
    part.release();
    LastWord.say(
        context,
        new Refusal(
            Reason.BAD_REQUEST,
            "the body of the request cannot be read to its end: " + cause.getMessage()));
  }

  /** Netty reads some heads that HTTP/1.1 does not allow. */
  private static void refuseNotAllowed(HttpRequest request) {
    HttpVersion version = request.protocolVersion();
    if (version.majorVersion() != 1) {
      request.setDecoderResult(
          DecoderResult.failure(Unreadable.NotAllowed.version(version.text())));
    } else if (version.minorVersion() > 0 && !request.headers().contains(HttpHeaderNames.HOST)) {
      request.setDecoderResult(DecoderResult.failure(Unreadable.NotAllowed.noHost()));
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // The promise carries the outcome.
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    ChannelPromise outcome = promise;
    if (broken && message instanceof HttpResponse response) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    if (broken && message instanceof LastHttpContent) {
      outcome = promise.unvoid();
      outcome.addListener(ChannelFutureListener.CLOSE);
    }
    context.write(message, outcome);
  }
}
