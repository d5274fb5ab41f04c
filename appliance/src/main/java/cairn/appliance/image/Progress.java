package cairn.appliance.image;

import cairn.appliance.api.ByteCount;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalLong;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** How far a transfer is, as statuses write it. Pure. */
public final class Progress {

  public static final String NONE = "0%";
  public static final String ALL = "100%";

  private Progress() {}

  /**
   * {@code 0%}, else one decimal, at most {@code 99.9%}; never less than before.
   *
   * @param before what the status says, or empty
   */
  public static String text(long transferred, OptionalLong expected, String before) {
    double share =
        expected.isPresent() && expected.getAsLong() > 0
            ? 100.0 * transferred / expected.getAsLong()
            : 0;
    double shown = Math.max(Math.min(share, 99.9), read(before));
    BigDecimal rounded = BigDecimal.valueOf(Math.min(shown, 99.9)).setScale(1, RoundingMode.DOWN);
    return rounded.signum() == 0 ? NONE : String.format(Locale.ROOT, "%s%%", rounded);
  }

  private static double read(String text) {
    try {
      return text.isEmpty() ? 0 : Double.parseDouble(text.substring(0, text.length() - 1));
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** The {@code downloadSpeed} of a transfer, by its average. */
  public static ObjectNode speed(long transferred, Duration lasted) {
    long perSecond = transferred * 1000 / Math.max(1, lasted.toMillis());
    ObjectNode speed = JsonNodeFactory.instance.objectNode();
    speed.put("avg", ByteCount.human(perSecond) + "/s");
    speed.put("avgBytes", Long.toString(perSecond));
    return speed;
  }
}
