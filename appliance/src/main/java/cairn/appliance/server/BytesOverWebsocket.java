package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of bytes over a websocket. Message boundaries carry no meaning. What the client sends is
 * handed on by one virtual thread, and read from the network only when that thread has caught up.
 */
final class BytesOverWebsocket extends WebsocketHandler {

  private static final Logger LOG = LoggerFactory.getLogger(BytesOverWebsocket.class);

  private final StreamEndpoint.Connected stream;
  private final boolean base64;

  /** Empty: the connection is gone. */
  private final BlockingQueue<Optional<byte[]>> inbox = new LinkedBlockingQueue<>();

  BytesOverWebsocket(StreamEndpoint.Connected stream, boolean base64) {
    this.stream = stream;
    this.base64 = base64;
  }

  @Override
  void abandon() {
    stream.ended();
  }

  @Override
  void begun() {
    Thread.ofVirtual().name("stream-websocket").start(this::run);
  }

  @Override
  void data(WebSocketFrame frame) {
    ByteBuf content = frame.content();
    try {
      inbox.add(
          Optional.of(
              base64
                  ? Base64.getDecoder().decode(content.toString(US_ASCII))
                  : ByteBufUtil.getBytes(content)));
    } catch (IllegalArgumentException e) {
      close(StreamEndpoint.Ending.GONE.code(), "a message is not base64");
    }
  }

  @Override
  void gone() {
    inbox.add(Optional.empty());
  }

  private void run() {
    try {
      stream.begin(new ClientSide());
      Optional<byte[]> bytes = inbox.take();
      while (bytes.isPresent()) {
        stream.received(bytes.get());
        if (inbox.isEmpty()) {
          more();
        }
        bytes = inbox.take();
      }
    } catch (InterruptedException e) {
      // Only the end of the process interrupts this thread.
    } catch (RuntimeException e) {
      LOG.error("a stream broke off: {}", e.getMessage(), e);
      close(StreamEndpoint.Ending.GONE.code(), "Internal error");
    } finally {
      stream.ended();
    }
  }

  private final class ClientSide implements StreamEndpoint.Client {

    @Override
    public void send(byte[] bytes) throws InterruptedException {
      BytesOverWebsocket.this.send(
          base64
              ? new TextWebSocketFrame(Base64.getEncoder().encodeToString(bytes))
              : new BinaryWebSocketFrame(Unpooled.wrappedBuffer(bytes)));
    }

    @Override
    public void end(StreamEndpoint.Ending ending, String reason) {
      close(ending.code(), reason);
    }
  }
}
