package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.StorageFault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * A stranger's file with a header, tables and blocks of data, opened by us. Nothing in it is
 * believed: whoever reads says what must be there, and where it is not the file is refused.
 *
 * @param largest most bytes that a guest may see
 */
record ContainerFile(
    FileChannel channel, CachedImage.Format format, ByteSize largest, String shown) {

  /** Little-endian bytes from within the file. */
  ByteBuffer read(long offset, int count) throws IOException {
    requireInside(offset, count);
    ByteBuffer bytes = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
    for (int read = 0; read >= 0 && bytes.hasRemaining(); ) {
      read = channel.read(bytes, offset + bytes.position());
    }
    return bytes.flip();
  }

  long length() throws IOException {
    return channel.size();
  }

  void requireInside(long offset, long count) throws IOException {
    if (offset < 0 || count < 0 || offset > length() - count) {
      throw refused("TruncatedImage", "ends before what its header promises");
    }
  }

  /** The size that a guest would see, if it is one that a disk may have. */
  ByteSize requireSize(long bytes) {
    return ClaimedSize.require(bytes, largest, this::refused);
  }

  StorageFault refused(String reason, String what) {
    return Refused.forGood(reason, "The " + format + " image from " + shown + " " + what + ".");
  }

  /** Whether all of the bytes are zeros. */
  static boolean blank(ByteBuffer bytes, int offset, int count) {
    byte[] part = new byte[count];
    bytes.get(offset, part);
    return Arrays.equals(part, new byte[count]);
  }
}
