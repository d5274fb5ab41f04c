package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.qemuimg.QemuImg;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * From a stranger's container file to a raw one: our own reading of the header first, then QEMU's
 * check and conversion in the sandbox.
 */
record Unpacking(
    QemuImg qemuImg, CachedImage.Format format, ByteSize largest, Deadline deadline, String shown) {

  /**
   * The largest cluster that QEMU knows; a qcow2 header and its extensions lie within the first.
   */
  private static final int LARGEST_CLUSTER = 2 << 20;

  SparseFile.Written unpack(Path container, Path raw) throws IOException {
    ByteSize size;
    try (FileChannel channel = FileChannel.open(container, StandardOpenOption.READ)) {
      size = requireHarmless(channel);
    }
    // QEMU reads zeros beyond the end of a truncated file, so the tables are checked first.
    if (!qemuImg.holdsTogether(container, format, deadline.left())) {
      throw Refused.forGood(
          "CorruptImage",
          "The " + format + " image from " + shown + " is damaged or truncated (qemu-img check).");
    }
    SparseFile.makeZeros(raw, size);
    qemuImg.unpack(container, format, raw, size, deadline.left());
    Files.delete(container);
    try (FileChannel channel = FileChannel.open(raw, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
    return new SparseFile.Written(SparseFile.identityOf(raw), size);
  }

  private ByteSize requireHarmless(FileChannel channel) throws IOException {
    ContainerFile file = new ContainerFile(channel, format, largest, shown);
    return switch (format) {
      case QCOW2 -> qcow2(channel).requireHarmless();
      case VMDK -> new VmdkHeader(file).requireHarmless();
      case VDI -> new VdiHeader(file).requireHarmless();
      case VHDX -> new VhdxHeader(file).requireHarmless();
      case RAW, ISO -> throw new IllegalArgumentException(format + " is no container");
    };
  }

  private Qcow2Header qcow2(FileChannel channel) throws IOException {
    ByteBuffer beginning = ByteBuffer.allocate(LARGEST_CLUSTER);
    int count = 0;
    while (count >= 0 && beginning.hasRemaining()) {
      count = channel.read(beginning);
    }
    return new Qcow2Header(beginning.flip(), channel.size(), largest, shown);
  }
}
