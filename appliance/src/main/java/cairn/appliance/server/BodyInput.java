package cairn.appliance.server;

import io.micronaut.http.body.CloseableByteBody;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * The body of a request as a stream, read by one thread. A few pieces are on their way at a time;
 * the client waits while they are not taken. Unlike Micronaut's own stream this one ends when
 * nothing comes for too long.
 */
final class BodyInput extends InputStream {

  /** Pieces asked for ahead; each is what the connection read at once, some 16 KiB. */
  private static final int AHEAD = 32;

  /** What comes: a piece, or the end with or without its reason. */
  private sealed interface Sign {
    @SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched.
    record Piece(byte[] bytes) implements Sign {}

    record End(@Nullable Throwable reason) implements Sign {}
  }

  private final BlockingQueue<Sign> signs = new LinkedBlockingQueue<>();
  private final Duration patience;
  private @Nullable Subscription subscription;
  private byte[] current = new byte[0];
  private int position;
  private Sign.@Nullable End end;

  private BodyInput(Duration patience) {
    this.patience = patience;
  }

  /**
   * Takes the body over.
   *
   * @param patience how long nothing may come
   */
  static BodyInput of(CloseableByteBody body, Duration patience) {
    BodyInput input = new BodyInput(patience);
    body.toByteArrayPublisher().subscribe(input.new Receiving());
    return input;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    while (position == current.length) {
      if (end == null) {
        take(next());
      }
      if (end != null) {
        if (end.reason() != null) {
          throw new IOException("the connection broke: " + end.reason().getMessage(), end.reason());
        }
        return -1;
      }
    }
    int count = Math.min(length, current.length - position);
    System.arraycopy(current, position, target, offset, count);
    position += count;
    return count;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Whether it was read to its end, or broke off. */
  boolean ended() {
    return end != null;
  }

  /** What is still to come is thrown away. */
  @Override
  public void close() {
    if (subscription != null) {
      subscription.cancel();
    }
    signs.clear();
  }

  private Sign next() throws IOException {
    try {
      Sign sign = signs.poll(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (sign == null) {
        throw new IOException("nothing came for " + patience.toSeconds() + " s");
      }
      return sign;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private void take(Sign sign) {
    switch (sign) {
      case Sign.Piece(byte[] bytes) -> {
        current = bytes;
        position = 0;
        if (subscription != null) {
          subscription.request(1);
        }
      }
      case Sign.End ended -> end = ended;
    }
  }

  /** On the connection's thread. */
  private final class Receiving implements Subscriber<byte[]> {

    @Override
    public void onSubscribe(Subscription made) {
      subscription = made;
      made.request(AHEAD);
    }

    @Override
    public void onNext(byte[] bytes) {
      signs.add(new Sign.Piece(bytes));
    }

    @Override
    public void onError(Throwable reason) {
      signs.add(new Sign.End(reason));
    }

    @Override
    public void onComplete() {
      signs.add(new Sign.End(null));
    }
  }
}
