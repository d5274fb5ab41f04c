package cairn.storage.imports;

import cairn.storage.ByteSize;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** What somebody sends us, held to the length that was promised. */
final class SentBytes extends BulkInput {

  private final InputStream stream;
  private final ByteSize promised;
  private final Deadline deadline;
  private long arrived;

  SentBytes(InputStream stream, ByteSize promised, Deadline deadline) {
    this.stream = stream;
    this.promised = promised;
    this.deadline = deadline;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    deadline.left();
    int count;
    try {
      count = stream.read(target, offset, length);
    } catch (IOException failure) {
      throw broken(": " + failure.getMessage(), failure);
    }
    if (count < 0 && arrived < promised.bytes()) {
      throw broken(".", null);
    }
    arrived += Math.max(0, count);
    return count;
  }

  private RuntimeException broken(String why, @Nullable Throwable cause) {
    return Refused.forNow(
        "UploadBroken",
        "The upload broke off at byte %d of %d%s".formatted(arrived, promised.bytes(), why),
        cause);
  }
}
