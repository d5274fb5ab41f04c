package cairn.storage;

import java.util.regex.Pattern;

/**
 * Identity of an image: the SHA-256 of its virtual content, 64 lower-case hexadecimal digits. The
 * same content has the same identity whatever format or compression it came in.
 */
public record ContentId(String sha256) {

  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");

  public ContentId {
    if (!FORM.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "content id is '" + sha256 + "', expected 64 lower-case hexadecimal digits");
    }
  }

  @Override
  public String toString() {
    return sha256;
  }
}
