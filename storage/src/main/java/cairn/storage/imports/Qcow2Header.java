package cairn.storage.imports;

import cairn.storage.ByteSize;
import cairn.storage.StorageFault;
import java.nio.ByteBuffer;

/**
 * The header of a qcow2 file (QEMU docs/interop/qcow2.txt, versions 2 and 3), read by us before any
 * program of others opens the file. QEMU would follow what it says to files and servers of the
 * host: seen with 7.2 and 10.0, where {@code convert} copied the host's /etc/shadow into the
 * result.
 *
 * @param file the header's bytes and, where the file is that long, one cluster
 * @param length of the whole file
 */
record Qcow2Header(ByteBuffer file, long length, ByteSize largest, String shown) {

  private static final int LENGTH_V2 = 72;
  private static final int LENGTH_V3 = 104;

  private static final long DIRTY = 1;
  private static final long CORRUPT = 1 << 1;
  private static final long DATA_FILE = 1 << 2;
  private static final long COMPRESSION_TYPE = 1 << 3;
  private static final long EXTENDED_L2 = 1 << 4;
  private static final long UNDERSTOOD = DIRTY | COMPRESSION_TYPE | EXTENDED_L2;

  private static final int EXTENSION_END = 0;
  private static final int EXTENSION_BACKING_FORMAT = 0xe2792aca;
  private static final int EXTENSION_DATA_FILE = 0x44415441;
  private static final int EXTENSION_ENCRYPTION = 0x0537be77;

  private static final long LARGEST_REFCOUNT_TABLE = 8L << 20;

  /** The size that a guest would see, if nothing in the header is wrong or dangerous. */
  ByteSize requireHarmless() {
    if (file.limit() < LENGTH_V2) {
      throw refused("TruncatedImage", "ends inside its header");
    }
    if (version() != 2 && version() != 3) {
      throw refused("UnsupportedVersion", "has version " + Integer.toUnsignedString(version()));
    }
    if (version() == 3 && file.limit() < LENGTH_V3) {
      throw refused("TruncatedImage", "ends inside its header");
    }
    requireAlone();
    requireFeatures();
    requireLayout();
    requireExtensions();
    return size();
  }

  private void requireAlone() {
    if (file.getLong(8) != 0 || file.getInt(16) != 0) {
      throw refused(
          "BackingFileNotAllowed",
          "names a backing file, so it is only part of a disk; flatten it (qemu-img convert -O"
              + " qcow2)");
    }
    if (file.getInt(32) != 0) {
      throw refused("EncryptedImage", "is encrypted");
    }
    if (file.getInt(60) != 0) {
      throw refused(
          "SnapshotsNotAllowed",
          "holds internal snapshots; copy it without them (qemu-img convert -O qcow2)");
    }
  }

  private void requireFeatures() {
    long features = incompatibleFeatures();
    if ((features & DATA_FILE) != 0) {
      throw refused("DataFileNotAllowed", "keeps its data in another file");
    }
    if ((features & CORRUPT) != 0) {
      throw refused("CorruptImage", "is marked as corrupt");
    }
    if ((features & ~UNDERSTOOD) != 0) {
      throw refused(
          "UnsupportedFeature",
          "needs features that are not known here (bits " + Long.toHexString(features) + ")");
    }
    boolean typed = (features & COMPRESSION_TYPE) != 0;
    if (typed && (headerLength() <= LENGTH_V3 || file.get(LENGTH_V3) != 1)) {
      throw refused("UnsupportedFeature", "is compressed in a way that is not known here");
    }
  }

  private void requireLayout() {
    if (clusterBits() < 9 || clusterBits() > 21) {
      throw refused(
          "InvalidClusterSize", "has cluster bits " + Integer.toUnsignedString(clusterBits()));
    }
    ClaimedSize.require(file.getLong(24), largest, this::refused);
    long entries = Integer.toUnsignedLong(file.getInt(36));
    long needed = neededL1Entries();
    // An image that was made smaller keeps its longer table; twice is generous, more is an attack.
    if (entries < needed || entries > 2 * needed + 64) {
      throw refused("InvalidL1Table", "has " + entries + " L1 entries and needs " + needed);
    }
    requireInside("InvalidL1Table", file.getLong(40), entries * Long.BYTES);
    long refcounts = Integer.toUnsignedLong(file.getInt(56)) * clusterSize();
    if (refcounts == 0 || refcounts > LARGEST_REFCOUNT_TABLE) {
      throw refused("InvalidRefcountTable", "has a refcount table of " + refcounts + " bytes");
    }
    requireInside("InvalidRefcountTable", file.getLong(48), refcounts);
    if (version() == 3 && Integer.compareUnsigned(file.getInt(96), 6) > 0) {
      throw refused(
          "InvalidRefcountTable",
          "has refcount order " + Integer.toUnsignedString(file.getInt(96)));
    }
  }

  private void requireInside(String reason, long offset, long bytes) {
    if (offset < clusterSize() || offset % clusterSize() != 0) {
      throw refused(
          reason, "has a table at the impossible offset " + Long.toUnsignedString(offset));
    }
    if (offset > length - bytes) {
      throw refused("TruncatedImage", "has a table that lies beyond its end");
    }
  }

  private void requireExtensions() {
    int header = headerLength();
    if (header < (version() == 2 ? LENGTH_V2 : LENGTH_V3)
        || header % 8 != 0
        || header > file.limit()
        || header > clusterSize()) {
      throw refused(
          "InvalidHeader", "has a header of " + Integer.toUnsignedString(header) + " bytes");
    }
    int position = header;
    int end = (int) Math.min(file.limit(), clusterSize());
    while (position + 8 <= end && file.getInt(position) != EXTENSION_END) {
      requireHarmlessExtension(file.getInt(position));
      long next = position + 8L + roundUpTo8(Integer.toUnsignedLong(file.getInt(position + 4)));
      if (next > end) {
        throw refused("InvalidHeader", "has a header extension that does not end");
      }
      position = (int) next;
    }
  }

  private void requireHarmlessExtension(int type) {
    switch (type) {
      case EXTENSION_BACKING_FORMAT ->
          throw refused("BackingFileNotAllowed", "says the format of a backing file");
      case EXTENSION_DATA_FILE ->
          throw refused("DataFileNotAllowed", "names another file for its data");
      case EXTENSION_ENCRYPTION -> throw refused("EncryptedImage", "is encrypted");
      // Feature names, bitmaps and what later versions add: QEMU ignores what it does not know.
      default -> {}
    }
  }

  private long neededL1Entries() {
    long entriesPerTable = clusterSize() / (extended() ? 16 : 8);
    return Math.ceilDiv(Math.ceilDiv(file.getLong(24), clusterSize()), entriesPerTable);
  }

  private boolean extended() {
    return (incompatibleFeatures() & EXTENDED_L2) != 0;
  }

  private int version() {
    return file.getInt(4);
  }

  private int clusterBits() {
    return file.getInt(20);
  }

  private long clusterSize() {
    return 1L << clusterBits();
  }

  private ByteSize size() {
    return new ByteSize(file.getLong(24));
  }

  private long incompatibleFeatures() {
    return version() == 2 ? 0 : file.getLong(72);
  }

  private int headerLength() {
    return version() == 2 ? LENGTH_V2 : file.getInt(100);
  }

  private static long roundUpTo8(long length) {
    return Math.ceilDiv(length, 8L) * 8;
  }

  private StorageFault refused(String reason, String what) {
    return Refused.forGood(reason, "The qcow2 image from " + shown + " " + what + ".");
  }
}
