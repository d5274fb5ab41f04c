package cairn.appliance.resource;

import cairn.appliance.api.Refusal;
import cairn.appliance.store.Key;
import cairn.appliance.store.Revision;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where the next page begins.
 *
 * @param revision of the first page
 * @param namespace of the last object shown
 * @param name of the last object shown
 */
record ContinueToken(Revision revision, String namespace, String name) {

  String text() {
    String plain = "1 " + revision + " " + namespace + "/" + name;
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  static ContinueToken parse(String text) {
    try {
      String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      String[] parts = plain.split("[ /]", -1);
      if (parts.length == 4 && parts[0].equals("1")) {
        return new ContinueToken(new Revision(Long.parseLong(parts[1])), parts[2], parts[3]);
      }
    } catch (IllegalArgumentException e) {
      throw garbage(e);
    }
    throw garbage(new IllegalArgumentException("not of the form that was handed out"));
  }

  /**
   * @param newest revision of all; no honest token names a newer one
   */
  void requireHandedOut(Revision newest) {
    if (revision.compareTo(newest) > 0) {
      throw garbage(
          new IllegalArgumentException(
              "it names revision %s, and the newest is %s".formatted(revision, newest)));
    }
  }

  boolean before(Key key) {
    return new Key(key.resource(), namespace, name).compareTo(key) < 0;
  }

  private static Refusal garbage(IllegalArgumentException cause) {
    Refusal refusal = Refusals.bad("continue key is not valid: " + cause.getMessage());
    refusal.initCause(cause);
    return refusal;
  }
}
