package cairn.appliance.apply;

import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * What tells two states of a document apart, place by place. An object or list that is new is a
 * member itself, beside everything in it; likewise one that is gone.
 */
record Comparison(FieldSet added, FieldSet modified, FieldSet removed) {

  private static final Difference SAME =
      new Difference(Mark.NONE, new Comparison(FieldSet.EMPTY, FieldSet.EMPTY, FieldSet.EMPTY));

  /** What happened to a place itself. */
  private enum Mark {
    NONE,
    ADDED,
    MODIFIED,
    REMOVED
  }

  private record Difference(Mark mark, Comparison below) {}

  /** The places whose present value is new. */
  FieldSet set() {
    return added.union(modified);
  }

  /** All places that differ. */
  FieldSet places() {
    return set().union(removed);
  }

  static Comparison of(FieldType type, JsonNode old, JsonNode now) {
    return difference(type, old, now).below();
  }

  private static Difference difference(FieldType type, JsonNode old, JsonNode now) {
    if (old.equals(now)) {
      return SAME;
    }
    boolean wasThere = !isNothing(old);
    boolean isThere = !isNothing(now);
    if (!wasThere && !isThere) {
      return SAME;
    }
    Mark mark = !wasThere ? Mark.ADDED : isThere ? Mark.NONE : Mark.REMOVED;
    if ((old.isEmpty() || !wasThere) && (now.isEmpty() || !isThere)) {
      return whole(mark);
    }
    if (type.granular() && (old.isObject() || !wasThere) && (now.isObject() || !isThere)) {
      Set<String> names = new LinkedHashSet<>(old.propertyNames());
      names.addAll(now.propertyNames());
      return parts(
          mark,
          names,
          PathElement::field,
          name -> difference(type.field(name), old.path(name), now.path(name)));
    }
    Optional<Items> before = wasThere ? Items.of(type, old) : Optional.of(Items.none());
    Optional<Items> after = isThere ? Items.of(type, now) : Optional.of(Items.none());
    if (before.isPresent() && after.isPresent()) {
      return items(type, mark, before.get(), after.get());
    }
    Difference whole = whole(mark);
    return new Difference(
        whole.mark(), new Comparison(Fields.of(type, now), FieldSet.EMPTY, Fields.of(type, old)));
  }

  private static Difference items(FieldType type, Mark mark, Items before, Items after) {
    Set<PathElement> steps = new LinkedHashSet<>(before.byStep().keySet());
    steps.addAll(after.byStep().keySet());
    return parts(
        mark,
        steps,
        step -> step,
        step -> difference(type.item(), at(before, step), at(after, step)));
  }

  private static JsonNode at(Items items, PathElement step) {
    return items.byStep().getOrDefault(step, MissingNode.getInstance());
  }

  private static <T> Difference parts(
      Mark mark, Set<T> names, Function<T, PathElement> step, Function<T, Difference> part) {
    FieldSet.Builder added = new FieldSet.Builder();
    FieldSet.Builder modified = new FieldSet.Builder();
    FieldSet.Builder removed = new FieldSet.Builder();
    for (T name : names) {
      Difference difference = part.apply(name);
      if (!difference.equals(SAME)) {
        PathElement at = step.apply(name);
        added.add(at, difference.mark() == Mark.ADDED, difference.below().added());
        modified.add(at, difference.mark() == Mark.MODIFIED, difference.below().modified());
        removed.add(at, difference.mark() == Mark.REMOVED, difference.below().removed());
      }
    }
    return new Difference(mark, new Comparison(added.build(), modified.build(), removed.build()));
  }

  private static Difference whole(Mark mark) {
    return new Difference(mark == Mark.NONE ? Mark.MODIFIED : mark, SAME.below());
  }

  private static boolean isNothing(JsonNode value) {
    return value.isMissingNode() || value.isNull();
  }
}
