package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * From a stranger's qcow2 file to a raw one: our own reading of the header first, then QEMU's check
 * and conversion in the sandbox.
 */
record Qcow2Unpacking(QemuImg qemuImg, ByteSize largest, Deadline deadline, String shown) {

  /** The largest cluster that QEMU knows; the header and its extensions lie within the first. */
  private static final int LARGEST_CLUSTER = 2 << 20;

  SparseFile.Written unpack(Path qcow2, Path raw) throws IOException {
    ByteSize size = header(qcow2).requireHarmless();
    // QEMU reads zeros beyond the end of a truncated file, so the tables are checked first.
    if (!qemuImg.holdsTogether(qcow2, deadline.left())) {
      throw Refused.forGood(
          "CorruptImage",
          "The qcow2 image from " + shown + " is damaged or truncated (qemu-img check).");
    }
    makeZeros(raw, size);
    qemuImg.unpack(qcow2, raw, size, deadline.left());
    Files.delete(qcow2);
    try (FileChannel channel = FileChannel.open(raw, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return new SparseFile.Written(SparseFile.identityOf(raw), size);
  }

  private Qcow2Header header(Path qcow2) throws IOException {
    ByteBuffer beginning = ByteBuffer.allocate(LARGEST_CLUSTER);
    try (FileChannel channel = FileChannel.open(qcow2, StandardOpenOption.READ)) {
      int count = 0;
      while (count >= 0 && beginning.hasRemaining()) {
        count = channel.read(beginning);
      }
      return new Qcow2Header(beginning.flip(), channel.size(), largest, shown);
    }
  }

  private static void makeZeros(Path raw, ByteSize size) throws IOException {
    try (FileChannel channel =
        FileChannel.open(raw, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), size.bytes() - 1);
    }
  }
}
