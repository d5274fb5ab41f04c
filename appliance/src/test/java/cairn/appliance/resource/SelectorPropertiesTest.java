package cairn.appliance.resource;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.schema.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** Random selectors, written in every way the grammar allows, against plain models of both. */
class SelectorPropertiesTest {

  private static final int DOCUMENTS = 20;

  private static final Kind EVENTS = new Bench().kind("v1", "Event");

  static List<Integer> seeds() {
    return new Random(20261122).ints(400).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void labelsAreSelectedAsThePlainModelSays(int seed) {
    Random random = new Random(seed);
    List<Label> wanted = several(random, 3, () -> Label.any(random));
    String text =
        wanted.stream().map(label -> label.written(random)).collect(Collectors.joining(","));

    LabelSelector selector = LabelSelector.parse(text);

    for (int i = 0; i < DOCUMENTS; i++) {
      Map<String, String> labels = Label.labels(random);
      boolean expected = wanted.stream().allMatch(label -> label.holds(labels));
      ObjectNode document = Json.object();
      labels.forEach(document.putObject("metadata").putObject("labels")::put);
      assertEquals(
          expected, selector.matches(document), "seed " + seed + ": \"" + text + "\" on " + labels);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void fieldsAreSelectedAsThePlainModelSays(int seed) {
    Random random = new Random(seed);
    List<Field> wanted = several(random, 3, () -> Field.any(random));
    String text =
        wanted.stream().map(field -> field.written(random)).collect(Collectors.joining(","));

    FieldSelector selector = FieldSelector.parse(EVENTS, text);

    for (int i = 0; i < DOCUMENTS; i++) {
      Map<String, String> values = Field.values(random);
      boolean expected = wanted.stream().allMatch(field -> field.holds(values));
      assertEquals(
          expected,
          selector.matches(Field.document(values)),
          "seed " + seed + ": \"" + text + "\" on " + values);
    }
  }

  /** Whatever stands there, it is read or the client is told that it cannot be. */
  @ParameterizedTest
  @MethodSource("seeds")
  void nonsenseIsABadRequest(int seed) {
    Random random = new Random(seed);
    List<String> scraps =
        List.of("a", "in", "notin", "metadata.name", "=", "==", "!=", "!", "<", ">", "(", ")");
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i >= 0; i--) {
      text.append(scraps.get(random.nextInt(scraps.size())));
      text.append(List.of("", "", " ", ",", "\\", "\t", "é").get(random.nextInt(7)));
    }
    for (boolean labels : List.of(true, false)) {
      try {
        if (labels) {
          LabelSelector.parse(text.toString()).matches(Json.object());
        } else {
          FieldSelector.parse(EVENTS, text.toString()).matches(Json.object());
        }
      } catch (Refusal refusal) {
        assertEquals(Reason.BAD_REQUEST, refusal.reason(), text.toString());
      }
    }
  }

  /** What Kubernetes refuses and a lenient reader would take for something else. */
  @ParameterizedTest
  @MethodSource("unreadable")
  void whatKubernetesCannotReadIsRefused(String labels, String fields) {
    Refusal label = assertThrows(Refusal.class, () -> LabelSelector.parse(labels), labels);
    Refusal field = assertThrows(Refusal.class, () -> FieldSelector.parse(EVENTS, fields), fields);

    assertEquals(Reason.BAD_REQUEST, label.reason());
    assertEquals(Reason.BAD_REQUEST, field.reason());
  }

  static List<Arguments> unreadable() {
    return List.of(
        both("a in ()", "type=a=b"),
        both("a notin ( )", "type=a\\"),
        both("a,", "type=\\a"),
        both(",a", "type"),
        both("a b", "spec.unknown=1"),
        both("!a=b", "=a"),
        both("a>-1", "type!=a=b"),
        both("a>1.5", "type==a\\,b=c"),
        both("a=(b)", "!=a"),
        both("a in b", "type=\\"));
  }

  private static Arguments both(String labels, String fields) {
    return Arguments.of(labels, fields);
  }

  private static <T> List<T> several(Random random, int most, Supplier<T> make) {
    List<T> several = new ArrayList<>();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      several.add(make.get());
    }
    return several;
  }

  private static <T> T one(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  /** Blanks where the grammar does not mind them. */
  private static String gap(Random random) {
    return one(random, List.of("", "", "", " ", "  ", "\t"));
  }

  /**
   * One requirement on labels.
   *
   * @param values one for a comparison, several for a set, none for presence
   */
  private record Label(String key, Is is, List<String> values) {

    enum Is {
      PRESENT,
      ABSENT,
      EQUAL,
      OTHER,
      IN,
      NOT_IN,
      ABOVE,
      BELOW
    }

    private static final List<String> KEYS =
        List.of("a", "b", "in", "notin", "example.com/a", "A_b.c-d");
    private static final List<String> VALUES =
        List.of("", "1", "2", "10", "x", "in", "a.b", "9223372036854775807");

    static Label any(Random random) {
      Is is = one(random, List.of(Is.values()));
      List<String> values =
          switch (is) {
            case PRESENT, ABSENT -> List.of();
            case EQUAL, OTHER -> List.of(one(random, VALUES));
            case ABOVE, BELOW -> List.of(one(random, List.of("0", "1", "5", "10")));
            case IN, NOT_IN -> {
              List<String> some = several(random, 2, () -> one(random, VALUES));
              some.add(one(random, VALUES));
              // A set of nothing but the empty value is written with a comma.
              yield some.equals(List.of("")) ? List.of("", "") : some;
            }
          };
      return new Label(one(random, KEYS), is, values);
    }

    static Map<String, String> labels(Random random) {
      Map<String, String> labels = new TreeMap<>();
      for (String key : KEYS) {
        if (random.nextBoolean()) {
          labels.put(key, one(random, VALUES));
        }
      }
      return labels;
    }

    boolean holds(Map<String, String> labels) {
      Optional<String> value = Optional.ofNullable(labels.get(key));
      return switch (is) {
        case PRESENT -> value.isPresent();
        case ABSENT -> value.isEmpty();
        case EQUAL -> value.equals(Optional.of(values.getFirst()));
        case OTHER -> !value.equals(Optional.of(values.getFirst()));
        case IN -> value.filter(values::contains).isPresent();
        case NOT_IN -> value.filter(values::contains).isEmpty();
        case ABOVE -> number(value).filter(n -> n > Long.parseLong(values.getFirst())).isPresent();
        case BELOW -> number(value).filter(n -> n < Long.parseLong(values.getFirst())).isPresent();
      };
    }

    private static Optional<Long> number(Optional<String> text) {
      return text.filter(digits -> digits.matches("[0-9]+")).map(Long::parseLong);
    }

    String written(Random random) {
      String body =
          switch (is) {
            case PRESENT -> key;
            case ABSENT -> "!" + gap(random) + key;
            case EQUAL -> compared(random, one(random, List.of("=", "==")));
            case OTHER -> compared(random, "!=");
            case ABOVE -> compared(random, ">");
            case BELOW -> compared(random, "<");
            case IN -> set(random, "in");
            case NOT_IN -> set(random, "notin");
          };
      return gap(random) + body + gap(random);
    }

    private String compared(Random random, String operator) {
      return key + gap(random) + operator + gap(random) + values.getFirst();
    }

    private String set(Random random, String operator) {
      return values.stream()
          .map(value -> gap(random) + value + gap(random))
          .collect(Collectors.joining(",", key + " " + operator + gap(random) + "(", ")"));
    }
  }

  /** One requirement on a field of an event. */
  private record Field(String path, boolean equal, String value) {

    private static final List<String> PATHS =
        List.of(
            "metadata.name",
            "metadata.namespace",
            "involvedObject.fieldPath",
            "involvedObject.kind",
            "reason",
            "source",
            "type");
    private static final List<String> VALUES =
        List.of("", "a", "b", "a=b", "a,b", "a\\b", "a!=b", "spec.x{y}", " a", "=");

    static Field any(Random random) {
      return new Field(one(random, PATHS), random.nextBoolean(), one(random, VALUES));
    }

    static Map<String, String> values(Random random) {
      Map<String, String> values = new TreeMap<>();
      for (String path : PATHS) {
        if (random.nextInt(4) > 0) {
          values.put(path, one(random, VALUES));
        }
      }
      return values;
    }

    static ObjectNode document(Map<String, String> values) {
      ObjectNode document = Json.object();
      values.forEach((path, value) -> {
        String pointer = path.equals("source") ? "source.component" : path;
        int dot = pointer.indexOf('.');
        if (dot < 0) {
          document.put(pointer, value);
        } else {
          document
              .withObject("/" + pointer.substring(0, dot))
              .put(pointer.substring(dot + 1), value);
        }
      });
      return document;
    }

    boolean holds(Map<String, String> values) {
      return values.getOrDefault(path, "").equals(value) == equal;
    }

    /** As Go's clients write it: backslash, comma and equals sign are escaped. */
    String written(Random random) {
      String escaped = value.replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
      return path + (equal ? one(random, List.of("=", "==")) : "!=") + escaped;
    }
  }
}
