package cairn.appliance.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The receiving half of a console: writes what the guest prints, and knows how it ended. */
final class ConsoleSession implements WebSocket.Listener {

  /** Close code of a console that somebody else took over. */
  private static final int TAKEN_OVER = 1001;

  private final OutputStream screen;
  private final CompletableFuture<End> end = new CompletableFuture<>();

  ConsoleSession(OutputStream screen) {
    this.screen = screen;
  }

  private record End(String farewell, boolean failed) {}

  void awaitEnd() {
    end.join();
  }

  String farewell() {
    return end.join().farewell();
  }

  boolean failed() {
    return end.join().failed();
  }

  void leave() {
    end.complete(new End("Left the console; the machine goes on.", false));
  }

  /** Input from a pipe is over; what the guest prints is still wanted until the console closes. */
  void inputEnded() {}

  void fail(String why) {
    end.complete(new End(why, true));
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    try {
      screen.write(bytes);
      screen.flush();
    } catch (IOException e) {
      fail("this terminal cannot be written to: " + e.getMessage());
    }
    socket.request(1);
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    end.complete(
        code == TAKEN_OVER
            ? new End("Somebody else took the console over.", false)
            : new End(
                "The console closed: " + (reason.isEmpty() ? "code " + code : reason), false));
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    fail("the connection broke: " + error.getMessage());
  }
}
