package cairn.storage.imports;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** A qcow2 header written by hand: a harmless one, until a test makes it worse. */
final class Qcow2Bytes {

  static final int CLUSTER = 64 << 10;

  private final ByteBuffer file = ByteBuffer.allocate(4 * CLUSTER);

  Qcow2Bytes() {
    file.put(0, new byte[] {'Q', 'F', 'I', (byte) 0xfb});
    integer(4, 3);
    integer(20, 16);
    number(24, 1 << 20);
    integer(36, 1);
    number(40, 3L * CLUSTER);
    number(48, CLUSTER);
    integer(56, 1);
    integer(96, 4);
    integer(100, 104);
  }

  Qcow2Bytes integer(int offset, int value) {
    file.putInt(offset, value);
    return this;
  }

  Qcow2Bytes number(int offset, long value) {
    file.putLong(offset, value);
    return this;
  }

  Qcow2Bytes backing(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    file.put(512, bytes);
    return number(8, 512).integer(16, bytes.length);
  }

  Qcow2Bytes extension(int type, int length) {
    return integer(104, type).integer(108, length);
  }

  byte[] bytes() {
    return file.array().clone();
  }

  /** A real one with 1 MiB of data, made by qemu-img. */
  static byte[] withData(Path folder) throws IOException {
    byte[] content = new byte[1 << 20];
    new Random(2).nextBytes(content);
    Path raw = folder.resolve("data.raw");
    Path qcow2 = folder.resolve("data.qcow2");
    Files.write(raw, content);
    Process process =
        new ProcessBuilder(
                List.of(
                    "qemu-img",
                    "convert",
                    "-f",
                    "raw",
                    "-O",
                    "qcow2",
                    raw.toString(),
                    qcow2.toString()))
            .inheritIO()
            .start();
    try {
      if (process.waitFor() != 0) {
        throw new IOException("qemu-img failed");
      }
    } catch (InterruptedException interrupted) {
      throw new IOException(interrupted);
    }
    return Files.readAllBytes(qcow2);
  }
}
