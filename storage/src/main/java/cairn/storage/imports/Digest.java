package cairn.storage.imports;

import java.util.HexFormat;
import java.util.regex.Pattern;

/** The SHA-256 by which a registry names bytes. */
record Digest(String hex) {

  private static final Pattern FORM = Pattern.compile("sha256:[0-9a-f]{64}");

  static Digest parse(String text, String shown) {
    if (!FORM.matcher(text).matches()) {
      throw Refused.forGood(
          "InvalidManifest",
          "The manifest of " + shown + " names a part '" + text + "', which is no SHA-256.");
    }
    return new Digest(text.substring(text.indexOf(':') + 1));
  }

  void require(byte[] bytes, String shown) {
    String actual = HexFormat.of().formatHex(Checksums.sha256().digest(bytes));
    if (!actual.equals(hex)) {
      throw Refused.forGood(
          "DigestMismatch",
          "The registry of " + shown + " sends other bytes than those with SHA-256 " + hex + ".");
    }
  }

  @Override
  public String toString() {
    return "sha256:" + hex;
  }
}
