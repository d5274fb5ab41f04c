package cairn.storage.imports;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The header of a member of a tar archive (POSIX ustar and GNU). */
record TarEntry(String name, char type, long size) {

  static final int BLOCK = 512;

  private static final int CHECKSUM = 148;

  TarEntry {
    if (size < 0) {
      throw new IllegalArgumentException("member '" + name + "' has " + size + " bytes");
    }
  }

  /**
   * @throws IllegalArgumentException when it is none
   */
  static TarEntry read(byte[] block) {
    long sum = 0;
    for (int at = 0; at < BLOCK; at++) {
      boolean own = at >= CHECKSUM && at < CHECKSUM + 8;
      sum += own ? ' ' : block[at] & 0xff;
    }
    if (sum != number(block, CHECKSUM, 8)) {
      throw new IllegalArgumentException("a member's header has a wrong checksum");
    }
    String name = text(block, 0, 100);
    String prefix = text(block, 257, 6).equals("ustar") ? text(block, 345, 155) : "";
    return new TarEntry(
        prefix.isEmpty() ? name : prefix + "/" + name,
        (char) (block[156] & 0xff),
        number(block, 124, 12));
  }

  /** With what headers before it say instead. */
  TarEntry with(Optional<String> longName, Optional<Long> longSize) {
    return new TarEntry(longName.orElse(name), type, longSize.orElse(size));
  }

  boolean isFile() {
    return type == '0' || type == 0 || type == '7';
  }

  /** Octal digits, or GNU's binary form for what is too large for them. */
  private static long number(byte[] block, int offset, int length) {
    if ((block[offset] & 0x80) != 0) {
      long value = block[offset] & 0x7f;
      for (int at = 1; at < length; at++) {
        value = Math.addExact(Math.multiplyExact(value, 256L), block[offset + at] & 0xff);
      }
      return value;
    }
    String digits = text(block, offset, length).strip();
    return digits.isEmpty() ? 0 : Long.parseLong(digits, 8);
  }

  private static String text(byte[] block, int offset, int length) {
    int end = 0;
    while (end < length && block[offset + end] != 0) {
      end++;
    }
    return new String(block, offset, end, StandardCharsets.UTF_8);
  }
}
