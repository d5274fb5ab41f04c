package cairn.appliance.apply;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** How one place in a document is owned: as a whole, or part by part. */
public sealed interface FieldType {

  /** One value with one owner: a scalar, or an object or list that is replaced as a whole. */
  record Whole() implements FieldType {}

  /**
   * An object whose fields are owned one by one.
   *
   * @param fields those that the schema names. A named field is not owned for itself, only what is
   *     in it: to own {@code spec} means nothing
   * @param others the type of all other fields, which are owned for themselves too
   */
  record Parts(Map<String, FieldType> fields, Optional<FieldType> others) implements FieldType {
    public Parts {
      fields = Map.copyOf(fields);
      requireNonNull(others, "others is null");
    }
  }

  /**
   * A list whose items are told apart by some of their fields.
   *
   * @param keys names of these fields
   * @param defaults what a key is taken for where an item leaves it out
   */
  record Keyed(List<String> keys, Map<String, JsonNode> defaults, FieldType items)
      implements FieldType {
    public Keyed {
      keys = keys.stream().sorted().toList();
      defaults = Map.copyOf(defaults);
      requireNonNull(items, "items is null");
    }
  }

  /** A list of scalars, each owned for itself. */
  record Values() implements FieldType {}

  /** Nobody described what stands here: objects are owned field by field, all else as a whole. */
  record Deduced() implements FieldType {}

  /** Whether the schema names this field. */
  default boolean names(String field) {
    return this instanceof Parts parts && parts.fields().containsKey(field);
  }

  /** The type of a field of an object of this type. */
  default FieldType field(String name) {
    return switch (this) {
      case Parts parts ->
          Optional.ofNullable(parts.fields().get(name)).or(parts::others).orElseGet(Deduced::new);
      case Whole _, Keyed _, Values _, Deduced _ -> new Deduced();
    };
  }

  /** Whether an object here is owned field by field. */
  default boolean granular() {
    return switch (this) {
      case Parts _, Deduced _ -> true;
      case Whole _, Keyed _, Values _ -> false;
    };
  }

  /** The type of an item of a list of this type. */
  default FieldType item() {
    return switch (this) {
      case Keyed keyed -> keyed.items();
      case Parts _, Whole _, Values _, Deduced _ -> new Whole();
    };
  }
}
