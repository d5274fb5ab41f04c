package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PongWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The part of a websocket that is the same for every use: pings, pongs, closing. The channel is
 * read on demand: nothing is taken from the client before {@link #more} is called.
 */
@SuppressWarnings("FutureReturnValueIgnored") // A failed write closes the channel; gone() follows.
abstract class WebsocketHandler extends SimpleChannelInboundHandler<WebSocketFrame> {

  private static final long PING_SECONDS = 30;
  private static final int MISSED_PINGS = 3;
  private static final long CLOSING_SECONDS = 2;

  private volatile @Nullable ChannelHandlerContext context;
  private int unanswered;
  private boolean closing;
  private boolean begun;
  private boolean abandoned;

  /** Whether frames of the client are wanted; while they are not, its pongs lie unread as well. */
  private volatile boolean reading;

  @Override
  public final void handlerAdded(ChannelHandlerContext context) {
    this.context = context;
    context.channel().config().setAutoRead(false);
    if (!context.channel().isActive()) {
      leave(); // Nobody will tell of an end that came before us.
    }
  }

  /** The handshake is done. On the event loop. */
  final void begin() {
    begun = true;
    context().executor().schedule(this::ping, PING_SECONDS, TimeUnit.SECONDS);
    begun();
    more();
  }

  /** The upgrade did not happen; on the event loop, at most once and never after begun(). */
  abstract void abandon();

  /** On the event loop: start the work elsewhere. */
  abstract void begun();

  /** A data frame; on the event loop. The frame is released afterwards. */
  abstract void data(WebSocketFrame frame);

  /** The connection is gone after it began; on the event loop, once. */
  abstract void gone();

  /** Lets the next frames in. Any thread. */
  final void more() {
    reading = true;
    context().read();
  }

  /** Does something on the event loop later, also when the connection is gone. Any thread. */
  final void later(Runnable work, long seconds) {
    context().executor().schedule(work, seconds, TimeUnit.SECONDS);
  }

  /** Sends a frame; blocks while the client does not keep up. Never on the event loop. */
  final void send(WebSocketFrame frame) throws InterruptedException {
    var written = context().writeAndFlush(frame);
    if (!context().channel().isWritable()) {
      written.await();
    }
  }

  /** Closes with a code; 0 drops the connection without a word. Any thread. */
  final void close(int code, String reason) {
    if (code == 0) {
      context().close();
      return;
    }
    context()
        .executor()
        .execute(() -> {
          if (!closing) {
            closing = true;
            // The client's own close frame ends the connection; who sends none is cut off. To
            // cut at once could destroy our frame on its way (TCP reset).
            context().writeAndFlush(new CloseWebSocketFrame(code, shortened(reason)));
            context()
                .executor()
                .schedule(() -> context().close(), CLOSING_SECONDS, TimeUnit.SECONDS);
            more();
          }
        });
  }

  @Override
  protected final void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
    switch (frame) {
      case PingWebSocketFrame ping -> {
        context.writeAndFlush(new PongWebSocketFrame(ping.content().retain()));
        goOn(context);
      }
      case PongWebSocketFrame ignored -> {
        unanswered = 0;
        goOn(context);
      }
      case CloseWebSocketFrame close -> {
        if (closing) {
          context.close();
        } else {
          closing = true;
          context.writeAndFlush(close.retain()).addListener(ChannelFutureListener.CLOSE);
        }
      }
      default -> {
        if (closing) {
          more();
        } else {
          reading = false;
          data(frame);
        }
      }
    }
  }

  /** After a frame that is no data: what was wanted before is still wanted, and no more. */
  private void goOn(ChannelHandlerContext context) {
    if (reading) {
      context.read();
    }
  }

  @Override
  public final void channelInactive(ChannelHandlerContext context) {
    leave();
    context.fireChannelInactive();
  }

  @Override
  public final void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    // A broken frame or a broken connection: both end it, and gone() follows.
    context.close();
  }

  private void leave() {
    if (begun) {
      gone();
    } else if (!abandoned) {
      abandoned = true;
      abandon();
    }
  }

  private void ping() {
    if (!context().channel().isActive()) {
      return;
    }
    if (unanswered >= MISSED_PINGS) {
      context().close();
      return;
    }
    // Who may not send cannot answer: then only the connection itself tells that it is dead.
    unanswered = reading ? unanswered + 1 : 0;
    context().writeAndFlush(new PingWebSocketFrame(Unpooled.EMPTY_BUFFER));
    context().executor().schedule(this::ping, PING_SECONDS, TimeUnit.SECONDS);
  }

  /** A close frame holds at most 123 bytes of reason. */
  private static String shortened(String reason) {
    String ascii = reason.replaceAll("[^ -~]", "?");
    return ascii.length() > 120 ? ascii.substring(0, 120) : ascii;
  }

  private ChannelHandlerContext context() {
    return requireNonNull(context, "the handler is in no pipeline");
  }
}
