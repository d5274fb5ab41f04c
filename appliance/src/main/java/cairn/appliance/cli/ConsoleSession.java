package cairn.appliance.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** The receiving half of a console: writes what the guest prints, and knows how it ended. */
final class ConsoleSession implements WebSocket.Listener {

  /** Close code of a console that somebody else took over. */
  private static final int TAKEN_OVER = 1001;

  /** So long nothing comes, and the answer to a pipe's input is taken to be complete. */
  private static final Duration QUIET = Duration.ofSeconds(1);

  /** A guest that never falls silent is cut off after this. */
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final OutputStream screen;
  private volatile long heard;
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

  /** Input from a pipe is over: what the guest still answers is wanted, and then it is enough. */
  void endWhenQuiet() {
    long start = System.nanoTime();
    heard = start;
    while (!end.isDone()
        && System.nanoTime() - heard < QUIET.toNanos()
        && System.nanoTime() - start < ANSWER.toNanos()) {
      LockSupport.parkNanos(QUIET.toNanos() / 10);
    }
    end.complete(new End("The input ended; the machine goes on.", false));
  }

  void fail(String why) {
    end.complete(new End(why, true));
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    heard = System.nanoTime();
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
