package cairn.appliance.schema;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.FieldError.Cause;
import cairn.appliance.schema.Schema.AnyShape;
import cairn.appliance.schema.Schema.CelRule;
import cairn.appliance.schema.Schema.FlagShape;
import cairn.appliance.schema.Schema.IntOrTextShape;
import cairn.appliance.schema.Schema.ListShape;
import cairn.appliance.schema.Schema.ListType;
import cairn.appliance.schema.Schema.NumberShape;
import cairn.appliance.schema.Schema.ObjectShape;
import cairn.appliance.schema.Schema.TextShape;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Asks the CEL rules of a whole document. A rule is skipped where the schema already found the
 * place, or anything inside it, wrong: it could only fail for the same reason in worse words.
 */
final class RuleWalk {

  private final CelRules rules;
  private final List<FieldError> known;
  private final List<FieldError> found = new ArrayList<>();

  private final Duration patience;
  private long spentNanos;
  private boolean late;

  private RuleWalk(CelRules rules, List<FieldError> known, Duration patience) {
    this.rules = rules;
    this.known = known;
    this.patience = patience;
  }

  /**
   * @param known what the schema found wrong
   * @param patience when it is over, the rest of the rules is not asked and the document refused
   */
  static List<FieldError> ask(
      CelRules rules,
      Schema schema,
      ObjectNode document,
      Optional<? extends JsonNode> old,
      List<FieldError> known,
      Duration patience) {
    RuleWalk walk = new RuleWalk(rules, known, patience);
    walk.walk("", schema, document, old.map(tree -> tree));
    return List.copyOf(walk.found);
  }

  private void walk(String path, Schema schema, JsonNode value, Optional<JsonNode> old) {
    if (!schema.rules().isEmpty() && !value.isNull() && isSound(path)) {
      ask(path, schema, value, old);
    }
    switch (schema.shape()) {
      case ObjectShape shape when value instanceof ObjectNode object ->
          object.forEachEntry((name, field) ->
              shape
                  .field(name)
                  .ifPresent(inner ->
                      walk(
                          Paths.child(path, name), inner, field, old.map(tree -> tree.get(name)))));
      case ListShape shape when value instanceof ArrayNode items -> items(path, shape, items, old);
      case ObjectShape _,
          ListShape _,
          TextShape _,
          NumberShape _,
          FlagShape _,
          IntOrTextShape _,
          AnyShape _ -> {}
    }
  }

  private boolean isSound(String path) {
    return known.stream().noneMatch(error -> Paths.within(error.path(), path));
  }

  private void ask(String path, Schema schema, JsonNode value, Optional<JsonNode> old) {
    Object self = CelValues.of(Optional.of(schema), value);
    Optional<Object> oldSelf = old.map(tree -> CelValues.of(Optional.of(schema), tree));
    for (CelRule rule : schema.rules()) {
      if (rule.comparesWithOld() && oldSelf.isEmpty()) {
        continue;
      }
      if (tooLate(path)) {
        return;
      }
      // Compiling takes long once, and is nobody's fault.
      rules.prepare(rule);
      long start = System.nanoTime();
      Optional<String> complaint = rules.complaint(rule, self, oldSelf);
      spentNanos += System.nanoTime() - start;
      complaint.ifPresent(text ->
          found.add(
              new FieldError(
                  path, Cause.INVALID, "Invalid value: " + Shown.of(value) + ": " + text)));
    }
  }

  /** One evaluation is bounded by its loops, a document of many by the time. */
  private boolean tooLate(String path) {
    if (spentNanos <= patience.toNanos()) {
      return false;
    }
    if (!late) {
      late = true;
      found.add(
          new FieldError(
              path,
              Cause.INVALID,
              "Invalid value: the rules of the object take too long; make its lists shorter"));
    }
    return true;
  }

  private void items(String path, ListShape shape, ArrayNode items, Optional<JsonNode> old) {
    if (shape.items().isEmpty()) {
      return;
    }
    for (int i = 0; i < items.size(); i++) {
      JsonNode item = items.path(i);
      walk(
          Paths.item(path, i), shape.items().get(), item, old.flatMap(o -> before(shape, o, item)));
    }
  }

  /** Only items with keys can be found again in the list before. */
  private static Optional<JsonNode> before(ListShape shape, JsonNode old, JsonNode item) {
    if (shape.type() != ListType.MAP) {
      return Optional.empty();
    }
    return old.valueStream()
        .filter(
            other -> shape.keys().stream().allMatch(key -> other.path(key).equals(item.path(key))))
        .findFirst();
  }
}
