package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Holds our kinds against the public contract of DVP's: one line per fact, in files of our own
 * beside this test. A line there that we do not have is shown with {@code -}, one that only we have
 * with {@code +}.
 */
class ContractTest {

  /** Where we differ on purpose, with the reason. */
  private static final Set<String> DELIBERATE =
      Set.of(
          // The contract leaves out here what it says of all other kinds, and every object has.
          "+ virtualdisksnapshots: field apiVersion type=\"string\"",
          "+ virtualdisksnapshots: field kind type=\"string\"",
          "+ virtualdisksnapshots: field metadata type=\"object\"");

  private static final List<String> FACTS =
      List.of(
          "type",
          "format",
          "enum",
          "default",
          "minimum",
          "maximum",
          "minLength",
          "maxLength",
          "pattern",
          "minItems",
          "maxItems",
          "nullable",
          "anyOf",
          "oneOf",
          "allOf",
          "not",
          "x-kubernetes-int-or-string",
          "x-kubernetes-list-map-keys",
          "x-kubernetes-list-type",
          "x-kubernetes-map-type",
          "x-kubernetes-preserve-unknown-fields",
          "required");

  /** All kinds of the contract's group, served or not. */
  static List<JsonNode> kinds() {
    return CrdKinds.loadWithLater().files().stream()
        .map(file -> file.path("spec"))
        .filter(spec -> spec.path("group").asString().equals("virtualization.deckhouse.io"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void keepsThePublicContract(JsonNode spec) throws IOException {
    List<String> differences = new ArrayList<>();
    for (JsonNode version : spec.path("versions")) {
      String file = file(spec, version);
      differences.addAll(differences(file, contract(file), ours(spec, version)));
    }
    differences.removeAll(DELIBERATE);

    assertEquals("", String.join("\n", differences));
  }

  @Test
  void hasEveryKindAndVersionOfTheContract() throws Exception {
    Set<String> ours = new TreeSet<>();
    kinds()
        .forEach(spec ->
            spec.path("versions").forEach(version -> ours.add(file(spec, version) + ".facts")));

    assertEquals(ours, contractFiles());
  }

  @Test
  void everyDeliberateDifferenceIsOne() throws IOException {
    Set<String> differences = new TreeSet<>();
    for (JsonNode spec : kinds()) {
      for (JsonNode version : spec.path("versions")) {
        String file = file(spec, version);
        differences.addAll(differences(file, contract(file), ours(spec, version)));
      }
    }

    assertEquals(new TreeSet<>(DELIBERATE), differences);
  }

  @Test
  void showsWhatDiffersOnBothSides() {
    assertEquals(
        List.of("- k: b", "+ k: c"), differences("k", List.of("a", "b"), List.of("c", "a")));
  }

  /** Of the version that most kinds have, simply the kind's. */
  private static String file(JsonNode spec, JsonNode version) {
    String plural = spec.path("names").path("plural").asString();
    String name = version.path("name").asString();
    return name.equals("v1alpha2") ? plural : plural + "." + name;
  }

  private static Set<String> contractFiles() throws Exception {
    Path folder =
        Path.of(requireNonNull(ContractTest.class.getResource("/cairn/contract")).toURI());
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static List<String> differences(String what, List<String> contract, List<String> ours) {
    List<String> differences = new ArrayList<>();
    contract.stream()
        .filter(line -> !ours.contains(line))
        .forEach(line -> differences.add("- " + what + ": " + line));
    ours.stream()
        .filter(line -> !contract.contains(line))
        .forEach(line -> differences.add("+ " + what + ": " + line));
    return differences;
  }

  @Test
  void readsFieldsAsTheContractWritesThem() {
    JsonNode schema =
        YamlTree.read(
            "{type: object, required: [a], properties: {a: {type: array, items: {type: string,"
                + " enum: [x]}}}, x-kubernetes-validations: [{rule: r, message: m}]}");
    List<String> lines = new ArrayList<>();

    fields("", schema, lines);

    assertEquals(
        List.of(
            "field . type=\"object\" required=[\"a\"] rules=[\"r\"]",
            "field a type=\"array\"",
            "field a[] type=\"string\" enum=[\"x\"]"),
        lines);
  }

  private static List<String> contract(String file) throws IOException {
    List<String> lines = read("/cairn/contract/" + file + ".facts").lines().toList();
    assertTrue(lines.size() > 10, "the contract of " + file + " is empty");
    return lines;
  }

  private static List<String> ours(JsonNode spec, JsonNode version) {
    List<String> lines = new ArrayList<>();
    lines.add("names " + names(spec));
    lines.add(
        "version "
            + version.path("name").asString()
            + " deprecated="
            + version.path("deprecated").asBoolean(false)
            + " subresources="
            + version.path("subresources"));
    for (JsonNode column : version.path("additionalPrinterColumns")) {
      lines.add("column " + column(column));
    }
    fields("", version.path("schema").path("openAPIV3Schema"), lines);
    return lines;
  }

  private static ArrayNode names(JsonNode spec) {
    ArrayNode names = JsonNodeFactory.instance.arrayNode().add(spec.path("group"));
    for (String name :
        List.of("kind", "listKind", "plural", "singular", "shortNames", "categories")) {
      names.add(spec.path("names").path(name));
    }
    return names.add(spec.path("scope"));
  }

  private static ArrayNode column(JsonNode column) {
    return JsonNodeFactory.instance
        .arrayNode()
        .add(column.path("name"))
        .add(column.path("type"))
        .add(column.path("jsonPath"))
        .add(column.path("priority").asInt(0));
  }

  private static void fields(String path, JsonNode schema, List<String> lines) {
    StringBuilder line = new StringBuilder("field ").append(path.isEmpty() ? "." : path);
    for (String fact : FACTS) {
      if (schema.has(fact)) {
        line.append(' ').append(fact).append('=').append(schema.path(fact));
      }
    }
    if (schema.has("x-kubernetes-validations")) {
      ArrayNode rules = JsonNodeFactory.instance.arrayNode();
      schema.path("x-kubernetes-validations").forEach(rule -> rules.add(rule.path("rule")));
      line.append(" rules=").append(rules);
    }
    lines.add(line.toString());
    schema
        .path("properties")
        .forEachEntry((name, field) -> fields(Paths.child(path, name), field, lines));
    if (schema.path("additionalProperties").isObject()) {
      fields(Paths.child(path, "{*}"), schema.path("additionalProperties"), lines);
    }
    if (schema.has("items")) {
      fields(path + "[]", schema.path("items"), lines);
    }
  }

  private static String read(String resource) throws IOException {
    try (InputStream file =
        requireNonNull(ContractTest.class.getResourceAsStream(resource), resource)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
