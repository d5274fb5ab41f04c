package cairn.appliance.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameListener;

/**
 * Makes the loss of an HTTP/2 connection the end of its streams. Micronaut 5.0.2 cancels a response
 * when the client resets its stream, but not when the whole connection goes: the watches of a
 * killed client would stay open until their time is up. To Micronaut it looks here as if the client
 * had reset each stream first. Stands at the head of the pipeline, to be told before Netty forgets
 * the streams; on an HTTP/1.1 connection it does nothing.
 */
final class LostConnection extends ChannelInboundHandlerAdapter {

  @Override
  public void channelInactive(ChannelHandlerContext context) throws Http2Exception {
    Http2ConnectionHandler http2 = context.pipeline().get(Http2ConnectionHandler.class);
    if (http2 != null) {
      Http2FrameListener micronaut = http2.decoder().frameListener();
      http2
          .connection()
          .forEachActiveStream(stream -> {
            micronaut.onRstStreamRead(context, stream.id(), Http2Error.CANCEL.code());
            return true;
          });
    }
    context.fireChannelInactive();
  }
}
