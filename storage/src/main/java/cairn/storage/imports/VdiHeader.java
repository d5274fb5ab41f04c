package cairn.storage.imports;

import cairn.storage.ByteSize;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The header and block map of a VDI file (VirtualBox, {@code VDICore.h}). A block that lies beyond
 * the end of a cut file would read as zeros in QEMU, so every one is looked up here.
 */
record VdiHeader(ContainerFile file) {

  private static final int LENGTH = 512;
  private static final int BLOCK = 1 << 20;
  private static final int TYPE_DYNAMIC = 1;
  private static final int TYPE_FIXED = 2;

  /** From here on an entry means a block without data. */
  private static final long NO_DATA = 0xfffffffeL;

  ByteSize requireHarmless() throws IOException {
    ByteBuffer header = file.read(0, LENGTH);
    if (header.getInt(0x44) != 0x00010001) {
      throw file.refused(
          "UnsupportedVersion", "has version " + Integer.toHexString(header.getInt(0x44)));
    }
    requireAlone(header);
    ByteSize size = file.requireSize(header.getLong(0x170));
    if (header.getInt(0x168) != 512 || header.getInt(0x178) != BLOCK || header.getInt(0x17c) != 0) {
      throw file.refused("InvalidHeader", "has sectors or blocks of an unknown size");
    }
    requireBlocks(header, size);
    return size;
  }

  private void requireAlone(ByteBuffer header) {
    int type = header.getInt(0x4c);
    boolean linked =
        !ContainerFile.blank(header, 0x1a8, 16) || !ContainerFile.blank(header, 0x1b8, 16);
    if ((type != TYPE_DYNAMIC && type != TYPE_FIXED) || linked) {
      throw file.refused(
          "BackingFileNotAllowed",
          "is only the difference to another image; copy it as a whole (VBoxManage clonemedium)");
    }
  }

  private void requireBlocks(ByteBuffer header, ByteSize size) throws IOException {
    long blocks = Math.ceilDiv(size.bytes(), (long) BLOCK);
    if (Integer.toUnsignedLong(header.getInt(0x180)) != blocks) {
      throw file.refused(
          "InvalidHeader",
          "has " + Integer.toUnsignedString(header.getInt(0x180)) + " blocks and needs " + blocks);
    }
    long data = Integer.toUnsignedLong(header.getInt(0x158));
    BlockTable map =
        new BlockTable(file, Integer.toUnsignedLong(header.getInt(0x154)), Integer.BYTES, blocks);
    map.forEach((block, entry) -> {
      if (entry < NO_DATA) {
        long begin = block * BLOCK;
        file.requireInside(data + entry * BLOCK, Math.min(BLOCK, size.bytes() - begin));
      }
    });
  }
}
