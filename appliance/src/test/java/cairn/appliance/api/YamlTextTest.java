package cairn.appliance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.io.StringWriter;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is written as YAML is read back as it was, by a reader that is not ours. */
class YamlTextTest {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final String LETTERS =
      "ab01 \n\t:#-?|>&*!%@`\"'{}[],~=.\\\u0007\u00e9\u2028\ufeff";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "~",
        "yes",
        "No",
        "true",
        "1",
        "0x1f",
        "1e3",
        "2001-01-01",
        "1:30",
        "10.66.10.5",
        "10Gi",
        "a: b",
        "a #b",
        "a:b",
        "- a",
        "",
        " a",
        "a ",
        "a\n",
        "a\n\nb\n\n",
        "\na",
        "a\r\nb",
        "x y z",
        "key=value,other!",
        "{}",
        "'",
        "\"",
        "\\",
        "a\tb",
        ".inf",
        "=",
        "<<",
        "\u0000",
        "y",
        "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((("
      })
  void textStaysText(String text) throws IOException {
    ObjectNode tree = NODES.objectNode();
    tree.put("text", text).put(text, "text");
    tree.putArray("list").add(text);

    assertEquals(tree, YamlTree.read(written(tree)), written(tree));
  }

  @Test
  void blocksStandUnderTheirKeys() throws IOException {
    JsonNode tree =
        JsonMapper.shared()
            .readTree(
                """
                {"kind":"List","items":[{"a":1,"b":[true,null]},[1,[2]],[],{}],"num":1.5,"e":""}\
                """);

    assertEquals(
        """
        kind: List
        items:
        - a: 1
          b:
          - true
          - null
        -
          - 1
          -
            - 2
        - []
        - {}
        num: 1.5
        e: ""
        """,
        written(tree));
  }

  @Test
  void anyTreeIsReadBack() throws IOException {
    Random random = new Random(11);
    for (int i = 0; i < 2_000; i++) {
      JsonNode tree = tree(random, 0);
      assertEquals(tree, YamlTree.read(written(tree)), () -> "seed 11: " + tree);
    }
  }

  @Test
  void aLargeTextIsWrittenAsItGoes() throws IOException {
    ObjectNode tree = NODES.objectNode().put("a", "x y".repeat(1_000_000));

    String text = written(tree);

    assertFalse(text.isEmpty());
    assertEquals(tree, YamlTree.read(text));
  }

  @Test
  void aKeyMayBeLong() throws IOException {
    ObjectNode tree = NODES.objectNode().put("k".repeat(5_000), 1L);
    tree.putObject("l".repeat(5_000)).put("a", "b\nc").putArray("x").add(1L);
    tree.putArray("m".repeat(5_000)).add(1L).addObject().put("a", 1L);

    assertEquals(tree, YamlTree.read(written(tree)), written(tree));
  }

  private static JsonNode tree(Random random, int depth) {
    return switch (random.nextInt(depth > 3 ? 4 : 6)) {
      case 0 -> NODES.booleanNode(random.nextBoolean());
      case 1 -> NODES.numberNode(random.nextLong());
      case 2 -> NODES.nullNode();
      case 3 -> NODES.stringNode(text(random));
      case 4 -> {
        ArrayNode array = NODES.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(tree(random, depth + 1));
        }
        yield array;
      }
      default -> {
        ObjectNode object = NODES.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.set(text(random), tree(random, depth + 1));
        }
        yield object;
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(12); i > 0; i--) {
      text.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return text.toString();
  }

  private static String written(JsonNode tree) throws IOException {
    StringWriter out = new StringWriter();
    YamlText.write(tree, out);
    return out.toString();
  }
}
