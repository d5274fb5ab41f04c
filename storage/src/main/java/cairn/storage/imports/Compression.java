package cairn.storage.imports;

import com.github.luben.zstd.ZstdInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.tukaani.xz.XZInputStream;

/** How a file is compressed, told by its first bytes, and the way back. One layer only. */
enum Compression {
  NONE,
  GZIP,
  XZ,
  ZSTD;

  /** A dictionary may be 64 MiB (xz -9); 256 MiB leaves room, 1.5 GiB is an attack. */
  private static final int XZ_MEMORY_KIB = 256 << 10;

  /** Windows up to 128 MiB, the zstd program's own limit without --long. */
  private static final int ZSTD_WINDOW_LOG = 27;

  static Compression of(Head head) {
    if (head.startsWith(0x1f, 0x8b)) {
      return GZIP;
    }
    if (head.startsWith(0xfd, '7', 'z', 'X', 'Z', 0)) {
      return XZ;
    }
    return head.startsWith(0x28, 0xb5, 0x2f, 0xfd) ? ZSTD : NONE;
  }

  /** A compression or archive that we do not unpack, by name. */
  static Optional<String> foreign(Head head) {
    if (head.startsWith('B', 'Z', 'h')) {
      return Optional.of("bzip2");
    }
    if (head.startsWith('P', 'K', 3, 4)) {
      return Optional.of("zip");
    }
    if (head.startsWith('7', 'z', 0xbc, 0xaf, 0x27, 0x1c)) {
      return Optional.of("7-Zip");
    }
    return head.hasAt(257, 'u', 's', 't', 'a', 'r') ? Optional.of("tar") : Optional.empty();
  }

  InputStream unpacked(InputStream packed) throws IOException {
    return switch (this) {
      case NONE -> packed;
      case GZIP -> new GZIPInputStream(packed, 1 << 16);
      case XZ -> new XZInputStream(packed, XZ_MEMORY_KIB);
      case ZSTD -> new ZstdInputStream(packed).setLongMax(ZSTD_WINDOW_LOG);
    };
  }
}
