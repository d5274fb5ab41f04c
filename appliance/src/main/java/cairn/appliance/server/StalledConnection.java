package cairn.appliance.server;

import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPromise;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a connection whose client does not read: once something waits and no write reaches the
 * socket for a while. Progress counts, not the whole answer, so that a slow link may take its time
 * over a long list. Stands next to the socket, where writes are encrypted records of at most 16
 * KiB, and sees every kind of answer: lists, watches, websockets, HTTP/2.
 */
final class StalledConnection extends ChannelDuplexHandler {

  private static final Logger LOG = LoggerFactory.getLogger(StalledConnection.class);

  private final Duration patience;
  private final ChannelFutureListener counting = _ -> this.reached++;

  private long begun;

  /** Writes that reached the socket, up to now and at the last look. */
  private long reached;

  private long reachedBefore;
  private boolean looking;

  StalledConnection(Duration patience) {
    this.patience = patience;
  }

  @Override
  public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
    begun++;
    context.write(message, promise.unvoid()).addListener(counting);
    if (!looking) {
      looking = true;
      lookLater(context);
    }
  }

  @SuppressWarnings("FutureReturnValueIgnored") // It ends with the connection.
  private void lookLater(ChannelHandlerContext context) {
    reachedBefore = reached;
    context.executor().schedule(() -> look(context), patience.toMillis(), TimeUnit.MILLISECONDS);
  }

  @SuppressWarnings("FutureReturnValueIgnored") // Nobody is left to tell.
  private void look(ChannelHandlerContext context) {
    if (!context.channel().isActive() || reached == begun) {
      looking = false;
      return;
    }
    if (reached != reachedBefore) {
      lookLater(context);
      return;
    }
    LOG.info(
        "{} has read nothing for {} s and is disconnected",
        context.channel().remoteAddress(),
        patience.toSeconds());
    // With a linger of zero the kernel forgets what waits, too.
    context.channel().config().setOption(ChannelOption.SO_LINGER, 0);
    context.close();
  }
}
