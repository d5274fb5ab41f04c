package cairn.appliance.apply;

import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a document. */
final class Fields {

  private Fields() {}

  /**
   * What somebody owns who applies this. An object that the schema names is owned by its parts, all
   * others for themselves too; null owns nothing.
   */
  static FieldSet of(FieldType type, JsonNode value) {
    FieldSet.Builder fields = new FieldSet.Builder();
    if (value instanceof ObjectNode object && type.granular()) {
      object
          .properties()
          .forEach(field ->
              add(
                  fields,
                  PathElement.field(field.getKey()),
                  type.field(field.getKey()),
                  field.getValue(),
                  type.names(field.getKey())));
    }
    Items.of(type, value)
        .ifPresent(items ->
            items.byStep().forEach((step, item) -> add(fields, step, type.item(), item, false)));
    return fields.build();
  }

  private static void add(
      FieldSet.Builder fields, PathElement step, FieldType type, JsonNode value, boolean named) {
    if (value.isNull()) {
      return;
    }
    boolean byParts = value.isObject() ? type.granular() : Items.of(type, value).isPresent();
    fields.add(step, !byParts || !named || value.isEmpty(), of(type, value));
  }

  /** The set with every named field that leads to a member as a member too. */
  static FieldSet withNamed(FieldType type, FieldSet set) {
    FieldSet.Builder named = new FieldSet.Builder();
    for (PathElement step : set.steps()) {
      boolean alone = step.isField() && type.names(step.content());
      FieldType below = step.isField() ? type.field(step.content()) : type.item();
      named.add(step, alone || set.has(step), withNamed(below, set.below(step)));
    }
    return named.build();
  }

  /**
   * The set as the type wants it today: what is now owned as a whole is owned so by whoever owned a
   * part of it.
   *
   * @param value the document that the set speaks of
   */
  static FieldSet fitted(FieldType type, FieldSet set, JsonNode value) {
    FieldSet.Builder fitted = new FieldSet.Builder();
    for (PathElement step : set.steps()) {
      FieldType below = step.isField() ? type.field(step.content()) : type.item();
      JsonNode there = at(type, value, step);
      boolean whole =
          there.isObject()
              ? !below.granular()
              : there.isArray() && Items.of(below, there).isEmpty();
      fitted.add(
          step,
          set.has(step) || whole,
          whole ? FieldSet.EMPTY : fitted(below, set.below(step), there));
    }
    return fitted.build();
  }

  private static JsonNode at(FieldType type, JsonNode value, PathElement step) {
    return step.isField()
        ? value.path(step.content())
        : Items.of(type, value)
            .flatMap(items -> Optional.ofNullable(items.byStep().get(step)))
            .orElseGet(() -> value.path("no such item"));
  }
}
