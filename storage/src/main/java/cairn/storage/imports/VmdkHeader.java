package cairn.storage.imports;

import cairn.storage.ByteSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The header of a VMDK file that stands alone: {@code monolithicSparse} or {@code streamOptimized}
 * (VMware, Virtual Disk Format 5.0). A descriptor may name any file as a part or as a parent, and
 * QEMU follows it: seen with 7.2 and 10.0, where a FLAT extent {@code /etc/passwd} was opened. So
 * the descriptor inside is read too, and a header without size, which makes QEMU look for a
 * descriptor elsewhere, is refused.
 */
record VmdkHeader(ContainerFile file) {

  private static final int SECTOR = 512;
  private static final int LENGTH = 512;
  private static final int ENTRIES_PER_TABLE = 512;
  private static final int COMPRESSED = 1 << 16;
  private static final long DIRECTORY_AT_END = -1;

  /** QEMU looks for a parent here, wherever the header says that the descriptor is. */
  private static final int DESCRIPTOR_FOR_QEMU = 20 * SECTOR;

  private static final int LARGEST_DESCRIPTOR = 1 << 20;

  /** Footer marker, footer, and end-of-stream marker. */
  private static final int FOOTER = 3 * SECTOR;

  ByteSize requireHarmless() throws IOException {
    ByteBuffer header = file.read(0, LENGTH);
    requireLayout(header);
    requireDescriptor(header);
    if (header.getLong(56) == DIRECTORY_AT_END) {
      ByteBuffer footer = footer();
      if (footer.getLong(12) != header.getLong(12) || footer.getLong(56) == DIRECTORY_AT_END) {
        throw file.refused("InvalidHeader", "has a footer that contradicts its header");
      }
      requireLayout(footer);
      return requireGrains(footer);
    }
    return requireGrains(header);
  }

  private void requireLayout(ByteBuffer header) {
    int version = header.getInt(4);
    if (version < 1 || version > 3) {
      throw file.refused("UnsupportedVersion", "has version " + version);
    }
    long sectors = header.getLong(12);
    if (sectors < 0 || sectors > file.largest().bytes() / SECTOR) {
      throw file.refused(
          "ImageTooLarge",
          "has "
              + Long.toUnsignedString(sectors)
              + " sectors, more than the "
              + file.largest().bytes()
              + " bytes allowed");
    }
    file.requireSize(sectors * SECTOR);
    long grain = header.getLong(20);
    if (grain < 8 || grain > 2048 || Long.bitCount(grain) != 1) {
      throw file.refused("InvalidHeader", "has grains of " + grain + " sectors");
    }
    if (header.getInt(44) != ENTRIES_PER_TABLE) {
      throw file.refused("InvalidHeader", "has tables of " + header.getInt(44) + " entries");
    }
  }

  private void requireDescriptor(ByteBuffer header) throws IOException {
    long sectors = header.getLong(36);
    if (header.getLong(28) < 1 || sectors < 1 || sectors > LARGEST_DESCRIPTOR / SECTOR) {
      throw file.refused(
          "DescriptorMissing", "is only a part of a disk that another file describes");
    }
    if (header.getLong(28) > file.length() / SECTOR) {
      throw file.refused("TruncatedImage", "ends before its descriptor");
    }
    new VmdkDescriptor(file, text(header.getLong(28) * SECTOR, (int) sectors * SECTOR))
        .requireAlone();
    int seen = (int) Math.min(DESCRIPTOR_FOR_QEMU, file.length() - SECTOR);
    new VmdkDescriptor(file, text(SECTOR, seen)).requireNoParent();
  }

  private String text(long offset, int count) throws IOException {
    return new String(file.read(offset, count).array(), StandardCharsets.ISO_8859_1);
  }

  private ByteBuffer footer() throws IOException {
    ByteBuffer end = file.read(file.length() - FOOTER, FOOTER);
    if (end.getInt(SECTOR) != file.read(0, Integer.BYTES).getInt(0)
        || !ContainerFile.blank(end, 2 * SECTOR, SECTOR)) {
      throw file.refused("TruncatedImage", "has no footer, so its end is missing");
    }
    return end.slice(SECTOR, SECTOR).order(end.order());
  }

  private ByteSize requireGrains(ByteBuffer header) throws IOException {
    ByteSize size = new ByteSize(header.getLong(12) * SECTOR);
    long grain = header.getLong(20) * SECTOR;
    long grains = Math.ceilDiv(size.bytes(), grain);
    boolean compressed = (header.getInt(8) & COMPRESSED) != 0;
    BlockTable directory =
        new BlockTable(
            file,
            sector(header.getLong(56)),
            Integer.BYTES,
            Math.ceilDiv(grains, (long) ENTRIES_PER_TABLE));
    directory.forEach((number, table) -> {
      if (table != 0) {
        long first = number * ENTRIES_PER_TABLE;
        long count = Math.min(ENTRIES_PER_TABLE, grains - first);
        new BlockTable(file, sector(table), Integer.BYTES, count)
            .forEach((index, at) -> {
              // 0: no data; 1: zeros. A compressed grain says its length itself.
              long bytes = Math.min(grain, size.bytes() - (first + index) * grain);
              if (at > 1) {
                file.requireInside(sector(at), compressed ? 12 : bytes);
              }
            });
      }
    });
    return size;
  }

  private long sector(long number) throws IOException {
    if (number < 1 || number > file.length() / SECTOR) {
      throw file.refused("TruncatedImage", "has a table or grain that lies beyond its end");
    }
    return number * SECTOR;
  }
}
