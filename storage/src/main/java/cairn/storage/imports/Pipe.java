package cairn.storage.imports;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Bytes on their way from one thread to another, a bounded number at a time. Each side can break
 * it; the other side then learns of it instead of waiting for ever.
 */
final class Pipe {

  private static final int MOST_BUFFERED = 4 << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<byte[]> waiting = new ArrayDeque<>();
  private int buffered;
  private boolean ended;
  private @Nullable Throwable broken;

  /** One side cannot go on. The first cause stands. */
  static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;

    Broken(Throwable cause) {
      super("the other side failed", cause);
    }
  }

  /** Copies the bytes; waits while too many are on their way. */
  void write(byte[] bytes, int offset, int length) throws IOException {
    byte[] copy = Arrays.copyOfRange(bytes, offset, offset + length);
    lock.lock();
    try {
      while (buffered >= MOST_BUFFERED && broken == null) {
        awaitChange();
      }
      requireWhole();
      waiting.add(copy);
      buffered += length;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Says that nothing follows. */
  void end() {
    lock.lock();
    try {
      ended = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void fail(Throwable cause) {
    lock.lock();
    try {
      if (broken == null) {
        broken = cause;
      }
      waiting.clear();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The reading side. */
  InputStream stream() {
    return new Reading();
  }

  private byte[] next() throws IOException {
    lock.lock();
    try {
      while (waiting.isEmpty() && !ended && broken == null) {
        awaitChange();
      }
      requireWhole();
      byte[] bytes = waiting.poll();
      if (bytes == null) {
        return new byte[0];
      }
      buffered -= bytes.length;
      changed.signalAll();
      return bytes;
    } finally {
      lock.unlock();
    }
  }

  private void requireWhole() throws Broken {
    if (broken != null) {
      throw new Broken(broken);
    }
  }

  // Both callers loop on their own conditions.
  @SuppressWarnings("WaitNotInLoop")
  private void awaitChange() throws IOException {
    try {
      changed.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private final class Reading extends BulkInput {

    private byte[] current = new byte[0];
    private int position;

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      if (length == 0) {
        return 0;
      }
      if (position == current.length) {
        current = next();
        position = 0;
        if (current.length == 0) {
          return -1;
        }
      }
      int count = Math.min(length, current.length - position);
      System.arraycopy(current, position, target, offset, count);
      position += count;
      return count;
    }
  }

  /** The fault behind a failure, when a broken pipe only passed it on. */
  static Throwable origin(Throwable failure) {
    Throwable origin = failure;
    while (origin instanceof Broken && origin.getCause() != null) {
      origin = origin.getCause();
    }
    return origin;
  }
}
