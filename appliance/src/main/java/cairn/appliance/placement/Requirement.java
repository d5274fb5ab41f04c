package cairn.appliance.placement;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/** One condition on the value of a label. */
record Requirement(String key, Operator operator, List<String> values) {

  /** How a value is compared. */
  enum Operator {
    IN("In"),
    /** Holds for a label that is not there, too. */
    NOT_IN("NotIn"),
    EXISTS("Exists"),
    DOES_NOT_EXIST("DoesNotExist"),
    /** Both sides are whole numbers. */
    GT("Gt"),
    LT("Lt");

    private final String word;

    Operator(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }

    static Optional<Operator> named(String word) {
      return Arrays.stream(values()).filter(each -> each.word.equals(word)).findFirst();
    }
  }

  Requirement {
    requireNonNull(key, "key is null");
    requireNonNull(operator, "operator is null");
    values = List.copyOf(values);
  }

  /** An operator that admission would have refused matches nothing. */
  static Requirement read(JsonNode expression) {
    List<String> values = new ArrayList<>();
    expression.path("values").forEach(value -> values.add(value.asString("")));
    return new Requirement(
        expression.path("key").asString(""),
        Operator.named(expression.path("operator").asString("")).orElse(Operator.IN),
        values);
  }

  static Requirement equal(String key, String value) {
    return new Requirement(key, Operator.IN, List.of(value));
  }

  boolean holds(Map<String, String> labels) {
    Optional<String> value = Optional.ofNullable(labels.get(key));
    return switch (operator) {
      case IN -> value.filter(values::contains).isPresent();
      case NOT_IN -> value.filter(values::contains).isEmpty();
      case EXISTS -> value.isPresent();
      case DOES_NOT_EXIST -> value.isEmpty();
      case GT -> compared(value) > 0;
      case LT -> compared(value) < 0;
    };
  }

  /** Zero where one side is no number: then neither larger nor smaller holds. */
  private int compared(Optional<String> value) {
    OptionalLong left = value.map(Requirement::number).orElse(OptionalLong.empty());
    OptionalLong right = values.isEmpty() ? OptionalLong.empty() : number(values.getFirst());
    return left.isEmpty() || right.isEmpty()
        ? 0
        : Long.compare(left.getAsLong(), right.getAsLong());
  }

  static OptionalLong number(String text) {
    try {
      return OptionalLong.of(Long.parseLong(text));
    } catch (NumberFormatException none) {
      return OptionalLong.empty();
    }
  }

  @Override
  public String toString() {
    return switch (operator) {
      case IN ->
          values.size() == 1
              ? key + "=" + values.getFirst()
              : key + " in (" + String.join(", ", values) + ")";
      case NOT_IN -> key + " not in (" + String.join(", ", values) + ")";
      case EXISTS -> "a label " + key;
      case DOES_NOT_EXIST -> "no label " + key;
      case GT -> key + " > " + String.join("", values);
      case LT -> key + " < " + String.join("", values);
    };
  }
}
