package cairn.appliance.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;

/**
 * Drops an {@code Expect} header that asks for anything but {@code 100-continue}: Micronaut 5.0 was
 * seen to leave such a request without any answer.
 */
final class Expectations extends ChannelInboundHandlerAdapter {

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    if (message instanceof HttpRequest request
        && request.headers().contains(HttpHeaderNames.EXPECT)
        && !request.headers().contains(HttpHeaderNames.EXPECT, HttpHeaderValues.CONTINUE, true)) {
      request.headers().remove(HttpHeaderNames.EXPECT);
    }
    context.fireChannelRead(message);
  }
}
