package cairn.appliance.api;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/**
 * Numbers of bytes as the wire writes them: quantities in Kubernetes' grammar, and human sizes in
 * statuses.
 */
public final class ByteCount {

  private static final Pattern QUANTITY =
      Pattern.compile("([0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)(?:[eE]([+-]?[0-9]{1,2})|([A-Za-z]{0,2}))");

  /** Exponents beyond those that are worth computing. */
  private static final Pattern HUGE = Pattern.compile("[0-9.]*[1-9][0-9.]*[eE]\\+?[0-9]{3,}");

  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private static final Map<String, BigDecimal> UNITS =
      Map.ofEntries(
          Map.entry("", BigDecimal.ONE),
          Map.entry("m", new BigDecimal("0.001")),
          Map.entry("k", BigDecimal.TEN.pow(3)),
          Map.entry("M", BigDecimal.TEN.pow(6)),
          Map.entry("G", BigDecimal.TEN.pow(9)),
          Map.entry("T", BigDecimal.TEN.pow(12)),
          Map.entry("P", BigDecimal.TEN.pow(15)),
          Map.entry("E", BigDecimal.TEN.pow(18)),
          Map.entry("Ki", BigDecimal.valueOf(1L << 10)),
          Map.entry("Mi", BigDecimal.valueOf(1L << 20)),
          Map.entry("Gi", BigDecimal.valueOf(1L << 30)),
          Map.entry("Ti", BigDecimal.valueOf(1L << 40)),
          Map.entry("Pi", BigDecimal.valueOf(1L << 50)),
          Map.entry("Ei", BigDecimal.valueOf(1L << 60)));

  private static final String[] SUFFIXES = {"B", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};

  /** What is said of a quantity that is {@link #tooLarge}. */
  public static final String LARGEST = "more than 8Ei less one byte cannot be counted";

  private ByteCount() {}

  /** A quantity, given as text or number, in whole bytes, rounded up; empty if it is none. */
  public static OptionalLong parse(JsonNode quantity) {
    if (quantity.isMissingNode() || quantity.isNull()) {
      return OptionalLong.empty();
    }
    return parse(quantity.asString(""));
  }

  /** A quantity in whole bytes, rounded up; empty if the text is none, is negative or too large. */
  public static OptionalLong parse(String quantity) {
    return exact(quantity)
        .filter(bytes -> bytes.compareTo(MOST) <= 0)
        .map(bytes -> OptionalLong.of(bytes.setScale(0, RoundingMode.CEILING).longValueExact()))
        .orElse(OptionalLong.empty());
  }

  /** Whether the text is a quantity, and of more bytes than can be counted. */
  public static boolean tooLarge(String quantity) {
    return HUGE.matcher(quantity).matches()
        || exact(quantity).filter(bytes -> bytes.compareTo(MOST) > 0).isPresent();
  }

  /**
   * Whether the text is a quantity in thousandths of a byte ({@code 100m}): of sizes always a slip
   * for {@code M} or {@code Mi}.
   */
  public static boolean inThousandths(String quantity) {
    return quantity.endsWith("m") && exact(quantity).isPresent();
  }

  private static Optional<BigDecimal> exact(String quantity) {
    Matcher parts = QUANTITY.matcher(quantity);
    if (!parts.matches()) {
      return Optional.empty();
    }
    BigDecimal unit =
        parts.group(2) != null
            ? BigDecimal.ONE.scaleByPowerOfTen(Integer.parseInt(parts.group(2)))
            : UNITS.get(parts.group(3));
    return unit == null
        ? Optional.empty()
        : Optional.of(new BigDecimal(parts.group(1)).multiply(unit));
  }

  /** For people: base 1024, one decimal only where it is not zero. */
  public static String human(long bytes) {
    double value = bytes;
    int suffix = 0;
    while (value >= 1024 && suffix < SUFFIXES.length - 1) {
      value /= 1024;
      suffix++;
    }
    String number = String.format(Locale.ROOT, "%.1f", value);
    if (number.equals("1024.0") && suffix < SUFFIXES.length - 1) {
      number = "1.0";
      suffix++;
    }
    return (number.endsWith(".0") ? number.substring(0, number.length() - 2) : number)
        + SUFFIXES[suffix];
  }

  /** As a quantity, exact, in the largest binary unit that fits. */
  public static String quantity(long bytes) {
    String[] units = {"", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"};
    int unit = 0;
    long value = bytes;
    while (value != 0 && value % 1024 == 0 && unit < units.length - 1) {
      value /= 1024;
      unit++;
    }
    return value + units[unit];
  }
}
