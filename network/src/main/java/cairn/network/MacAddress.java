package cairn.network;

import java.util.Locale;
import java.util.regex.Pattern;

/** A hardware address, kept lower case and colon separated. */
public record MacAddress(String text) {

  private static final Pattern FORM = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

  public MacAddress {
    text = text.toLowerCase(Locale.ROOT);
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "MAC address is '" + text + "', expected six bytes as in 52:54:00:12:34:56");
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
