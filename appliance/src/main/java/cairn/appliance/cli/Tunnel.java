package cairn.appliance.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Joins a stream of a machine with two streams of bytes here. What comes is written before more is
 * asked for, and what is read here is sent before more is read: neither side can fill the memory.
 */
final class Tunnel implements WebSocket.Listener {

  static final int NORMAL = 1000;
  static final int TAKEN_OVER = 1001;

  /** What a connection is said to have closed with that ended without a word. */
  private static final int DROPPED = 1006;

  private static final int CHUNK = 10_240;

  private final OutputStream here;
  private final CompletableFuture<Ended> ended = new CompletableFuture<>();
  private volatile long heard = System.nanoTime();

  /**
   * @param here where the machine's bytes go
   */
  Tunnel(OutputStream here) {
    this.here = here;
  }

  /**
   * How the machine's side ended.
   *
   * @param code of RFC 6455
   */
  record Ended(int code, String reason) {

    boolean inGoodOrder() {
      return code == NORMAL;
    }
  }

  /** Sends what is read here, until that ends or the machine's side does. */
  void send(InputStream from, WebSocket to) {
    byte[] buffer = new byte[CHUNK];
    try {
      for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
        to.sendBinary(ByteBuffer.wrap(Arrays.copyOf(buffer, count)), true).join();
      }
    } catch (IOException e) {
      // Closed here, which is an end as well.
    } catch (CompletionException e) {
      ended.complete(new Ended(DROPPED, "the connection broke: " + e.getCause()));
    }
  }

  Ended await() {
    return ended.join();
  }

  /** Whoever is here went away, which is a good end. */
  void leave() {
    ended.complete(new Ended(NORMAL, ""));
  }

  /** Says that there is no more, unless the machine's side said so first. */
  void sayGoodbye(WebSocket to) {
    if (!ended.isDone()) {
      try {
        to.sendClose(NORMAL, "").join();
      } catch (CompletionException e) {
        // Then the connection is gone already.
      }
    }
  }

  /** Waits for the end of the machine's side, at most until nothing came for so long. */
  void awaitQuiet(Duration quiet) throws InterruptedException {
    long start = System.nanoTime();
    while (!ended.isDone()) {
      long last = Math.max(heard, start);
      long left = quiet.toNanos() - (System.nanoTime() - last);
      if (left <= 0) {
        return;
      }
      try {
        ended.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        // Something may have come meanwhile.
      } catch (java.util.concurrent.ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    heard = System.nanoTime();
    try {
      here.write(bytes);
      here.flush();
      socket.request(1);
    } catch (IOException e) {
      leave();
      socket.abort();
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
    ended.complete(new Ended(code, reason));
    return null;
  }

  @Override
  public void onError(WebSocket socket, Throwable error) {
    ended.complete(new Ended(DROPPED, "the connection broke: " + error.getMessage()));
  }
}
