package cairn.storage;

import static java.util.Objects.requireNonNull;

import java.io.InputStream;
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

  /**
   * The disk in a container image: the first file under {@code disk/} in any of its layers.
   *
   * @param image as people write it: {@code registry.example.org/disks/debian:13}
   * @param caBundle PEM certificates to trust instead of the system's
   * @param login for a registry that asks for one
   */
  record Container(String image, Optional<String> caBundle, Optional<Login> login)
      implements ImageSource {

    public Container {
      requireNonNull(image, "image is null");
      requireNonNull(caBundle, "caBundle is null");
      requireNonNull(login, "login is null");
    }
  }

  /** Name and password at a registry. */
  record Login(String user, String password) {

    public Login {
      requireNonNull(user, "user is null");
      requireNonNull(password, "password is null");
    }

    /** Without the password, as it may end up in a log. */
    @Override
    public String toString() {
      return "login of " + user;
    }
  }

  /**
   * A file that somebody sends us. It can be read once, so there is one attempt.
   *
   * @param bytes as they come; a read that waits too long fails with an {@code IOException}
   * @param length how many bytes were promised
   * @param checksums as of {@link Http}
   */
  record Sent(InputStream bytes, ByteSize length, Map<ChecksumAlgorithm, String> checksums)
      implements ImageSource {

    public Sent {
      requireNonNull(bytes, "bytes is null");
      requireNonNull(length, "length is null");
      checksums = Map.copyOf(checksums);
    }
  }

  /** The content of one of our disks, which nobody may write to meanwhile. */
  record Disk(DiskLocation disk) implements ImageSource {

    public Disk {
      requireNonNull(disk, "disk is null");
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
