package cairn.appliance.resource;

import cairn.appliance.api.Refusal;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.Revision;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Where the next page begins.
 *
 * @param revision of the first page
 * @param within namespace of the list, empty for all
 * @param last object shown
 */
record ContinueToken(Revision revision, String within, Key last) {

  String text() {
    String plain =
        String.join(
            " ",
            "2",
            revision.toString(),
            last.resource(),
            within,
            last.namespace() + "/" + last.name());
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(plain.getBytes(StandardCharsets.UTF_8));
  }

  static ContinueToken parse(String text) {
    try {
      String plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
      String[] parts = plain.split("[ /]", -1);
      if (parts.length == 6 && parts[0].equals("2")) {
        ContinueToken token =
            new ContinueToken(
                new Revision(Long.parseLong(parts[1])),
                parts[3],
                new Key(parts[2], parts[4], parts[5]));
        // Java's decoder reads texts that no encoder writes.
        if (token.text().equals(text)) {
          return token;
        }
      }
    } catch (IllegalArgumentException e) {
      throw garbage(e);
    }
    throw garbage("not of the form that was handed out");
  }

  /**
   * @param newest revision of all; no honest token names a newer one
   */
  void requireHandedOut(Selection list, Revision newest) {
    if (!last.resource().equals(list.resource()) || !within.equals(list.namespace())) {
      throw garbage(
          "it continues a list of %s in %s, and not one of %s in %s"
              .formatted(last.resource(), place(within), list.resource(), place(list.namespace())));
    }
    if (revision.compareTo(newest) > 0) {
      throw garbage("it names revision %s, and the newest is %s".formatted(revision, newest));
    }
  }

  boolean before(Key key) {
    return last.compareTo(key) < 0;
  }

  private static String place(String namespace) {
    return namespace.isEmpty() ? "all namespaces" : "namespace \"" + namespace + '"';
  }

  private static Refusal garbage(String why) {
    return garbage(new IllegalArgumentException(why));
  }

  private static Refusal garbage(IllegalArgumentException cause) {
    Refusal refusal = Refusals.bad("continue key is not valid: " + cause.getMessage());
    refusal.initCause(cause);
    return refusal;
  }
}
