package cairn.appliance.api;

import java.io.InputStream;
import java.math.BigInteger;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionEndEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads one YAML 1.2 document as a JSON tree. {@code yes}, {@code 010} and the like stay text.
 * Aliases are bounded, so a small text cannot become a large tree; a key that stands twice is an
 * error, or noted for who asks.
 */
public final class YamlTree {

  private static final int MOST_ALIASES = 10;
  private static final int LONGEST_CHARACTERS = 8 * 1024 * 1024;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setMaxAliasesForCollections(MOST_ALIASES)
          .setCodePointLimit(LONGEST_CHARACTERS)
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Deeper documents are refused, as they are in JSON. */
  private static final int DEEPEST = 200;

  /** The nodes that the one being read stands in. */
  private final Set<Node> around = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Repeated repeated;

  private YamlTree(Repeated repeated) {
    this.repeated = repeated;
  }

  /** Takes the path of a key that stands twice. */
  @FunctionalInterface
  private interface Repeated {
    void at(String path, ScalarNode key);
  }

  /**
   * @throws IllegalArgumentException if the text is not one YAML document; the message says where
   */
  public static JsonNode read(InputStream text) {
    try {
      return compose()
          .composeInputStream(text)
          .map(node -> new YamlTree(YamlTree::refuse).tree("", node))
          .orElse(NODES.nullNode());
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * @throws IllegalArgumentException if the text is not one YAML document; the message says where
   */
  public static JsonNode read(String text) {
    return read(text, YamlTree::refuse);
  }

  /**
   * @param duplicates takes the paths of keys that stand twice ({@code spec.cpu.cores}); the last
   *     value wins
   * @throws IllegalArgumentException if the text is not one YAML document; the message says where
   */
  public static JsonNode read(String text, List<String> duplicates) {
    return read(text, (path, key) -> duplicates.add(path));
  }

  private static JsonNode read(String text, Repeated repeated) {
    try {
      refuseDepth(text);
      return compose()
          .composeString(text)
          .map(node -> new YamlTree(repeated).tree("", node))
          .orElse(NODES.nullNode());
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  private static void refuse(String path, ScalarNode key) {
    throw new IllegalArgumentException(
        "the key \"" + key.getValue() + "\" stands twice" + where(key));
  }

  private static Compose compose() {
    return new Compose(SETTINGS);
  }

  /** The reader goes down by calling itself, so a stranger's depth is measured beforehand. */
  private static void refuseDepth(String text) {
    int depth = 0;
    for (Event event : new Parse(SETTINGS).parseString(text)) {
      switch (event) {
        case CollectionStartEvent start -> depth++;
        case CollectionEndEvent end -> depth--;
        default -> {}
      }
      if (depth > DEEPEST) {
        throw new IllegalArgumentException("the document is nested more than " + DEEPEST + " deep");
      }
    }
  }

  private JsonNode tree(String path, Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar(scalar);
    }
    if (around.size() == DEEPEST) {
      throw new IllegalArgumentException("deeper than " + DEEPEST + " levels" + where(node));
    }
    if (!around.add(node)) {
      throw new IllegalArgumentException("an alias of what it stands in" + where(node));
    }
    JsonNode tree =
        switch (node) {
          case MappingNode mapping -> object(path, mapping.getValue());
          case SequenceNode sequence -> array(path, sequence.getValue());
          default ->
              throw new IllegalArgumentException(
                  "a YAML node of type " + node.getNodeType() + where(node));
        };
    around.remove(node);
    return tree;
  }

  private ObjectNode object(String path, List<NodeTuple> entries) {
    ObjectNode object = NODES.objectNode();
    for (NodeTuple entry : entries) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw new IllegalArgumentException("a key is not a scalar" + where(entry.getKeyNode()));
      }
      String name = WellFormed.of(key.getValue());
      String below = path.isEmpty() ? name : path + "." + name;
      if (object.has(name)) {
        repeated.at(below, key);
      }
      object.set(name, tree(below, entry.getValueNode()));
    }
    return object;
  }

  private ArrayNode array(String path, List<Node> items) {
    ArrayNode array = NODES.arrayNode(items.size());
    items.forEach(item -> array.add(tree(path + "[" + array.size() + "]", item)));
    return array;
  }

  private static JsonNode scalar(ScalarNode node) {
    Tag tag = node.getTag();
    String text = node.getValue();
    if (tag.equals(Tag.NULL)) {
      return NODES.nullNode();
    }
    if (tag.equals(Tag.BOOL)) {
      return NODES.booleanNode(Boolean.parseBoolean(text));
    }
    if (tag.equals(Tag.INT)) {
      return integer(text);
    }
    if (tag.equals(Tag.FLOAT)) {
      return number(node, text);
    }
    return NODES.stringNode(WellFormed.of(text));
  }

  private static JsonNode integer(String text) {
    BigInteger value = new BigInteger(text);
    return value.bitLength() < Long.SIZE
        ? NODES.numberNode(value.longValueExact())
        : NODES.numberNode(value);
  }

  private static JsonNode number(ScalarNode node, String text) {
    try {
      double value = Double.parseDouble(text);
      if (Double.isInfinite(value)) {
        throw new IllegalArgumentException("the number " + text + " is too large" + where(node));
      }
      return NODES.numberNode(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "the number " + text + " cannot be written in JSON" + where(node), e);
    }
  }

  private static String where(Node node) {
    return node.getStartMark()
        .map(mark -> " (line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ")")
        .orElse("");
  }
}
