package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;

import com.google.re2j.Pattern;
import java.math.BigDecimal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * What one place in a document may hold: a structural schema of Kubernetes, read into types.
 *
 * @param fallback the default, filled in where the field is absent
 * @param allowed the only values allowed; empty means any
 * @param rules CEL rules, asked with this place as {@code self}
 * @param alternatives further schemas that the value is measured by
 */
record Schema(
    Shape shape,
    Optional<JsonNode> fallback,
    boolean nullable,
    List<JsonNode> allowed,
    List<CelRule> rules,
    Alternatives alternatives) {

  Schema {
    requireNonNull(shape, "shape is null");
    requireNonNull(fallback, "fallback is null");
    allowed = List.copyOf(allowed);
    rules = List.copyOf(rules);
    requireNonNull(alternatives, "alternatives is null");
  }

  /** The same place with other content; the metadata of a root gets its schema this way. */
  Schema withShape(Shape other) {
    return new Schema(other, fallback, nullable, allowed, rules, alternatives);
  }

  /** What kind of value stands there. */
  sealed interface Shape {}

  /**
   * An object.
   *
   * @param values the schema of fields that are not in {@code properties}
   * @param open whether fields that nobody described are kept
   * @param whole whether all of it has one owner, instead of each field its own
   */
  record ObjectShape(
      Map<String, Schema> properties,
      Optional<Schema> values,
      List<String> required,
      boolean open,
      boolean whole,
      Bounds count)
      implements Shape {
    ObjectShape {
      properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
      requireNonNull(values, "values is null");
      required = List.copyOf(required);
      requireNonNull(count, "count is null");
    }

    /** The schema of the field of that name, if anybody described it. */
    Optional<Schema> field(String name) {
      return Optional.ofNullable(properties.get(name)).or(() -> values);
    }
  }

  /**
   * A list.
   *
   * @param keys the fields that tell items of a {@link ListType#MAP} apart
   */
  record ListShape(Optional<Schema> items, ListType type, List<String> keys, Bounds count)
      implements Shape {
    ListShape {
      requireNonNull(items, "items is null");
      requireNonNull(type, "type is null");
      keys = List.copyOf(keys);
      requireNonNull(count, "count is null");
    }
  }

  /** How the items of a list are told apart. */
  enum ListType {
    ATOMIC,
    SET,
    MAP
  }

  /** Text; the pattern is found anywhere in it, unless it is anchored. */
  record TextShape(String format, Optional<Pattern> pattern, Bounds length) implements Shape {
    TextShape {
      requireNonNull(format, "format is null");
      requireNonNull(pattern, "pattern is null");
      requireNonNull(length, "length is null");
    }
  }

  /**
   * A number.
   *
   * @param whole whether it is an integer
   * @param bits room of an integer: 64, or 32 where its format says so
   */
  record NumberShape(boolean whole, int bits, Optional<Limit> least, Optional<Limit> most)
      implements Shape {
    NumberShape {
      requireNonNull(least, "least is null");
      requireNonNull(most, "most is null");
    }
  }

  /** True or false. */
  record FlagShape() implements Shape {}

  /** An integer, or text that the pattern is found in. */
  record IntOrTextShape(Optional<Pattern> pattern) implements Shape {
    IntOrTextShape {
      requireNonNull(pattern, "pattern is null");
    }
  }

  /** Anything. */
  record AnyShape() implements Shape {}

  /** Both ends of a count, each optional. */
  record Bounds(OptionalLong least, OptionalLong most) {
    Bounds {
      requireNonNull(least, "least is null");
      requireNonNull(most, "most is null");
    }
  }

  /** One end of a range of numbers. */
  record Limit(BigDecimal value, boolean exclusive) {
    Limit {
      requireNonNull(value, "value is null");
    }
  }

  /** One CEL rule. An empty message stands for the rule itself. */
  record CelRule(String rule, String message) {

    private static final java.util.regex.Pattern OLD =
        java.util.regex.Pattern.compile("\\boldSelf\\b");

    CelRule {
      requireNonNull(rule, "rule is null");
      requireNonNull(message, "message is null");
    }

    /** Whether the rule compares with the value before, so that it holds for changes only. */
    boolean comparesWithOld() {
      return OLD.matcher(rule).find();
    }

    /** The sentence for people. */
    String complaint() {
      return message.isEmpty() ? "failed rule: " + rule : message;
    }
  }

  /** Schemas combined by logic. They judge only; they neither prune nor fill in. */
  record Alternatives(
      List<Schema> all, List<Schema> any, List<Schema> exactlyOne, Optional<Schema> none) {

    static final Alternatives NONE =
        new Alternatives(List.of(), List.of(), List.of(), Optional.empty());

    Alternatives {
      all = List.copyOf(all);
      any = List.copyOf(any);
      exactlyOne = List.copyOf(exactlyOne);
      requireNonNull(none, "none is null");
    }
  }
}
