package cairn.storage.imports;

import cairn.storage.StorageFault;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection's bytes, as long as they keep coming. Time that the reader spends elsewhere does not
 * count: only waiting does.
 */
final class PacedInput extends BulkInput {

  /** Fewer bytes than this in one stall time are as good as none. */
  private static final long DRIP = 1024;

  private final Socket socket;
  private final InputStream stream;
  private final Duration stall;
  private final Deadline deadline;
  private final String shown;
  private long waitedNanos;
  private long arrived;

  PacedInput(Socket socket, Duration stall, Deadline deadline, String shown) throws IOException {
    this.socket = socket;
    this.stream = socket.getInputStream();
    this.stall = stall;
    this.deadline = deadline;
    this.shown = shown;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw Refused.forNow("Interrupted", "The import of " + shown + " was interrupted.", null);
    }
    Duration patience = least(stall, deadline.left());
    socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, Math.max(1, patience.toMillis())));
    long before = System.nanoTime();
    int count;
    try {
      count = stream.read(target, offset, length);
    } catch (SocketTimeoutException silence) {
      deadline.left();
      throw stalled(silence);
    } catch (IOException failure) {
      if (Thread.currentThread().isInterrupted()) {
        throw Refused.forNow(
            "Interrupted", "The import of " + shown + " was interrupted.", failure);
      }
      throw failure;
    }
    account(System.nanoTime() - before, count);
    return count;
  }

  private void account(long nanos, int count) {
    waitedNanos += nanos;
    arrived += Math.max(0, count);
    if (arrived >= DRIP) {
      waitedNanos = 0;
      arrived = 0;
    } else if (waitedNanos > stall.toNanos()) {
      throw stalled(null);
    }
  }

  private StorageFault stalled(@Nullable Throwable cause) {
    return Refused.forNow(
        "SourceStalled",
        "The server of " + shown + " sent (almost) nothing for " + stall.toMillis() + " ms.",
        cause);
  }

  private static Duration least(Duration one, Duration other) {
    return one.compareTo(other) <= 0 ? one : other;
  }
}
