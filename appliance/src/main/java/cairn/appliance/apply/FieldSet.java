package cairn.appliance.apply;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A set of places in a document, in the form of {@code fieldsV1} on the wire. A place may be a
 * member itself, or only have members below it, or both. Immutable.
 */
public final class FieldSet {

  /** No place at all. */
  public static final FieldSet EMPTY = new FieldSet(new TreeMap<>());

  /** As deep as the deepest document that is read, with some room. */
  private static final int DEEPEST = 250;

  private static final String SELF = ".";

  private final NavigableMap<PathElement, Place> places;

  private FieldSet(NavigableMap<PathElement, Place> places) {
    this.places = Collections.unmodifiableNavigableMap(places);
  }

  private record Place(boolean member, FieldSet below) {

    static final Place NOTHING = new Place(false, EMPTY);

    boolean isNothing() {
      return !member && below.isEmpty();
    }
  }

  /** Collects places under one parent. */
  static final class Builder {

    private final NavigableMap<PathElement, Place> places = new TreeMap<>();

    void add(PathElement step, boolean member, FieldSet below) {
      Place place = new Place(member, below);
      if (!place.isNothing()) {
        places.put(step, place);
      }
    }

    FieldSet build() {
      return places.isEmpty() ? EMPTY : new FieldSet(places);
    }
  }

  /**
   * Reads a tree as it stands in {@code fieldsV1}.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static FieldSet decode(JsonNode tree) {
    return decode(tree, 0);
  }

  private static FieldSet decode(JsonNode tree, int depth) {
    if (!tree.isObject() || depth > DEEPEST) {
      throw new IllegalArgumentException("a set of fields is no tree of objects, or too deep");
    }
    Builder builder = new Builder();
    for (Map.Entry<String, JsonNode> entry : tree.properties()) {
      if (entry.getKey().equals(SELF)) {
        continue;
      }
      JsonNode below = entry.getValue();
      boolean member = below.isEmpty() || below.has(SELF);
      PathElement.decode(entry.getKey())
          .ifPresent(step -> builder.add(step, member, decode(below, depth + 1)));
    }
    return builder.build();
  }

  /** The tree for {@code fieldsV1}. */
  public ObjectNode encode() {
    ObjectNode tree = JsonNodeFactory.instance.objectNode();
    places.forEach((step, place) -> {
      ObjectNode below = place.below().encode();
      if (place.member() && !below.isEmpty()) {
        below.set(SELF, JsonNodeFactory.instance.objectNode());
      }
      tree.set(step.encoded(), below);
    });
    return tree;
  }

  public boolean isEmpty() {
    return places.isEmpty();
  }

  /** Whether the place one step down is a member. */
  boolean has(PathElement step) {
    return place(step).member();
  }

  /** The members below the place one step down. */
  FieldSet below(PathElement step) {
    return place(step).below();
  }

  /** Whether the place at the end of these steps is a member. */
  boolean has(List<PathElement> path) {
    FieldSet set = this;
    for (PathElement step : path.subList(0, path.size() - 1)) {
      set = set.below(step);
    }
    return set.has(path.getLast());
  }

  private Place place(PathElement step) {
    return Optional.ofNullable(places.get(step)).orElse(Place.NOTHING);
  }

  FieldSet union(FieldSet other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    Builder all = new Builder();
    all.places.putAll(places);
    other.places.forEach((step, more) -> {
      Place mine = place(step);
      all.add(step, mine.member() || more.member(), mine.below().union(more.below()));
    });
    return all.build();
  }

  FieldSet intersection(FieldSet other) {
    Builder both = new Builder();
    places.forEach((step, mine) -> {
      Place its = other.place(step);
      both.add(step, mine.member() && its.member(), mine.below().intersection(its.below()));
    });
    return both.build();
  }

  /** Without the members of the other set; what is below them stays. */
  FieldSet minus(FieldSet other) {
    if (other.isEmpty()) {
      return this;
    }
    Builder rest = new Builder();
    places.forEach((step, mine) -> {
      Place its = other.place(step);
      rest.add(step, mine.member() && !its.member(), mine.below().minus(its.below()));
    });
    return rest.build();
  }

  /** The members of the other set, and everything below them. */
  FieldSet within(FieldSet other) {
    Builder inside = new Builder();
    places.forEach((step, mine) -> {
      Place its = other.place(step);
      inside.add(
          step,
          mine.member() && its.member(),
          its.member() ? mine.below() : mine.below().within(its.below()));
    });
    return inside.build();
  }

  /** Without one place and everything below it. */
  FieldSet without(PathElement step) {
    if (!places.containsKey(step)) {
      return this;
    }
    Builder rest = new Builder();
    rest.places.putAll(places);
    rest.places.remove(step);
    return rest.build();
  }

  /** The steps down from here that lead to a member. */
  List<PathElement> steps() {
    return List.copyOf(places.keySet());
  }

  /** All members; those of one level before those below them, as Kubernetes lists conflicts. */
  List<List<PathElement>> paths() {
    List<List<PathElement>> paths = new ArrayList<>();
    collect(List.of(), paths);
    return paths;
  }

  private void collect(List<PathElement> above, List<List<PathElement>> paths) {
    places.forEach((step, place) -> {
      if (place.member()) {
        paths.add(joined(above, step));
      }
    });
    places.forEach((step, place) -> place.below().collect(joined(above, step), paths));
  }

  private static List<PathElement> joined(List<PathElement> above, PathElement step) {
    List<PathElement> path = new ArrayList<>(above);
    path.add(step);
    return path;
  }

  /** A path as people read it: {@code .status.conditions[type="Ready"].status}. */
  static String shown(List<PathElement> path) {
    return path.stream().map(PathElement::shown).collect(Collectors.joining());
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldSet set && places.equals(set.places);
  }

  @Override
  public int hashCode() {
    return places.hashCode();
  }

  @Override
  public String toString() {
    return paths().stream().map(FieldSet::shown).collect(Collectors.joining(" "));
  }
}
