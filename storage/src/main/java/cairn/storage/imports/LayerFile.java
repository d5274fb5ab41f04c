package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.StorageFault;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The disk in a layer of a container image: the first file under {@code disk/}, read out of the
 * packed archive as it streams by. Nothing is unpacked to anywhere, so names, links and modes in
 * the archive have no effect.
 */
final class LayerFile extends BulkInput {

  private static final String FOLDER = "disk/";
  private static final int LARGEST_EXTENSION = 1 << 20;

  private final InputStream archive;
  private final ByteSize largest;
  private final String shown;
  private long skipped;
  private long left;

  private LayerFile(InputStream archive, ByteSize largest, String shown) {
    this.archive = archive;
    this.largest = largest;
    this.shown = shown;
  }

  /**
   * @param layer as it came over the wire
   * @param largest most bytes to go past on the way
   */
  static Optional<LayerFile> in(InputStream layer, ByteSize largest, String shown)
      throws IOException {
    Head head = Head.of(layer);
    InputStream whole = head.before(layer);
    try {
      LayerFile file = new LayerFile(Compression.of(head).unpacked(whole), largest, shown);
      return file.find() ? Optional.of(file) : Optional.empty();
    } catch (Pipe.Broken broken) {
      throw broken;
    } catch (IOException | IllegalArgumentException | ArithmeticException damaged) {
      throw corrupt(shown, damaged);
    }
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (left == 0) {
      return -1;
    }
    try {
      int count = archive.read(target, offset, (int) Math.min(length, left));
      if (count < 0) {
        throw new IOException("it ends inside of the disk");
      }
      left -= count;
      return count;
    } catch (Pipe.Broken broken) {
      throw broken;
    } catch (IOException damaged) {
      throw corrupt(shown, damaged);
    }
  }

  private boolean find() throws IOException {
    Optional<String> longName = Optional.empty();
    Optional<Long> longSize = Optional.empty();
    for (Optional<TarEntry> next = next(); next.isPresent(); next = next()) {
      TarEntry entry = next.get();
      switch (entry.type()) {
        case 'L' -> longName = Optional.of(text(entry).split("\0", 2)[0]);
        case 'x' -> {
          PaxRecords records = PaxRecords.parse(text(entry));
          longName = records.path();
          longSize = records.size();
        }
        case 'g' -> pass(entry.size());
        default -> {
          TarEntry member = entry.with(longName, longSize);
          if (isDisk(relative(member.name()), member)) {
            left = member.size();
            return true;
          }
          pass(member.size());
          longName = Optional.empty();
          longSize = Optional.empty();
        }
      }
    }
    return false;
  }

  private boolean isDisk(String name, TarEntry entry) {
    boolean inside = name.startsWith(FOLDER) && name.length() > FOLDER.length();
    if (inside && !entry.isFile() && entry.type() != '5') {
      throw Refused.forGood(
          "UnsupportedLayer",
          "The image " + shown + " holds " + name + " as a link or a sparse member, not a file.");
    }
    boolean removal = name.substring(name.lastIndexOf('/') + 1).startsWith(".wh.");
    return inside && entry.isFile() && !removal && !name.endsWith("/");
  }

  private Optional<TarEntry> next() throws IOException {
    byte[] block = archive.readNBytes(TarEntry.BLOCK);
    if (block.length == 0 || java.util.Arrays.equals(block, new byte[TarEntry.BLOCK])) {
      return Optional.empty();
    }
    if (block.length < TarEntry.BLOCK) {
      throw new IOException("it ends inside of a header");
    }
    return Optional.of(TarEntry.read(block));
  }

  /** What belongs to the next member: a long name, or its size. */
  private String text(TarEntry entry) throws IOException {
    if (entry.size() > LARGEST_EXTENSION) {
      throw new IOException("a header has " + entry.size() + " bytes");
    }
    byte[] bytes = archive.readNBytes((int) entry.size());
    archive.skipNBytes(padded(entry.size()) - entry.size());
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private void pass(long size) throws IOException {
    long count = padded(size);
    skipped = Math.addExact(skipped, count);
    SparseFile.requireWithin(skipped, largest, shown);
    archive.skipNBytes(count);
  }

  private static long padded(long size) {
    return Math.multiplyExact(Math.ceilDiv(size, (long) TarEntry.BLOCK), TarEntry.BLOCK);
  }

  private static String relative(String name) {
    String relative = name;
    while (relative.startsWith("./") || relative.startsWith("/")) {
      relative = relative.substring(relative.indexOf('/') + 1);
    }
    return relative;
  }

  private static StorageFault corrupt(String shown, Exception damaged) {
    return Refused.forGood(
        "CorruptLayer",
        "A layer of the image " + shown + " cannot be read: " + damaged.getMessage(),
        damaged);
  }
}
