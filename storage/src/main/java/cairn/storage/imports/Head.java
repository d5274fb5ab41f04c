package cairn.storage.imports;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;

/** The first bytes of a stream, looked at before the whole is read. */
final class Head {

  /** Enough for the volume descriptor of an ISO image, at 32768. */
  static final int LENGTH = 40 << 10;

  private final byte[] bytes;

  Head(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  static Head of(InputStream stream) throws IOException {
    return new Head(stream.readNBytes(LENGTH));
  }

  /** The stream as it was before its head was taken. */
  InputStream before(InputStream rest) {
    return new SequenceInputStream(new ByteArrayInputStream(bytes), rest);
  }

  boolean startsWith(int... octets) {
    return hasAt(0, octets);
  }

  boolean hasAt(int offset, int... octets) {
    if (bytes.length < offset + octets.length) {
      return false;
    }
    for (int index = 0; index < octets.length; index++) {
      if ((bytes[offset + index] & 0xff) != octets[index]) {
        return false;
      }
    }
    return true;
  }

  /** Nothing but characters that people write: no image begins with 4 KiB of it. */
  boolean isText() {
    byte[] beginning = Arrays.copyOf(bytes, Math.min(bytes.length, 4096));
    for (byte octet : beginning) {
      boolean layout = octet == '\n' || octet == '\r' || octet == '\t' || octet == '\f';
      // Bytes from 128 on are negative here and part of UTF-8 characters.
      if (octet == 0x7f || (octet >= 0 && octet < 0x20 && !layout)) {
        return false;
      }
    }
    return beginning.length > 0;
  }

  /** How many bytes there are, at most {@link #LENGTH}. */
  int length() {
    return bytes.length;
  }
}
