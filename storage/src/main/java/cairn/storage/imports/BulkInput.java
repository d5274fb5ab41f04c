package cairn.storage.imports;

import java.io.IOException;
import java.io.InputStream;

/** A stream that is written for many bytes at a time, and gives single ones by the same way. */
abstract class BulkInput extends InputStream {

  @Override
  public abstract int read(byte[] target, int offset, int length) throws IOException;

  @Override
  public final int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }
}
