package cairn.network;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An IPv4 address, ordered as a number. */
public record Ipv4Address(int bits) implements Comparable<Ipv4Address> {

  private static final Pattern FORM =
      Pattern.compile("(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  public static Ipv4Address parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw unreadable(text);
    }
    int bits = 0;
    for (int part = 1; part <= 4; part++) {
      String digits = parts.group(part);
      if (digits.length() > 1 && digits.startsWith("0")) {
        throw new IllegalArgumentException(
            "IPv4 address is '"
                + text
                + "': leading zeros mean octal numbers to some programs and nothing to others;"
                + " write it without them");
      }
      int value = Integer.parseInt(digits);
      if (value > 255) {
        throw unreadable(text);
      }
      bits = (bits << 8) | value;
    }
    return new Ipv4Address(bits);
  }

  public Ipv4Address plus(int offset) {
    return new Ipv4Address(bits + offset);
  }

  private static IllegalArgumentException unreadable(String text) {
    return new IllegalArgumentException(
        "IPv4 address is '" + text + "', expected four numbers up to 255 as in 10.66.10.5");
  }

  @Override
  public int compareTo(Ipv4Address other) {
    return Integer.compareUnsigned(bits, other.bits);
  }

  @Override
  public String toString() {
    return "%d.%d.%d.%d".formatted(bits >>> 24, (bits >> 16) & 255, (bits >> 8) & 255, bits & 255);
  }
}
