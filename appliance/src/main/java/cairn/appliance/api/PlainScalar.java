package cairn.appliance.api;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a scalar without quotes is to Kubernetes' reader of YAML (go-yaml 2): the words and numbers
 * of YAML 1.1, but for those to the base of sixty; times are text.
 */
final class PlainScalar implements ScalarResolver {

  /** Of {@code <<}; not the engine's own, which would merge in another order. */
  static final Tag MERGE = new Tag("tag:cairn.io,2026:merge");

  private static final Set<String> TRUE =
      Set.of("y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON");
  private static final Set<String> FALSE =
      Set.of("n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF");
  private static final Set<String> NULL = Set.of("", "~", "null", "Null", "NULL");

  private static final Pattern BASED =
      Pattern.compile("[-+]?0([xX][0-9a-fA-F]+|[bB][01]+|[oO]?[0-7]+)");
  private static final Pattern DECIMAL = Pattern.compile("[-+]?(0|[1-9][0-9]*)");
  private static final Pattern FLOAT =
      Pattern.compile("[-+]?(\\.[0-9]+|[0-9]+(\\.[0-9]*)?)([eE][-+]?[0-9]+)?");
  private static final Pattern NO_NUMBER =
      Pattern.compile("[-+]?\\.(inf|Inf|INF)|\\.(nan|NaN|NAN)");

  /** From here on Go writes a number with an exponent, and so reads it as a fraction. */
  private static final double WRITTEN_OUT = 1e21;

  private static final int BITS = 64;
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  @Override
  public Tag resolve(String text, Boolean plain) {
    if (!plain) {
      return Tag.STR;
    }
    if (text.equals("<<")) {
      return MERGE;
    }
    if (NULL.contains(text)) {
      return Tag.NULL;
    }
    if (TRUE.contains(text) || FALSE.contains(text)) {
      return Tag.BOOL;
    }
    if (whole(text).isPresent()) {
      return Tag.INT;
    }
    return isFloat(text) || NO_NUMBER.matcher(text).matches() ? Tag.FLOAT : Tag.STR;
  }

  /**
   * The value of a text under a tag that was resolved, or that its writer gave it.
   *
   * @return empty if the text cannot be that, or JSON has no word for it
   */
  static Optional<JsonNode> value(Tag tag, String text) {
    if (tag.equals(Tag.NULL)) {
      return NULL.contains(text) ? Optional.of(NODES.nullNode()) : Optional.empty();
    }
    if (tag.equals(Tag.BOOL)) {
      return TRUE.contains(text) || FALSE.contains(text)
          ? Optional.of(NODES.booleanNode(TRUE.contains(text)))
          : Optional.empty();
    }
    return tag.equals(Tag.INT)
        ? whole(text).map(PlainScalar::node)
        : whole(text).map(PlainScalar::node).or(() -> fraction(text));
  }

  private static Optional<BigInteger> whole(String text) {
    if (!beginsANumber(text)) {
      return Optional.empty();
    }
    String digits = text.replace("_", "");
    if (DECIMAL.matcher(digits).matches()) {
      return Optional.of(new BigInteger(digits));
    }
    return BASED.matcher(digits).matches()
        ? Optional.of(based(digits)).filter(value -> value.bitLength() <= BITS)
        : Optional.empty();
  }

  private static boolean beginsANumber(String text) {
    char first = text.isEmpty() ? ' ' : text.charAt(0);
    return first == '+' || first == '-' || (first >= '0' && first <= '9');
  }

  private static BigInteger based(String text) {
    boolean negative = text.startsWith("-");
    String digits = text.replaceFirst("^[-+]?0", "");
    BigInteger value =
        switch (digits.charAt(0)) {
          case 'x', 'X' -> new BigInteger(digits.substring(1), 16);
          case 'b', 'B' -> new BigInteger(digits.substring(1), 2);
          case 'o', 'O' -> new BigInteger(digits.substring(1), 8);
          default -> new BigInteger(digits, 8);
        };
    return negative ? value.negate() : value;
  }

  private static boolean isFloat(String text) {
    // A dot in front is a number's only without underscores.
    String digits = text.startsWith(".") ? text : text.replace("_", "");
    return (text.startsWith(".") || beginsANumber(text)) && FLOAT.matcher(digits).matches();
  }

  private static Optional<JsonNode> fraction(String text) {
    if (!isFloat(text)) {
      return Optional.empty();
    }
    double value = Double.parseDouble(text.replace("_", ""));
    if (Double.isInfinite(value)) {
      return Optional.empty();
    }
    return Optional.of(
        value == Math.rint(value) && Math.abs(value) < WRITTEN_OUT
            ? node(new BigDecimal(value).toBigIntegerExact())
            : NODES.numberNode(value));
  }

  private static JsonNode node(BigInteger value) {
    return value.bitLength() < Long.SIZE
        ? NODES.numberNode(value.longValueExact())
        : NODES.numberNode(value);
  }
}
