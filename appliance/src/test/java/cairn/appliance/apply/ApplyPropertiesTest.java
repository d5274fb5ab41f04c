package cairn.appliance.apply;

import static cairn.appliance.apply.Desk.TYPE;
import static cairn.appliance.apply.Desk.applier;
import static cairn.appliance.apply.Desk.updater;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.apply.Applying.Insistence;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What must hold whatever several writers do to one document, in whatever order. */
class ApplyPropertiesTest {

  private static final List<String> APPLIERS = List.of("a", "b", "c");
  private static final List<String> UPDATERS = List.of("u", "v");
  private static final int STEPS = 40;

  static List<Integer> seeds() {
    return new Random(20261122).ints(150).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void theLawsOfApplyHold(int seed) {
    Random random = new Random(seed);
    Desk desk = new Desk();
    desk.update("u", new Documents(random).document());
    Map<String, ObjectNode> lastApplied = new HashMap<>();
    for (int step = 0; step < STEPS; step++) {
      String at = "seed " + seed + ", step " + step;
      desk.now = desk.now.plusSeconds(1);
      if (random.nextInt(4) == 0) {
        desk.update(UPDATERS.get(random.nextInt(UPDATERS.size())), changed(desk, random));
      } else {
        String name = APPLIERS.get(random.nextInt(APPLIERS.size()));
        ObjectNode configuration = new Documents(random).document();
        Desk before = desk.copy();
        boolean forced = random.nextBoolean();
        try {
          desk.apply(name, configuration, forced ? Insistence.FORCE : Insistence.YIELD);
        } catch (Conflict conflict) {
          assertTrue(!forced, at + ": " + conflict);
          assertEquals(before.document, desk.document, at);
          continue;
        }
        lastApplied.put(name, configuration);
        applied(at, before, desk, name, configuration, forced);
      }
      always(at, desk, lastApplied);
    }
  }

  private static void applied(
      String at, Desk before, Desk after, String name, ObjectNode configuration, boolean forced) {
    FieldSet wanted = Document.ownable(Fields.of(TYPE, configuration));
    assertEquals(wanted, after.owned(applier(name)), at);
    assertSame(at, configuration, after.document, wanted);

    Desk again = after.copy();
    again.apply(name, configuration, Insistence.YIELD);
    assertEquals(after.document, again.document, at + ": applied twice");
    assertEquals(after.ownership, again.ownership, at + ": applied twice");

    FieldSet others = FieldSet.EMPTY;
    for (Entry entry : after.ownership.without(applier(name)).entries()) {
      others = others.union(entry.fields());
    }
    FieldSet owned = Fields.withNamed(TYPE, wanted.union(others));
    FieldSet dropped = before.owned(applier(name)).minus(owned);
    assertEquals(FieldSet.EMPTY, dropped.intersection(present(after)), at + ": dropped");

    if (!forced) {
      for (String other : APPLIERS) {
        FieldSet theirs = before.owned(applier(other));
        if (!other.equals(name)) {
          assertEquals(theirs, after.owned(applier(other)), at + ": of " + other);
          assertSame(at, before.document, after.document, theirs);
        }
      }
    }
  }

  private static void always(String at, Desk desk, Map<String, ObjectNode> lastApplied) {
    assertEquals(
        Optional.of(desk.ownership), Ownership.decode(desk.ownership.encode()), at + ": read back");
    FieldSet present = present(desk);
    for (Entry entry : desk.ownership.entries()) {
      assertEquals(FieldSet.EMPTY, entry.fields().minus(present), at + ": of " + entry.writer());
      assertEquals(
          entry.fields(), Fields.fitted(TYPE, entry.fields(), desk.document), at + ": fitted");
    }
    lastApplied.forEach((name, configuration) ->
        assertSame(at, configuration, desk.document, desk.owned(applier(name))));
  }

  /** Every place of the document, containers among them. */
  private static FieldSet present(Desk desk) {
    return Comparison.of(TYPE, Desk.MAPPER.createObjectNode(), Document.ownable(desk.document))
        .added();
  }

  /** Both have the same values at these places, as far as they are owned whole. */
  private static void assertSame(String at, ObjectNode left, ObjectNode right, FieldSet places) {
    Comparison comparison = Comparison.of(TYPE, Document.ownable(left), Document.ownable(right));
    assertEquals(
        FieldSet.EMPTY,
        comparison.modified().union(comparison.removed()).intersection(places),
        at + ": " + left + " in " + right);
  }

  private static ObjectNode changed(Desk desk, Random random) {
    ObjectNode document = desk.document.deepCopy();
    ObjectNode other = new Documents(random).document();
    for (String name : List.copyOf(document.propertyNames())) {
      if (random.nextInt(4) == 0) {
        document.remove(name);
      }
    }
    other
        .properties()
        .forEach(field -> {
          if (random.nextBoolean()) {
            document.set(field.getKey(), field.getValue());
          }
        });
    return document;
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aMapBehavesAsThePlainModelSays(int seed) {
    Random random = new Random(seed);
    Desk desk = new Desk();
    desk.update("u", Desk.object("{'map':{'k0':'0'}}"));
    Model model = new Model();
    model.update("u", Map.of("k0", "0"));
    for (int step = 0; step < STEPS; step++) {
      String at = "seed " + seed + ", step " + step;
      desk.now = desk.now.plusSeconds(1);
      Map<String, String> entries = new Documents(random).texts();
      ObjectNode document = Desk.MAPPER.createObjectNode();
      entries.forEach((key, value) -> document.withObject("map").put(key, value));
      if (random.nextInt(4) == 0) {
        desk.update("u", document);
        model.update("u", entries);
      } else {
        String name = APPLIERS.get(random.nextInt(APPLIERS.size()));
        boolean forced = random.nextBoolean();
        boolean agreed = model.apply(name, entries, forced);
        try {
          desk.apply(name, document, forced ? Insistence.FORCE : Insistence.YIELD);
          assertTrue(agreed, at + ": the model sees a conflict");
        } catch (Conflict conflict) {
          assertTrue(!agreed, at + ": the model sees no conflict: " + conflict);
        }
      }
      assertEquals(model.values, texts(desk.document.path("map")), at);
      for (String name : APPLIERS) {
        assertEquals(model.owned(name), keys(desk.owned(applier(name))), at + ": of " + name);
      }
      assertEquals(model.owned("u"), keys(desk.owned(updater("u"))), at + ": of u");
    }
  }

  private static Map<String, String> texts(JsonNode map) {
    Map<String, String> texts = new TreeMap<>();
    map.properties().forEach(entry -> texts.put(entry.getKey(), entry.getValue().asString()));
    return texts;
  }

  private static Set<String> keys(FieldSet fields) {
    Set<String> keys = new TreeSet<>();
    FieldSet map = fields.below(PathElement.field("map"));
    map.steps().forEach(step -> keys.add(step.content()));
    return keys;
  }

  /** Server-side apply of a map of texts, said as plainly as can be. */
  private static final class Model {

    private final Map<String, String> values = new TreeMap<>();
    private final Map<String, Set<String>> ownersByKey = new TreeMap<>();

    void update(String name, Map<String, String> now) {
      for (String key : List.copyOf(values.keySet())) {
        if (!now.containsKey(key)) {
          values.remove(key);
          ownersByKey.remove(key);
        }
      }
      now.forEach((key, value) -> {
        if (!value.equals(values.put(key, value))) {
          ownersByKey.put(key, new TreeSet<>(List.of(name)));
        }
      });
    }

    boolean apply(String name, Map<String, String> wanted, boolean forced) {
      boolean conflict =
          wanted.entrySet().stream()
              .anyMatch(entry ->
                  !entry.getValue().equals(values.get(entry.getKey()))
                      && owners(entry.getKey()).stream().anyMatch(owner -> !owner.equals(name)));
      if (conflict && !forced) {
        return false;
      }
      wanted.forEach((key, value) -> {
        if (!value.equals(values.put(key, value))) {
          ownersByKey.put(key, new TreeSet<>());
        }
        ownersByKey.computeIfAbsent(key, _ -> new TreeSet<>()).add(name);
      });
      for (String key : List.copyOf(values.keySet())) {
        if (!wanted.containsKey(key) && owners(key).remove(name) && owners(key).isEmpty()) {
          values.remove(key);
          ownersByKey.remove(key);
        }
      }
      return true;
    }

    Set<String> owned(String name) {
      Set<String> keys = new TreeSet<>();
      ownersByKey.forEach((key, owners) -> {
        if (owners.contains(name)) {
          keys.add(key);
        }
      });
      return keys;
    }

    private Set<String> owners(String key) {
      return Optional.ofNullable(ownersByKey.get(key)).orElseGet(TreeSet::new);
    }
  }

  /** Random documents of the desk's type, small enough that writers meet. */
  private record Documents(Random random) {

    ObjectNode document() {
      ObjectNode document = Desk.MAPPER.createObjectNode();
      maybe(() -> document.put("scalar", random.nextInt(3)));
      maybe(() -> document.set("map", map()));
      maybe(() -> document.set("wholeMap", map()));
      maybe(() -> document.set("wholeList", set()));
      maybe(() -> document.set("set", set()));
      maybe(() -> document.set("keyed", keyed()));
      maybe(() -> document.set("free", free(2)));
      maybe(() -> document.withObject("metadata").set("labels", map()));
      maybe(() -> {
        ObjectNode named = document.putObject("named");
        maybe(() -> named.put("a", random.nextInt(3)));
        maybe(() -> named.put("b", random.nextInt(3)));
        maybe(() -> named.set("texts", map()));
      });
      return document;
    }

    Map<String, String> texts() {
      Map<String, String> texts = new TreeMap<>();
      for (int i = 0; i < 4; i++) {
        int key = i;
        maybe(() -> texts.put("k" + key, "" + random.nextInt(2)));
      }
      return texts;
    }

    private void maybe(Runnable part) {
      if (random.nextBoolean()) {
        part.run();
      }
    }

    private ObjectNode map() {
      ObjectNode map = Desk.MAPPER.createObjectNode();
      texts().forEach(map::put);
      return map;
    }

    private ArrayNode set() {
      ArrayNode set = Desk.MAPPER.createArrayNode();
      List<Integer> values = new ArrayList<>(List.of(1, 2, 3, 4));
      Collections.shuffle(values, random);
      values.subList(0, random.nextInt(5)).forEach(set::add);
      return set;
    }

    private ArrayNode keyed() {
      ArrayNode list = Desk.MAPPER.createArrayNode();
      for (JsonNode port : set()) {
        ObjectNode item = list.addObject();
        item.set("port", port);
        maybe(() -> item.put("protocol", random.nextBoolean() ? "TCP" : "UDP"));
        maybe(() -> item.put("value", random.nextInt(2)));
        maybe(() -> item.set("texts", map()));
      }
      return list;
    }

    private JsonNode free(int depth) {
      return switch (random.nextInt(depth > 0 ? 3 : 2)) {
        case 0 -> Desk.tree("" + random.nextInt(3));
        case 1 -> set();
        default -> {
          ObjectNode object = Desk.MAPPER.createObjectNode();
          maybe(() -> object.set("x", free(depth - 1)));
          maybe(() -> object.set("y", free(depth - 1)));
          yield object;
        }
      };
    }
  }
}
