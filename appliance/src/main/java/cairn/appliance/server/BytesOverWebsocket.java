package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A stream of bytes over a websocket. What the client sends is handed on by one virtual thread, and
 * read from the network only when that thread has caught up.
 */
final class BytesOverWebsocket extends WebsocketHandler {

  private static final Logger LOG = LoggerFactory.getLogger(BytesOverWebsocket.class);

  private static final long HANDING_ON_SECONDS = 5;

  private final StreamEndpoint.Connected stream;
  private final boolean base64;
  private final AtomicBoolean ended = new AtomicBoolean();

  /** Empty: the connection is gone. */
  private final BlockingQueue<Optional<Received>> inbox = new LinkedBlockingQueue<>();

  private record Received(ByteBuffer bytes, boolean endsMessage) {}

  BytesOverWebsocket(StreamEndpoint.Connected stream, boolean base64) {
    this.stream = stream;
    this.base64 = base64;
  }

  @Override
  void abandon() {
    // Off the event loop: ports close in their own time.
    Thread.ofVirtual().name("stream-abandoned").start(this::end);
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
              new Received(
                  ByteBuffer.wrap(
                      base64
                          ? Base64.getDecoder().decode(content.toString(US_ASCII))
                          : ByteBufUtil.getBytes(content)),
                  frame.isFinalFragment())));
    } catch (IllegalArgumentException e) {
      close(StreamEndpoint.Ending.GONE.code(), "a message is not base64");
    }
  }

  @Override
  void gone() {
    // What came before is still handed on, unless whoever takes it is stuck.
    inbox.add(Optional.empty());
    later(() -> Thread.ofVirtual().name("stream-cut-off").start(this::end), HANDING_ON_SECONDS);
  }

  private void end() {
    if (ended.compareAndSet(false, true)) {
      stream.ended();
    }
  }

  private void run() {
    try {
      stream.begin(new ClientSide());
      Optional<Received> bytes = inbox.take();
      while (bytes.isPresent()) {
        stream.received(bytes.get().bytes().array(), bytes.get().endsMessage());
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
      end();
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
