package cairn.appliance.api;

import static java.util.Objects.requireNonNull;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * An amount in Kubernetes' grammar: {@code 2Gi}, {@code 1500m}, {@code 1e3}. Two are equal if
 * amount and notation are; compare with {@link #compareTo} to ask for the amount alone.
 *
 * @param notation which suffixes {@link #toString} uses
 */
public record Quantity(BigDecimal amount, Notation notation) implements Comparable<Quantity> {

  /** How an amount is written. */
  public enum Notation {
    BINARY,
    DECIMAL,
    EXPONENT
  }

  private record Suffix(String text, BigDecimal factor) {}

  private static final Pattern GRAMMAR =
      Pattern.compile(
          "([+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+))((?:[KMGTPE]i)|[numkMGTPE]|(?:[eE][+-]?[0-9]{1,3}))?");
  private static final int LONGEST = 64;
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
  private static final BigDecimal KIBI = BigDecimal.valueOf(1024);

  private static final List<Suffix> BINARY =
      List.of(
          new Suffix("Ei", KIBI.pow(6)),
          new Suffix("Pi", KIBI.pow(5)),
          new Suffix("Ti", KIBI.pow(4)),
          new Suffix("Gi", KIBI.pow(3)),
          new Suffix("Mi", KIBI.pow(2)),
          new Suffix("Ki", KIBI));

  private static final List<Suffix> DECIMAL =
      List.of(
          new Suffix("E", THOUSAND.pow(6)),
          new Suffix("P", THOUSAND.pow(5)),
          new Suffix("T", THOUSAND.pow(4)),
          new Suffix("G", THOUSAND.pow(3)),
          new Suffix("M", THOUSAND.pow(2)),
          new Suffix("k", THOUSAND),
          new Suffix("", BigDecimal.ONE),
          new Suffix("m", new BigDecimal("0.001")),
          new Suffix("u", new BigDecimal("0.000001")),
          new Suffix("n", new BigDecimal("0.000000001")));

  private static final Map<String, Suffix> BY_TEXT =
      Stream.concat(BINARY.stream(), DECIMAL.stream())
          .collect(Collectors.toUnmodifiableMap(Suffix::text, suffix -> suffix));

  public Quantity {
    requireNonNull(notation, "notation is null");
    // Kubernetes keeps nine digits after the point and rounds away from zero.
    amount = amount.setScale(Math.min(9, Math.max(0, amount.scale())), RoundingMode.UP);
  }

  /**
   * @throws IllegalArgumentException if the text is not in the grammar
   */
  public static Quantity parse(String text) {
    Matcher matcher = GRAMMAR.matcher(text);
    if (text.length() > LONGEST || !matcher.matches()) {
      throw new IllegalArgumentException(
          "\"" + text + "\" is not an amount; write one like 512Mi, 2Gi, 1500m or 4");
    }
    BigDecimal number = new BigDecimal(matcher.group(1));
    String suffix = matcher.group(2) == null ? "" : matcher.group(2);
    if (suffix.length() > 1 && !suffix.endsWith("i")) {
      return new Quantity(
          number.scaleByPowerOfTen(Integer.parseInt(suffix.substring(1))), Notation.EXPONENT);
    }
    return new Quantity(
        number.multiply(requireNonNull(BY_TEXT.get(suffix)).factor()),
        suffix.endsWith("i") ? Notation.BINARY : Notation.DECIMAL);
  }

  public static Quantity ofBytes(long bytes) {
    return new Quantity(BigDecimal.valueOf(bytes), Notation.BINARY);
  }

  /**
   * The amount as a whole number, rounded up: bytes of a size, cores of a count.
   *
   * @throws ArithmeticException if it is more than a long holds
   */
  public long whole() {
    return exact(amount);
  }

  /**
   * The amount in thousandths, rounded up.
   *
   * @throws ArithmeticException if it is more than a long holds
   */
  public long milli() {
    return exact(amount.multiply(THOUSAND));
  }

  private static long exact(BigDecimal value) {
    return value.setScale(0, RoundingMode.CEILING).longValueExact();
  }

  @Override
  public int compareTo(Quantity other) {
    return amount.compareTo(other.amount);
  }

  /** The canonical text: the largest suffix that leaves a whole number. */
  @Override
  public String toString() {
    if (amount.signum() == 0) {
      return "0";
    }
    return switch (notation) {
      case BINARY -> isBinary() ? text(BINARY) : text(DECIMAL);
      case DECIMAL -> text(DECIMAL);
      case EXPONENT -> exponent();
    };
  }

  /** Below 1024, and for fractions, Kubernetes writes binary amounts as decimal ones. */
  private boolean isBinary() {
    return amount.abs().compareTo(KIBI) >= 0 && amount.stripTrailingZeros().scale() <= 0;
  }

  private String text(List<Suffix> suffixes) {
    for (Suffix suffix : suffixes) {
      BigDecimal[] parts = amount.divideAndRemainder(suffix.factor());
      if (parts[1].signum() == 0) {
        return parts[0].toBigInteger() + suffix.text();
      }
    }
    return amount.toBigInteger().toString();
  }

  private String exponent() {
    BigInteger digits = amount.movePointRight(9).toBigInteger();
    int power = -9;
    while (digits.mod(BigInteger.valueOf(1000)).signum() == 0) {
      digits = digits.divide(BigInteger.valueOf(1000));
      power += 3;
    }
    return power == 0 ? digits.toString() : digits + "e" + power;
  }
}
