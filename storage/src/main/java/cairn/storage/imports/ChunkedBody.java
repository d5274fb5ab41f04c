package cairn.storage.imports;

import cairn.storage.StorageFault;
import java.io.IOException;
import java.io.InputStream;

/** A body in chunks, each with its length before it (RFC 9112, section 7.1). */
final class ChunkedBody extends BulkInput {

  private final InputStream stream;
  private final String shown;
  private long left;
  private boolean begun;
  private boolean ended;

  ChunkedBody(InputStream stream, String shown) {
    this.stream = stream;
    this.shown = shown;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (left == 0 && !ended) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int count = stream.read(target, offset, (int) Math.min(length, left));
    if (count < 0) {
      throw WebAnswer.incomplete(shown);
    }
    left -= count;
    return count;
  }

  private void nextChunk() throws IOException {
    if (begun && !WebAnswer.line(stream, shown).isEmpty()) {
      throw malformed();
    }
    begun = true;
    String head = WebAnswer.line(stream, shown);
    int extension = head.indexOf(';');
    String size = (extension < 0 ? head : head.substring(0, extension)).strip();
    if (!size.matches("[0-9a-fA-F]{1,15}")) {
      throw malformed();
    }
    left = Long.parseLong(size, 16);
    ended = left == 0;
  }

  private StorageFault malformed() {
    return Refused.forGood(
        "NotHttp", "The server of " + shown + " sends chunks that are not HTTP/1.1.");
  }
}
