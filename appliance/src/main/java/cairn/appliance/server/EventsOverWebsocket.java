package cairn.appliance.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A watch over a websocket: one text message per event; what the client sends is ignored. */
final class EventsOverWebsocket extends WebsocketHandler {

  private static final Logger LOG = LoggerFactory.getLogger(EventsOverWebsocket.class);
  private static final int NORMAL = 1000;

  private final FrameSource frames;
  private volatile @Nullable Thread pump;
  private volatile boolean gone;

  EventsOverWebsocket(FrameSource frames) {
    this.frames = frames;
  }

  @Override
  void abandon() {
    frames.close();
  }

  @Override
  void begun() {
    pump = Thread.ofVirtual().name("watch-websocket").start(this::run);
  }

  @Override
  void data(WebSocketFrame frame) {
    more();
  }

  @Override
  void gone() {
    gone = true;
    frames.close();
    Thread running = pump;
    if (running != null) {
      running.interrupt();
    }
  }

  private void run() {
    try (frames) {
      Optional<byte[]> frame = frames.next();
      while (frame.isPresent()) {
        send(new TextWebSocketFrame(new String(frame.get(), UTF_8).strip()));
        frame = frames.next();
      }
      if (!gone) {
        close(NORMAL, "");
      }
    } catch (InterruptedException e) {
      // The client went away.
    } catch (RuntimeException e) {
      LOG.error("a watch broke off: {}", e.getMessage(), e);
      close(StreamEndpoint.Ending.GONE.code(), "Internal error");
    }
  }
}
