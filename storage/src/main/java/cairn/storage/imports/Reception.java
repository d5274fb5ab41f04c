package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.StorageFault;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The later stages: takes what was transferred, unpacks it and writes it down. Unpacking and
 * writing are two stages only where there is something to unpack.
 *
 * @param raw where a finished image goes; a container waits beside it for its conversion
 */
record Reception(Path raw, ByteSize largest, String shown) {

  private static final int BUFFER = 256 << 10;

  /** What stands on disk at the end of the stream. */
  sealed interface Received {
    CachedImage.Format format();

    /** The virtual content itself, durable. */
    record Finished(CachedImage.Format format, SparseFile.Written written) implements Received {}

    /** A file that must be checked and converted. */
    record Container(CachedImage.Format format, Path file) implements Received {}
  }

  Received receive(InputStream transferred) throws IOException {
    Head head = Head.of(transferred);
    InputStream whole = head.before(transferred);
    Compression compression = Compression.of(head);
    return switch (compression) {
      case NONE -> store(whole);
      case GZIP, XZ, ZSTD -> unpackAndStore(compression, whole);
    };
  }

  private Received unpackAndStore(Compression compression, InputStream packed) throws IOException {
    Pipe pipe = new Pipe();
    Stage<Received> storing = Stage.start("import-store", pipe, () -> store(pipe.stream()));
    try {
      unpack(compression, packed, pipe);
      pipe.end();
    } catch (IOException | RuntimeException failure) {
      pipe.fail(Pipe.origin(failure));
      storing.settle();
      throw failure;
    }
    return storing.result();
  }

  private void unpack(Compression compression, InputStream packed, Pipe pipe) throws IOException {
    byte[] buffer = new byte[BUFFER];
    try (InputStream unpacked = open(compression, packed)) {
      for (int count = read(unpacked, buffer); count >= 0; count = read(unpacked, buffer)) {
        pipe.write(buffer, 0, count);
      }
      // Behind the compressed stream there may be padding; the sender waits until it is taken.
      packed.transferTo(OutputStream.nullOutputStream());
    }
  }

  private InputStream open(Compression compression, InputStream packed) throws IOException {
    try {
      return compression.unpacked(packed);
    } catch (IOException failure) {
      throw damaged(failure);
    }
  }

  private int read(InputStream unpacked, byte[] buffer) throws IOException {
    try {
      return unpacked.read(buffer, 0, buffer.length);
    } catch (IOException failure) {
      throw damaged(failure);
    }
  }

  private IOException damaged(IOException failure) {
    if (failure instanceof Pipe.Broken) {
      return failure;
    }
    throw Refused.forGood(
        "CorruptCompression",
        "The file from " + shown + " cannot be unpacked: " + failure.getMessage(),
        failure);
  }

  /**
   * @throws StorageFault {@code REJECTED} when it is no image
   */
  private Received store(InputStream unpacked) throws IOException {
    Head head = Head.of(unpacked);
    InputStream whole = head.before(unpacked);
    CachedImage.Format format = Content.of(head, shown);
    return switch (format) {
      case RAW, ISO -> new Received.Finished(format, SparseFile.write(whole, raw, largest, shown));
      case QCOW2, VMDK, VDI, VHDX -> new Received.Container(format, keep(whole, format));
    };
  }

  private Path keep(InputStream whole, CachedImage.Format format) throws IOException {
    Path file = raw.resolveSibling("container." + format);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      byte[] buffer = new byte[BUFFER];
      for (int count = whole.read(buffer); count >= 0; count = whole.read(buffer)) {
        SparseFile.requireWithin(channel.size() + count, largest, shown);
        for (ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count); bytes.hasRemaining(); ) {
          channel.write(bytes);
        }
      }
    }
    return file;
  }
}
