package cairn.storage.imports;

import cairn.storage.ImageSource.ChecksumAlgorithm;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import org.bouncycastle.jcajce.provider.digest.GOST3411;

/** Digests of the transferred bytes against those that were given. */
final class Checksums {

  private final Map<ChecksumAlgorithm, String> expected;
  private final Map<ChecksumAlgorithm, MessageDigest> digests =
      new EnumMap<>(ChecksumAlgorithm.class);

  Checksums(Map<ChecksumAlgorithm, String> expected) {
    this.expected = expected;
    expected.keySet().forEach(algorithm -> digests.put(algorithm, digest(algorithm)));
  }

  void add(byte[] bytes, int offset, int length) {
    digests.values().forEach(digest -> digest.update(bytes, offset, length));
  }

  /** All given ones must match. Call once, at the end. */
  void require(String shown) {
    digests.forEach((algorithm, digest) -> {
      String actual = HexFormat.of().formatHex(digest.digest());
      String wanted = expected.getOrDefault(algorithm, "").strip().toLowerCase(Locale.ROOT);
      if (!actual.equals(wanted)) {
        throw Refused.forGood(
            "ChecksumMismatch",
            "The "
                + algorithm
                + " of the file from "
                + shown
                + " is "
                + actual
                + ", but "
                + wanted
                + " was expected.");
      }
    });
  }

  static MessageDigest sha256() {
    return digest(ChecksumAlgorithm.SHA256);
  }

  private static MessageDigest digest(ChecksumAlgorithm algorithm) {
    return switch (algorithm) {
      case MD5 -> ofJava("MD5");
      case SHA1 -> ofJava("SHA-1");
      case SHA256 -> ofJava("SHA-256");
      case SHA512 -> ofJava("SHA-512");
      // GOST R 34.11-2012, which Java does not know.
      case STREEBOG256 -> new GOST3411.Digest2012_256();
      case STREEBOG512 -> new GOST3411.Digest2012_512();
    };
  }

  private static MessageDigest ofJava(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every Java has " + name, impossible);
    }
  }
}
