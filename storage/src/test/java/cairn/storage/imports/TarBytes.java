package cairn.storage.imports;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A tar archive written by hand, so that it can be as bad as a test wants. */
final class TarBytes {

  private final ByteArrayOutputStream archive = new ByteArrayOutputStream();

  TarBytes file(String name, byte[] content) {
    return member(name, '0', content.length, content);
  }

  TarBytes folder(String name) {
    return member(name, '5', 0, new byte[0]);
  }

  TarBytes link(String name) {
    return member(name, '2', 0, new byte[0]);
  }

  /** The next member's name, as POSIX writes one that is too long. */
  TarBytes paxPath(String name) {
    String record = " path=" + name + "\n";
    int length = record.length() + 1;
    while (String.valueOf(length).length() + record.length() != length) {
      length++;
    }
    byte[] text = (length + record).getBytes(StandardCharsets.UTF_8);
    return member("PaxHeaders/x", 'x', text.length, text);
  }

  /**
   * @param size as the header says, whatever follows
   */
  TarBytes member(String name, char type, long size, byte[] content) {
    byte[] header = new byte[512];
    put(header, 0, name);
    put(header, 100, "0000440");
    put(header, 124, "%011o".formatted(size));
    header[156] = (byte) type;
    put(header, 257, "ustar\00000");
    Arrays.fill(header, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte octet : header) {
      sum += octet & 0xff;
    }
    put(header, 148, "%06o".formatted(sum));
    header[154] = 0;
    archive.writeBytes(header);
    archive.writeBytes(content);
    archive.writeBytes(new byte[Math.floorMod(-content.length, 512)]);
    return this;
  }

  byte[] bytes() {
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.writeBytes(archive.toByteArray());
    whole.writeBytes(new byte[1024]);
    return whole.toByteArray();
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }
}
