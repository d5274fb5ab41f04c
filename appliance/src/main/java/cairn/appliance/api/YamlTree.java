package cairn.appliance.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.ConstructNode;
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
import org.snakeyaml.engine.v2.resolver.ScalarResolver;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads YAML as a JSON tree, as Kubernetes reads it: {@code yes} is true and {@code 010} is eight,
 * as {@link PlainScalar} knows; {@code <<} merges; a tag that has no meaning has none. A small text
 * cannot become a large tree by aliases; a key that stands twice is an error, or noted for who
 * asks.
 */
public final class YamlTree {

  private static final int LONGEST_CHARACTERS = 8 * 1024 * 1024;
  private static final LoadSettings SETTINGS =
      LoadSettings.builder()
          .setSchema(new Schema(new PlainScalar(), Map.of()))
          .setMaxAliasesForCollections(Integer.MAX_VALUE)
          .setCodePointLimit(LONGEST_CHARACTERS)
          .build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final Map<Tag, String> WORDS =
      Map.of(
          Tag.NULL, "null", Tag.BOOL, "a bool", Tag.INT, "a whole number", Tag.FLOAT, "a number");

  /** What aliases may add to the nodes that the text itself has. */
  private static final int MOST_BY_ALIASES = 100_000;

  /** Deeper documents are refused, as they are in JSON. */
  private static final int DEEPEST = 200;

  /** The nodes that the one being read stands in. */
  private final Set<Node> around = Collections.newSetFromMap(new IdentityHashMap<>());

  private final Repeated repeated;

  /** Nodes that may still come. */
  private int left;

  private YamlTree(String text, Repeated repeated) {
    this.left = text.length() + MOST_BY_ALIASES;
    this.repeated = repeated;
  }

  private record Schema(
      ScalarResolver getScalarResolver, Map<Tag, ConstructNode> getSchemaTagConstructors)
      implements org.snakeyaml.engine.v2.schema.Schema {}

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
      return read(new String(text.readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
      return new Compose(SETTINGS)
          .composeString(text)
          .map(node -> new YamlTree(text, repeated).tree("", node))
          .orElse(NODES.nullNode());
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Any number of documents.
   *
   * @throws IllegalArgumentException if one of them cannot be read; the message says where
   */
  public static List<JsonNode> readAll(String text) {
    List<JsonNode> documents = new ArrayList<>();
    try {
      refuseDepth(text);
      for (Node node : new Compose(SETTINGS).composeAllFromString(text)) {
        documents.add(new YamlTree(text, YamlTree::refuse).tree("", node));
      }
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    return documents;
  }

  private static void refuse(String path, ScalarNode key) {
    throw new IllegalArgumentException(
        "the key \"" + key.getValue() + "\" stands twice" + where(key));
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
    if (--left < 0) {
      throw new IllegalArgumentException(
          "the aliases make more than " + MOST_BY_ALIASES + " values" + where(node));
    }
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
    Set<String> said = new HashSet<>();
    for (NodeTuple entry : entries) {
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        throw new IllegalArgumentException("a key is not a scalar" + where(entry.getKeyNode()));
      }
      if (key.getTag().equals(PlainScalar.MERGE)) {
        merge(object, path, entry.getValueNode());
      } else {
        String name = name(key);
        String below = path.isEmpty() ? name : path + "." + name;
        if (!said.add(name)) {
          repeated.at(below, key);
        }
        object.set(name, tree(below, entry.getValueNode()));
      }
    }
    return object;
  }

  /** As Kubernetes' reader does it: where it stands, over what was said before. */
  private void merge(ObjectNode object, String path, Node source) {
    List<Node> sources =
        source instanceof SequenceNode sequence ? sequence.getValue().reversed() : List.of(source);
    for (Node each : sources) {
      if (!(tree(path, each) instanceof ObjectNode fields)) {
        throw new IllegalArgumentException(
            "<< merges mappings, and this is none: put it in quotes to mean the text"
                + where(each));
      }
      fields.properties().forEach(field -> object.set(field.getKey(), field.getValue()));
    }
  }

  /** A key that is a word or a whole number is its value's text: {@code on} is {@code true}. */
  private static String name(ScalarNode key) {
    Tag tag = key.getTag();
    if (tag.equals(Tag.NULL) || tag.equals(Tag.FLOAT) || tag.equals(Tag.BINARY)) {
      throw new IllegalArgumentException(
          "the key \"" + key.getValue() + "\" is no text: put it in quotes" + where(key));
    }
    return scalar(key).asString();
  }

  private ArrayNode array(String path, List<Node> items) {
    ArrayNode array = NODES.arrayNode(items.size());
    items.forEach(item -> array.add(tree(path + "[" + array.size() + "]", item)));
    return array;
  }

  private static JsonNode scalar(ScalarNode node) {
    Tag tag = node.getTag();
    String text = node.getValue();
    if (tag.equals(Tag.BINARY)) {
      return NODES.stringNode(decoded(node));
    }
    if (!WORDS.containsKey(tag)) {
      return NODES.stringNode(WellFormed.of(text));
    }
    return PlainScalar.value(tag, text)
        .orElseThrow(() ->
            new IllegalArgumentException(
                "\"%s\" cannot be written in JSON as %s: put text in quotes%s"
                    .formatted(text, WORDS.get(tag), where(node))));
  }

  private static String decoded(ScalarNode node) {
    try {
      byte[] bytes = Base64.getMimeDecoder().decode(node.getValue());
      return WellFormed.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new IllegalArgumentException(
          "what is tagged !!binary is no text in base64" + where(node), e);
    }
  }

  private static String where(Node node) {
    return node.getStartMark()
        .map(mark -> " (line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1) + ")")
        .orElse("");
  }
}
