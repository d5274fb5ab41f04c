package cairn.appliance.server;

/** Warnings for the client as RFC 7234 writes them in a header. */
final class Warnings {

  private Warnings() {}

  /** {@code 299 - "text"}, quotes and backslashes escaped, no character that ends a header. */
  static String header(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 10).append("299 - \"");
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else {
        quoted.append(c < ' ' || c > '~' ? ' ' : c);
      }
    }
    return quoted.append('"').toString();
  }
}
