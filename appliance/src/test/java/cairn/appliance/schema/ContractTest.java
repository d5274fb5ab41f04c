package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.YamlTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
  private static final Set<String> DELIBERATE = Set.of();

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

  @ParameterizedTest
  @ValueSource(
      strings = {
        "virtualmachines",
        "virtualmachineclasses",
        "virtualdisks",
        "virtualimages",
        "clustervirtualimages",
        "virtualmachineoperations",
        "virtualmachineipaddresses",
        "virtualmachineipaddressleases",
      })
  void keepsThePublicContract(String plural) throws IOException {
    JsonNode spec = YamlTree.read(read("/cairn/crds/" + plural + ".yaml")).path("spec");
    List<String> differences = new ArrayList<>();
    for (JsonNode version : spec.path("versions")) {
      String file = file(plural, version.path("name").asString());
      differences.addAll(differences(file, contract(file), ours(spec, version)));
    }
    differences.removeAll(DELIBERATE);

    assertEquals("", String.join("\n", differences));
  }

  @Test
  void showsWhatDiffersOnBothSides() {
    assertEquals(
        List.of("- k: b", "+ k: c"), differences("k", List.of("a", "b"), List.of("c", "a")));
  }

  /** Of the version that most kinds have, simply the kind's. */
  private static String file(String plural, String version) {
    return version.equals("v1alpha2") ? plural : plural + "." + version;
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
