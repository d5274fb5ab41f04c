package cairn.appliance.schema;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;

/** How long ago something was, as kubectl users read it: {@code 5m}, {@code 3h20m}, {@code 2d}. */
final class Age {

  private static final String UNKNOWN = "<unknown>";

  private Age() {}

  /**
   * @param timestamp RFC 3339
   */
  static String since(String timestamp, Instant now) {
    try {
      return text(Duration.between(OffsetDateTime.parse(timestamp).toInstant(), now));
    } catch (DateTimeException _) {
      return timestamp.isEmpty() ? UNKNOWN : "<invalid>";
    }
  }

  /** Two units where the smaller one still tells something, one where it does not. */
  static String text(Duration age) {
    long seconds = age.toSeconds();
    if (seconds < -1) {
      return "<invalid>";
    }
    if (seconds < 0) {
      return "0s";
    }
    if (seconds < 60 * 2) {
      return seconds + "s";
    }
    long minutes = age.toMinutes();
    if (minutes < 10) {
      return minutes + "m" + some(seconds % 60, "s");
    }
    if (minutes < 60 * 3) {
      return minutes + "m";
    }
    long hours = age.toHours();
    if (hours < 8) {
      return hours + "h" + some(minutes % 60, "m");
    }
    if (hours < 48) {
      return hours + "h";
    }
    return days(hours);
  }

  private static String days(long hours) {
    long days = hours / 24;
    if (days < 8) {
      return days + "d" + some(hours % 24, "h");
    }
    if (days < 365 * 2) {
      return days + "d";
    }
    if (days < 365 * 8) {
      return days / 365 + "y" + some(days % 365, "d");
    }
    return days / 365 + "y";
  }

  private static String some(long amount, String unit) {
    return amount == 0 ? "" : amount + unit;
  }
}
