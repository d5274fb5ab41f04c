package cairn.storage.imports;

import java.io.IOException;
import java.io.InputStream;

/** A body of a length that was said before; a shorter one is a failure. */
final class SizedBody extends BulkInput {

  private final InputStream stream;
  private final String shown;
  private long left;

  SizedBody(InputStream stream, long length, String shown) {
    this.stream = stream;
    this.left = length;
    this.shown = shown;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    int count = stream.read(target, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw WebAnswer.incomplete(shown);
    }
    left -= count;
    return count;
  }
}
