package cairn.appliance.api;

/**
 * Text that UTF-8 can carry: half of a surrogate pair without its other half, which escapes of JSON
 * and YAML can spell, becomes U+FFFD, as Go's decoders make it.
 */
public final class WellFormed {

  private static final char REPLACEMENT = '\uFFFD';

  private WellFormed() {}

  /** The text itself where nothing is wrong with it. */
  public static String of(String text) {
    int at = firstLone(text);
    if (at < 0) {
      return text;
    }
    StringBuilder mended = new StringBuilder(text);
    for (; at < mended.length(); at++) {
      char letter = mended.charAt(at);
      if (!Character.isSurrogate(letter)) {
        continue;
      }
      boolean pair =
          Character.isHighSurrogate(letter)
              && at + 1 < mended.length()
              && Character.isLowSurrogate(mended.charAt(at + 1));
      if (pair) {
        at++;
      } else {
        mended.setCharAt(at, REPLACEMENT);
      }
    }
    return mended.toString();
  }

  private static int firstLone(String text) {
    for (int at = 0; at < text.length(); at++) {
      char letter = text.charAt(at);
      if (Character.isSurrogate(letter)) {
        boolean pair =
            Character.isHighSurrogate(letter)
                && at + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(at + 1));
        if (!pair) {
          return at;
        }
        at++;
      }
    }
    return -1;
  }
}
