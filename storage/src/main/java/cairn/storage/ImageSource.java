package cairn.storage;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.util.Map;
import java.util.Optional;

/** Where an image comes from. */
public sealed interface ImageSource {

  /**
   * A file on a web server.
   *
   * @param caBundle PEM certificates to trust instead of the system's
   * @param checksums of the bytes as transferred, lower-case hexadecimal, by algorithm; all must
   *     match
   */
  record Http(URI url, Optional<String> caBundle, Map<ChecksumAlgorithm, String> checksums)
      implements ImageSource {

    public Http {
      requireNonNull(url, "url is null");
      requireNonNull(caBundle, "caBundle is null");
      checksums = Map.copyOf(checksums);
    }
  }

  /** Digests a user may give for a download. */
  enum ChecksumAlgorithm {
    MD5,
    SHA1,
    SHA256,
    SHA512,
    STREEBOG256,
    STREEBOG512
  }
}
