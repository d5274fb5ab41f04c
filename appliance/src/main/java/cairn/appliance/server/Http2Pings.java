package cairn.appliance.server;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Asks an HTTP/2 client for a sign of life, and ends the connection when none comes. A stopped
 * client would hold it for ever: flow control lets so little through that the socket never fills,
 * and the kernel acknowledges for it. Websockets have pings of their own. Does nothing on an
 * HTTP/1.1 connection.
 */
final class Http2Pings extends ChannelInboundHandlerAdapter {

  private static final long PAYLOAD = 0x636169726eL; // "cairn"

  private final Duration pause;
  private int unanswered;

  Http2Pings(Duration pause) {
    this.pause = pause;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext context) {
    lookLater(context);
  }

  @Override
  public void channelRead(ChannelHandlerContext context, Object message) {
    unanswered = 0;
    context.fireChannelRead(message);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It ends with the connection.
  private void lookLater(ChannelHandlerContext context) {
    context.executor().schedule(() -> look(context), pause.toMillis(), TimeUnit.MILLISECONDS);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // A failed ping is one that is not answered.
  private void look(ChannelHandlerContext context) {
    ChannelHandlerContext at = context.pipeline().context(Http2ConnectionHandler.class);
    if (!context.channel().isActive() || at == null) {
      return;
    }
    Http2ConnectionHandler http2 = (Http2ConnectionHandler) at.handler();
    if (unanswered >= Patience.MISSED_PINGS) {
      // With a linger of zero the kernel forgets what waits, too.
      context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
      context.close();
      return;
    }
    unanswered++;
    http2.encoder().writePing(at, false, PAYLOAD, at.newPromise());
    at.flush();
    lookLater(context);
  }
}
