package cairn.storage.imports;

import cairn.storage.ByteSize;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The headers, metadata and block table of a VHDX file (Microsoft MS-VHDX). Refused are
 * differencing disks, which name a parent, and files whose log was not played back, which only
 * their program should do.
 */
record VhdxHeader(ContainerFile file) {

  private static final long[] HEADERS = {64 << 10, 128 << 10};
  private static final long REGIONS = 192 << 10;
  private static final int REGION_TABLE = 64 << 10;
  private static final int MOST_ENTRIES = 2047;

  private static final UUID BLOCKS = UUID.fromString("2dc27766-f623-4200-9d64-115e9bfd4a08");
  private static final UUID METADATA = UUID.fromString("8b7ca206-4790-4b9a-b8fe-575f050f886e");
  private static final UUID PARAMETERS = UUID.fromString("caa16737-fa36-4d43-b3b6-33f0aa44e76b");
  private static final UUID SIZE = UUID.fromString("2fa54224-cd1b-4876-b211-5dbed83bf4b8");
  private static final UUID SECTOR_SIZE = UUID.fromString("8141bf1d-a96f-4709-ba47-f233a8faab5f");
  private static final UUID PARENT = UUID.fromString("a8d35f2d-b30b-454d-abf7-d3d84834ab0c");

  private static final int HAS_PARENT = 1 << 1;
  private static final int SECTORS_PER_BITMAP = 1 << 23;
  private static final int PRESENT = 6;
  private static final int PARTLY_PRESENT = 7;
  private static final long OFFSET_UNIT = 1L << 20;

  /** A piece of the file that a table points to. */
  private record Piece(long offset, long length) {}

  ByteSize requireHarmless() throws IOException {
    requireClosed();
    Map<UUID, Piece> regions = regions();
    Piece metadata = required(regions, METADATA, "metadata");
    Map<UUID, Piece> items = items(metadata);
    ByteBuffer parameters = item(items, PARAMETERS, "file parameters", 8);
    if (items.containsKey(PARENT) || (parameters.getInt(4) & HAS_PARENT) != 0) {
      throw file.refused(
          "BackingFileNotAllowed",
          "is only the difference to another image; merge it with its parent");
    }
    ByteSize size = file.requireSize(item(items, SIZE, "disk size", 8).getLong(0));
    int sector = item(items, SECTOR_SIZE, "sector size", 4).getInt(0);
    if (sector != 512) {
      throw file.refused("UnsupportedFeature", "has sectors of " + sector + " bytes, not 512");
    }
    long block = Integer.toUnsignedLong(parameters.getInt(0));
    if (block < OFFSET_UNIT || block > 256 * OFFSET_UNIT || Long.bitCount(block) != 1) {
      throw file.refused("InvalidHeader", "has blocks of " + block + " bytes");
    }
    requireBlocks(required(regions, BLOCKS, "block table"), size, block);
    return size;
  }

  private void requireClosed() throws IOException {
    Optional<ByteBuffer> current = Optional.empty();
    for (long offset : HEADERS) {
      ByteBuffer header = file.read(offset, 80);
      boolean newer = current.map(one -> one.getLong(8) < header.getLong(8)).orElse(true);
      if (startsWith(header, "head") && newer) {
        current = Optional.of(header);
      }
    }
    ByteBuffer header =
        current.orElseThrow(() -> file.refused("InvalidHeader", "has no header that is whole"));
    if (header.getShort(66) != 1) {
      throw file.refused("UnsupportedVersion", "has version " + header.getShort(66));
    }
    if (!ContainerFile.blank(header, 48, 16)) {
      throw file.refused(
          "DirtyImage", "was not closed; open and close it where it comes from, or convert it");
    }
  }

  private Map<UUID, Piece> regions() throws IOException {
    ByteBuffer table = file.read(REGIONS, REGION_TABLE);
    if (!startsWith(table, "regi")) {
      throw file.refused("InvalidHeader", "has no table of regions");
    }
    Map<UUID, Piece> regions = new HashMap<>();
    for (int at = 0; at < entries(table.getInt(8)); at++) {
      int entry = 16 + 32 * at;
      regions.put(
          uuid(table, entry),
          new Piece(table.getLong(entry + 16), Integer.toUnsignedLong(table.getInt(entry + 24))));
    }
    return regions;
  }

  private Map<UUID, Piece> items(Piece metadata) throws IOException {
    file.requireInside(metadata.offset(), metadata.length());
    ByteBuffer table = file.read(metadata.offset(), REGION_TABLE);
    if (!startsWith(table, "metadata")) {
      throw file.refused("InvalidHeader", "has no table of metadata");
    }
    Map<UUID, Piece> items = new HashMap<>();
    for (int at = 0; at < entries(Short.toUnsignedInt(table.getShort(10))); at++) {
      int entry = 32 + 32 * at;
      long offset = Integer.toUnsignedLong(table.getInt(entry + 16));
      items.put(
          uuid(table, entry),
          new Piece(metadata.offset() + offset, Integer.toUnsignedLong(table.getInt(entry + 20))));
    }
    return items;
  }

  /** Both tables have room for as many and not more. */
  private int entries(int count) {
    if (count < 0 || count > MOST_ENTRIES) {
      throw file.refused("InvalidHeader", "has a table of " + count + " entries");
    }
    return Math.min(count, (REGION_TABLE - 32) / 32);
  }

  private void requireBlocks(Piece table, ByteSize size, long block) throws IOException {
    long perBitmap = SECTORS_PER_BITMAP * 512L / block;
    long blocks = Math.ceilDiv(size.bytes(), block);
    long entries = blocks + (blocks - 1) / perBitmap;
    if (table.length() < entries * Long.BYTES) {
      throw file.refused("InvalidHeader", "has a block table that is too short for its size");
    }
    new BlockTable(file, table.offset(), Long.BYTES, entries)
        .forEach((index, entry) -> {
          int state = (int) (entry & 7);
          boolean bitmap = index % (perBitmap + 1) == perBitmap;
          if (state == PARTLY_PRESENT && !bitmap) {
            throw file.refused("BackingFileNotAllowed", "keeps parts of its data in another image");
          }
          if (state == PRESENT && !bitmap) {
            long begin = (index - index / (perBitmap + 1)) * block;
            file.requireInside((entry >>> 20) * OFFSET_UNIT, Math.min(block, size.bytes() - begin));
          }
        });
  }

  private Piece required(Map<UUID, Piece> pieces, UUID name, String what) {
    return Optional.ofNullable(pieces.get(name))
        .orElseThrow(() -> file.refused("InvalidHeader", "has no " + what));
  }

  private ByteBuffer item(Map<UUID, Piece> items, UUID name, String what, int length)
      throws IOException {
    return file.read(required(items, name, what).offset(), length);
  }

  private static boolean startsWith(ByteBuffer bytes, String word) {
    for (int at = 0; at < word.length(); at++) {
      if (bytes.get(at) != word.charAt(at)) {
        return false;
      }
    }
    return true;
  }

  /** Microsoft writes the first three parts of a UUID the other way round. */
  private static UUID uuid(ByteBuffer bytes, int offset) {
    long first = Integer.toUnsignedLong(bytes.getInt(offset));
    long second = Short.toUnsignedLong(bytes.getShort(offset + 4));
    long third = Short.toUnsignedLong(bytes.getShort(offset + 6));
    long rest = Long.reverseBytes(bytes.getLong(offset + 8));
    return new UUID(first << 32 | second << 16 | third, rest);
  }
}
