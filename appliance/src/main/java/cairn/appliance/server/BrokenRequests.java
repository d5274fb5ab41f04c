package cairn.appliance.server;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;

/**
 * Ends a connection once a request that could not be decoded is answered. Netty's decoder reads
 * nothing after such a request, so what comes next would wait for ever; Micronaut 5.0 closes the
 * connection in most of these cases and not in all.
 */
final class BrokenRequests extends ChannelDuplexHandler {

  private boolean broken;

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    broken |= message instanceof HttpObject part && part.decoderResult().isFailure();
    context.fireChannelRead(message);
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
