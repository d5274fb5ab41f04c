package cairn.appliance.schema;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Base64;

/** The formats of text that are checked; any other word of a schema is only a remark. */
final class TextFormat {

  private TextFormat() {}

  static boolean holds(String format, String text) {
    return switch (format) {
      case "date-time" -> isInstant(text);
      case "byte" -> isBase64(text);
      default -> true;
    };
  }

  private static boolean isInstant(String text) {
    try {
      return !OffsetDateTime.parse(text).equals(OffsetDateTime.MIN);
    } catch (DateTimeException _) {
      return false;
    }
  }

  private static boolean isBase64(String text) {
    try {
      return Base64.getDecoder().decode(text).length <= text.length();
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
