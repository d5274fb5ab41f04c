package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.ContentId;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/** Writes a stream to a file, leaving holes for zeros, and learns its identity on the way. */
final class SparseFile {

  /** What is skipped when it is all zeros; aligned in the file. */
  private static final int BLOCK = 64 << 10;

  private SparseFile() {}

  record Written(ContentId content, ByteSize size) {}

  /**
   * Writes to a new file and makes it durable.
   *
   * @throws cairn.storage.StorageFault {@code REJECTED} when there is more than {@code largest}
   */
  static Written write(InputStream stream, Path file, ByteSize largest, String shown)
      throws IOException {
    MessageDigest digest = Checksums.sha256();
    byte[] zeros = new byte[BLOCK];
    byte[] block = new byte[BLOCK];
    long position = 0;
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int count = fill(stream, block); count > 0; count = fill(stream, block)) {
        requireWithin(position + count, largest, shown);
        digest.update(block, 0, count);
        if (!Arrays.equals(block, 0, count, zeros, 0, count)) {
          writeFully(channel, ByteBuffer.wrap(block, 0, count), position);
        }
        position += count;
      }
      setLength(channel, position);
      channel.force(true);
    }
    return new Written(identity(digest), new ByteSize(position));
  }

  /** A new file of nothing but a hole. */
  static void makeZeros(Path file, ByteSize size) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      setLength(channel, size.bytes());
    }
  }

  /** The identity of a finished file, holes included. */
  static ContentId identityOf(Path file) throws IOException {
    MessageDigest digest = Checksums.sha256();
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (channel.read(buffer.clear()) >= 0) {
        digest.update(buffer.flip());
      }
    }
    return identity(digest);
  }

  static void requireWithin(long size, ByteSize largest, String shown) {
    if (size > largest.bytes()) {
      throw Refused.forGood(
          "ImageTooLarge",
          "The image from "
              + shown
              + " has more than the "
              + largest.bytes()
              + " bytes that are allowed unpacked.");
    }
  }

  private static int fill(InputStream stream, byte[] block) throws IOException {
    return stream.readNBytes(block, 0, block.length);
  }

  private static void writeFully(FileChannel channel, ByteBuffer bytes, long position)
      throws IOException {
    long next = position;
    while (bytes.hasRemaining()) {
      next += channel.write(bytes, next);
    }
  }

  /** A file that ends with a hole is made long enough by its last byte, a zero. */
  private static void setLength(FileChannel channel, long length) throws IOException {
    if (channel.size() < length) {
      writeFully(channel, ByteBuffer.allocate(1), length - 1);
    }
  }

  private static ContentId identity(MessageDigest digest) {
    return new ContentId(HexFormat.of().formatHex(digest.digest()));
  }
}
