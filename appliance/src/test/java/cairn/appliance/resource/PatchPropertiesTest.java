package cairn.appliance.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Refusal;
import io.fabric8.zjsonpatch.DiffFlags;
import io.fabric8.zjsonpatch.JsonDiff;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Random patches of every form against models of plain maps and lists, and against what other
 * people's code calls the difference of two documents.
 */
class PatchPropertiesTest {

  static List<Integer> seeds() {
    return new Random(20261122).ints(300).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aJsonPatchOfAnotherAuthorMakesTheOneDocumentTheOther(int seed) {
    Trees trees = new Trees(new Random(seed));
    ObjectNode before = trees.object(3);
    ObjectNode after = trees.changed(before);
    // That library finds its way among lists badly when it looks for what was moved.
    JsonNode difference =
        JsonDiff.asJson(
            before,
            after,
            EnumSet.of(DiffFlags.OMIT_MOVE_OPERATION, DiffFlags.EMIT_TEST_OPERATIONS));

    assertEquals(after, JsonPatch.apply(before, difference), () -> seed + ": " + difference);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void jsonOperationsDoAsThePlainModelSays(int seed) {
    Random random = new Random(seed);
    Trees trees = new Trees(random);
    JsonNode document = trees.object(3);
    for (int step = 0; step < 30; step++) {
      ObjectNode operation = trees.operation(document);
      String at = "seed " + seed + ", step " + step + ": " + operation + " on " + document;
      ArrayNode patch = JsonNodeFactory.instance.arrayNode().add(operation);
      JsonNode untouched = document.deepCopy();

      Optional<JsonNode> expected = new PlainJsonPatch(operation).on(document);
      Optional<JsonNode> found = carriedOut(document, patch);

      assertEquals(expected, found, at);
      assertEquals(untouched, document, at);
      document = found.orElse(document);
    }
  }

  /** A patch holds whole or not at all, so one that cannot end leaves nothing behind. */
  @ParameterizedTest
  @MethodSource("seeds")
  void severalOperationsAreOneByOneInTurn(int seed) {
    Trees trees = new Trees(new Random(seed));
    JsonNode start = trees.object(3);
    ArrayNode patch = JsonNodeFactory.instance.arrayNode();
    Optional<JsonNode> expected = Optional.of(start);
    for (int i = 0; i < 4; i++) {
      ObjectNode operation = trees.operation(expected.orElse(start));
      patch.add(operation);
      expected = expected.flatMap(document -> new PlainJsonPatch(operation).on(document));
    }

    assertEquals(
        expected, carriedOut(start, patch), "seed " + seed + ": " + patch + " on " + start);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aMergePatchOfTheDifferenceMakesTheOneDocumentTheOther(int seed) {
    Trees trees = new Trees(new Random(seed));
    ObjectNode before = trees.object(3);
    ObjectNode after = trees.changed(before);
    ObjectNode difference = difference(before, after);
    ObjectNode untouched = before.deepCopy();

    JsonNode found = MergePatch.apply(before, difference);

    assertEquals(after, found, () -> seed + ": " + difference);
    assertEquals(after, MergePatch.apply(found, difference), () -> seed + ", twice: " + difference);
    assertEquals(untouched, before);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void mergingDoesAsThePlainModelSays(int seed) {
    Trees trees = new Trees(new Random(seed));
    ObjectNode target = trees.object(3);
    ObjectNode patch = trees.withNulls(trees.changed(target));

    assertEquals(
        Json.MAPPER.valueToTree(merged(plain(target), plain(patch))),
        MergePatch.apply(target, patch),
        () -> seed + ": " + patch + " on " + target);
  }

  /** Without lists and directives the two forms mean the same. */
  @ParameterizedTest
  @MethodSource("seeds")
  void aStrategicPatchOfMapsIsAMergePatch(int seed) {
    Trees trees = new Trees(new Random(seed)).withoutLists();
    ObjectNode target = trees.object(3);
    ObjectNode patch = trees.withNulls(trees.changed(target));

    assertEquals(
        MergePatch.apply(target, patch),
        StrategicMergePatch.apply("ConfigMap", target, patch),
        () -> seed + ": " + patch + " on " + target);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aKeyedListMergesAsThePlainModelSays(int seed) {
    Random random = new Random(seed);
    Map<String, Map<String, String>> model = new LinkedHashMap<>();
    for (String type : some(random, List.of("A", "B", "C", "D"))) {
      model.put(type, fields(random));
    }
    ObjectNode target = Json.object();
    ArrayNode conditions = target.putObject("status").putArray("conditions");
    model.forEach((type, fields) -> conditions.add(item(type, fields)));

    ObjectNode patch = Json.object();
    ArrayNode changes = patch.putObject("status").putArray("conditions");
    if (random.nextInt(8) == 0) {
      changes.addObject().put("$patch", "replace");
      model.clear();
    }
    for (String type : some(random, List.of("A", "B", "C", "D", "E"))) {
      if (random.nextInt(4) == 0) {
        changes.addObject().put("type", type).put("$patch", "delete");
        model.remove(type);
      } else {
        Map<String, String> fields = fields(random);
        changes.add(item(type, fields));
        model.computeIfAbsent(type, _ -> new LinkedHashMap<>()).putAll(fields);
      }
    }
    ArrayNode expected = JsonNodeFactory.instance.arrayNode();
    model.forEach((type, fields) -> expected.add(item(type, fields)));

    JsonNode found = StrategicMergePatch.apply("Node", target, patch);

    assertEquals(
        expected, found.at("/status/conditions"), () -> seed + ": " + patch + " on " + target);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void aListOfValuesMergesAsASet(int seed) {
    Random random = new Random(seed);
    List<String> names = List.of("a", "b", "c", "d", "e");
    Set<String> model = new LinkedHashSet<>(some(random, names));
    ObjectNode target = Json.object();
    model.forEach(target.putObject("metadata").putArray("finalizers")::add);
    ObjectNode patch = Json.object();
    ObjectNode change = patch.putObject("metadata");
    if (random.nextBoolean()) {
      List<String> gone = some(random, names);
      gone.forEach(change.putArray("$deleteFromPrimitiveList/finalizers")::add);
      model.removeAll(gone);
    }
    List<String> more = some(random, names);
    more.forEach(change.putArray("finalizers")::add);
    model.addAll(more);
    List<String> order = new ArrayList<>();
    if (random.nextBoolean()) {
      order.addAll(some(random, names));
      order.forEach(change.putArray("$setElementOrder/finalizers")::add);
    }

    List<String> found = new ArrayList<>();
    StrategicMergePatch.apply("Namespace", target, patch)
        .at("/metadata/finalizers")
        .forEach(name -> found.add(name.asString()));

    String at = "seed " + seed + ": " + patch + " on " + target;
    assertEquals(model, new LinkedHashSet<>(found), at);
    assertEquals(model.size(), found.size(), at);
    order.retainAll(model);
    List<String> named = new ArrayList<>(found);
    named.retainAll(order);
    assertEquals(order, named, at);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void directivesWithoutSenseAreRefusedAndChangeNothing(int seed) {
    Random random = new Random(seed);
    Trees trees = new Trees(random);
    ObjectNode target = trees.object(3);
    ObjectNode patch = trees.withDirectives(trees.withNulls(trees.changed(target)));
    ObjectNode untouched = target.deepCopy();
    ObjectNode sent = patch.deepCopy();
    try {
      StrategicMergePatch.apply("Node", target, patch);
    } catch (Refusal refusal) {
      int code = refusal.reason().code();
      assertTrue(code == 400 || code == 422, refusal + " of " + patch);
    }
    assertEquals(untouched, target);
    assertEquals(sent, patch);
  }

  private static Optional<JsonNode> carriedOut(JsonNode document, ArrayNode patch) {
    try {
      return Optional.of(JsonPatch.apply(document, patch));
    } catch (Refusal refusal) {
      assertEquals(422, refusal.reason().code(), refusal + " of " + patch);
      return Optional.empty();
    }
  }

  /** What a merge patch must say; objects without nulls only. */
  private static ObjectNode difference(ObjectNode before, ObjectNode after) {
    ObjectNode difference = Json.object();
    for (String name : before.propertyNames()) {
      if (!after.has(name)) {
        difference.putNull(name);
      }
    }
    for (Map.Entry<String, JsonNode> field : after.properties()) {
      JsonNode old = before.path(field.getKey());
      if (old instanceof ObjectNode was && field.getValue() instanceof ObjectNode is) {
        difference.set(field.getKey(), difference(was, is));
      } else if (!old.equals(field.getValue())) {
        difference.set(field.getKey(), field.getValue());
      }
    }
    return difference;
  }

  /** RFC 7386's own words on plain maps; what is no map is replaced. */
  @SuppressWarnings("unchecked")
  private static Object merged(Object target, Object patch) {
    if (!(patch instanceof Map)) {
      return patch;
    }
    Map<String, Object> result =
        target instanceof Map
            ? new LinkedHashMap<>((Map<String, Object>) target)
            : new LinkedHashMap<>();
    ((Map<String, Object>) patch)
        .forEach((name, value) -> {
          if (value.equals(Trees.NOTHING)) {
            result.remove(name);
          } else {
            result.put(name, merged(result.getOrDefault(name, ""), value));
          }
        });
    return result;
  }

  /** Null cannot stand in the model, so a word does. */
  private static Object plain(JsonNode tree) {
    return switch (tree) {
      case ObjectNode object -> {
        Map<String, Object> map = new LinkedHashMap<>();
        object.properties().forEach(field -> map.put(field.getKey(), plain(field.getValue())));
        yield map;
      }
      case ArrayNode array -> array.valueStream().map(PatchPropertiesTest::plain).toList();
      default -> tree.isNull() ? Trees.NOTHING : tree.isInt() ? tree.asInt() : tree.asString();
    };
  }

  private static <T> List<T> some(Random random, List<T> of) {
    List<T> some = new ArrayList<>(of);
    Collections.shuffle(some, random);
    return some.subList(0, random.nextInt(of.size() + 1));
  }

  private static Map<String, String> fields(Random random) {
    Map<String, String> fields = new LinkedHashMap<>();
    some(random, List.of("status", "reason", "message"))
        .forEach(name -> fields.put(name, "" + random.nextInt(3)));
    return fields;
  }

  private static ObjectNode item(String type, Map<String, String> fields) {
    ObjectNode item = Json.object().put("type", type);
    fields.forEach(item::put);
    return item;
  }

  /** Random documents, small enough that paths and patches meet something. */
  private static final class Trees {

    static final String NOTHING = "(null)";

    private static final List<String> NAMES = List.of("a", "b", "c", "", "m/n", "t~u", "0");

    private final Random random;
    private final boolean lists;

    Trees(Random random) {
      this(random, true);
    }

    private Trees(Random random, boolean lists) {
      this.random = random;
      this.lists = lists;
    }

    Trees withoutLists() {
      return new Trees(random, false);
    }

    ObjectNode object(int depth) {
      ObjectNode object = Json.object();
      some(random, NAMES).forEach(name -> object.set(name, any(depth - 1)));
      return object;
    }

    private JsonNode any(int depth) {
      return switch (random.nextInt(depth > 0 ? 5 : 2)) {
        case 0 -> JsonNodeFactory.instance.numberNode(random.nextInt(3));
        case 1 -> JsonNodeFactory.instance.stringNode("s" + random.nextInt(3));
        case 2 -> lists ? list(depth) : object(depth);
        default -> object(depth);
      };
    }

    private ArrayNode list(int depth) {
      ArrayNode list = JsonNodeFactory.instance.arrayNode();
      for (int i = random.nextInt(4); i > 0; i--) {
        list.add(any(depth - 1));
      }
      return list;
    }

    /** Another document that has much in common with this one. */
    ObjectNode changed(ObjectNode object) {
      ObjectNode changed = Json.object();
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        switch (random.nextInt(4)) {
          case 0 -> {}
          case 1 -> changed.set(field.getKey(), any(2));
          case 2 ->
              changed.set(
                  field.getKey(),
                  field.getValue() instanceof ObjectNode below ? changed(below) : any(2));
          default -> changed.set(field.getKey(), field.getValue().deepCopy());
        }
      }
      return changed.size() < 2 ? changed.set("c", any(2)) : changed;
    }

    ObjectNode withNulls(ObjectNode object) {
      ObjectNode copy = object.deepCopy();
      for (String name : List.copyOf(copy.propertyNames())) {
        if (random.nextInt(4) == 0) {
          copy.putNull(name);
        } else if (copy.path(name) instanceof ObjectNode below) {
          copy.set(name, withNulls(below));
        }
      }
      if (random.nextInt(4) == 0) {
        copy.putNull("new");
      }
      return copy;
    }

    ObjectNode withDirectives(ObjectNode object) {
      ObjectNode copy = object.deepCopy();
      for (String name : List.copyOf(copy.propertyNames())) {
        if (copy.path(name) instanceof ObjectNode below) {
          copy.set(name, withDirectives(below));
        }
      }
      some(
              random,
              List.of("$patch", "$retainKeys", "$deleteFromPrimitiveList/a", "$setElementOrder/a"))
          .stream()
          .limit(1)
          .forEach(word ->
              copy.set(
                  word,
                  random.nextBoolean()
                      ? JsonNodeFactory.instance.stringNode(
                          List.of("replace", "delete", "merge", "x").get(random.nextInt(4)))
                      : list(1)));
      return copy;
    }

    /** Mostly one that fits the document. */
    ObjectNode operation(JsonNode document) {
      String word =
          List.of("add", "remove", "replace", "move", "copy", "test").get(random.nextInt(6));
      ObjectNode operation = Json.object().put("op", word).put("path", pointer(document));
      if (word.equals("move") || word.equals("copy")) {
        operation.put("from", pointer(document));
      } else if (word.equals("test") && random.nextBoolean()) {
        JsonNode there = document.at(operation.path("path").asString());
        operation.set("value", there.isMissingNode() ? any(1) : there.deepCopy());
      } else if (!word.equals("remove")) {
        operation.set("value", operation.path("path").asString().isEmpty() ? object(2) : any(2));
      }
      return operation;
    }

    private String pointer(JsonNode document) {
      StringBuilder pointer = new StringBuilder();
      JsonNode at = document;
      while (pointer.isEmpty() ? random.nextInt(20) > 0 : random.nextInt(3) > 0) {
        String step =
            switch (at) {
              case ArrayNode list ->
                  random.nextInt(5) == 0 ? "-" : "" + random.nextInt(list.size() + 2);
              case ObjectNode object when !object.isEmpty() && random.nextInt(4) > 0 ->
                  List.copyOf(object.propertyNames()).get(random.nextInt(object.size()));
              default -> NAMES.get(random.nextInt(NAMES.size()));
            };
        pointer.append('/').append(step.replace("~", "~0").replace("/", "~1"));
        at = at instanceof ArrayNode list ? list.path(index(step, list.size())) : at.path(step);
      }
      return pointer.toString();
    }

    private static int index(String step, int size) {
      return step.matches("[0-9]") ? Integer.parseInt(step) : size;
    }
  }

  /** RFC 6902 said anew, by rebuilding the document along the path; empty if it does not fit. */
  private record PlainJsonPatch(ObjectNode operation) {

    private static final class Unfit extends RuntimeException {
      private static final long serialVersionUID = 1L;
    }

    private interface Edit {
      /** What stands at a place afterwards: nothing if it is empty. */
      Optional<JsonNode> of(Optional<JsonNode> present);
    }

    Optional<JsonNode> on(JsonNode document) {
      try {
        return Optional.of(result(document));
      } catch (Unfit unfit) {
        return Optional.empty();
      }
    }

    private JsonNode result(JsonNode document) {
      List<String> path = steps("path");
      JsonNode value = operation.path("value");
      return switch (operation.path("op").asString()) {
        case "add" -> add(document, path, value);
        case "remove" -> remove(document, path);
        case "replace" ->
            edit(document, path, false, present -> Optional.of(there(present, value)));
        case "move" -> {
          List<String> from = steps("from");
          JsonNode moved = read(document, from);
          if (from.isEmpty() || below(path, from)) {
            throw new Unfit();
          }
          yield add(remove(document, from), path, moved);
        }
        case "copy" -> add(document, path, read(document, steps("from")));
        case "test" -> {
          if (!read(document, path).equals(value)) {
            throw new Unfit();
          }
          yield document;
        }
        default -> throw new IllegalStateException(operation.toString());
      };
    }

    private static JsonNode there(Optional<JsonNode> present, JsonNode value) {
      if (present.isEmpty()) {
        throw new Unfit();
      }
      return value;
    }

    private static boolean below(List<String> path, List<String> from) {
      return path.size() > from.size() && path.subList(0, from.size()).equals(from);
    }

    /** Of the whole document, Kubernetes' library knows the replacement only. */
    private static JsonNode add(JsonNode document, List<String> path, JsonNode value) {
      if (path.isEmpty()) {
        throw new Unfit();
      }
      return edit(document, path, true, _ -> Optional.of(value));
    }

    private static JsonNode remove(JsonNode document, List<String> path) {
      if (path.isEmpty()) {
        throw new Unfit();
      }
      return edit(
          document,
          path,
          false,
          present -> {
            there(present, JsonNodeFactory.instance.nullNode());
            return Optional.empty();
          });
    }

    private static JsonNode read(JsonNode document, List<String> path) {
      List<JsonNode> found = new ArrayList<>();
      edit(
          document,
          path,
          false,
          present -> {
            found.add(there(present, present.orElse(document)));
            return present;
          });
      return found.getFirst();
    }

    /**
     * @param insert whether the last step of a path into a list makes room there
     */
    private static JsonNode edit(JsonNode at, List<String> path, boolean insert, Edit edit) {
      if (path.isEmpty()) {
        return edit.of(Optional.of(at)).orElseThrow(Unfit::new);
      }
      String step = path.getFirst();
      List<String> rest = path.subList(1, path.size());
      if (at instanceof ObjectNode object) {
        Optional<JsonNode> present = Optional.ofNullable(object.get(step));
        ObjectNode copy = object.deepCopy();
        below(present, rest, insert, edit)
            .ifPresentOrElse(now -> copy.set(step, now), () -> copy.remove(step));
        return copy;
      }
      if (at instanceof ArrayNode array) {
        List<JsonNode> items = new ArrayList<>(array.valueStream().toList());
        boolean makesRoom = insert && rest.isEmpty();
        int index = step.equals("-") && makesRoom ? items.size() : number(step);
        if (index > items.size() || (index == items.size() && !makesRoom)) {
          throw new Unfit();
        }
        Optional<JsonNode> now =
            below(makesRoom ? Optional.empty() : Optional.of(items.get(index)), rest, insert, edit);
        if (!makesRoom) {
          items.remove(index);
        }
        now.ifPresent(item -> items.add(index, item));
        return JsonNodeFactory.instance.arrayNode().addAll(items);
      }
      throw new Unfit();
    }

    private static Optional<JsonNode> below(
        Optional<JsonNode> present, List<String> rest, boolean insert, Edit edit) {
      return rest.isEmpty()
          ? edit.of(present)
          : Optional.of(edit(present.orElseThrow(Unfit::new), rest, insert, edit));
    }

    private static int number(String step) {
      if (!step.matches("0|[1-9][0-9]*")) {
        throw new Unfit();
      }
      return Integer.parseInt(step);
    }

    private List<String> steps(String field) {
      String pointer = operation.path(field).asString();
      List<String> steps = new ArrayList<>();
      if (!pointer.isEmpty()) {
        for (String step : pointer.substring(1).split("/", -1)) {
          steps.add(step.replace("~1", "/").replace("~0", "~"));
        }
      }
      return steps;
    }
  }
}
