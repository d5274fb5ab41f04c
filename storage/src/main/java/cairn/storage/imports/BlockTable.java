package cairn.storage.imports;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A table in a container that says where blocks lie, read a piece at a time: a large image has one
 * of many MiB.
 *
 * @param entry bytes of an entry, 4 or 8
 */
record BlockTable(ContainerFile file, long offset, int entry, long entries) {

  private static final int PIECE = 8 << 10;

  /** What is asked of an entry. */
  @FunctionalInterface
  interface Visitor {
    /**
     * @param value as it stands there, without a sign
     */
    void visit(long index, long value) throws IOException;
  }

  void forEach(Visitor visitor) throws IOException {
    file.requireInside(offset, Math.multiplyExact(entries, entry));
    for (long first = 0; first < entries; first += PIECE) {
      int count = (int) Math.min(PIECE, entries - first);
      ByteBuffer piece = file.read(offset + first * entry, count * entry);
      for (int at = 0; at < count; at++) {
        visitor.visit(first + at, value(piece, at));
      }
    }
  }

  private long value(ByteBuffer piece, int at) {
    return entry == Integer.BYTES
        ? Integer.toUnsignedLong(piece.getInt(at * Integer.BYTES))
        : piece.getLong(at * Long.BYTES);
  }
}
