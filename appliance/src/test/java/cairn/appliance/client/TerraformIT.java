package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static cairn.appliance.client.RunningApi.GROUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.client.RunningApi.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The requests that Terraform's provider {@code hashicorp/kubernetes} makes, replayed: it makes
 * types from the schemas it finds, plans by dry runs, applies by server-side apply, and calls it an
 * inconsistent result if an answer has not what was planned.
 */
@Timeout(60)
final class TerraformIT {

  @RegisterExtension static final Tally TALLY = new Tally("terraform replay");

  private static final String OBJECT_META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";
  private static final String CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

  /** Deeper types end the provider. */
  private static final int DEEPEST = 50;

  @TempDir private static Path directory;
  private static RunningApi api;

  @BeforeAll
  static void start() {
    api = new RunningApi(directory);
    api.post(CORE + "/namespaces", "{'metadata':{'name':'tf'}}");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void credentialsAreTriedOnTheListOfGroups() {
    assertEquals(200, api.get("/apis", "Accept", "application/json, */*").code());
    assertEquals(
        401, api.send(api.anonymous(), "GET", "/apis", "", "Accept", "application/json").code());
  }

  /** What the provider's mapper asks: both roots aggregated, or each group version by itself. */
  @Test
  void everyKindIsFoundByDiscoveryOfEitherForm() {
    String form = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    Set<String> aggregated = new TreeSet<>();
    for (String root : List.of("/api", "/apis")) {
      Reply reply = api.get(root, "Accept", form + ",application/json");
      assertTrue(reply.header("content-type").contains("g=apidiscovery.k8s.io"), root);
      for (JsonNode group : reply.at("/items")) {
        for (JsonNode version : group.path("versions")) {
          version
              .path("resources")
              .forEach(resource ->
                  aggregated.add(
                      group.at("/metadata/name").asString("")
                          + "/"
                          + version.path("version").asString()
                          + "/"
                          + resource.path("resource").asString()));
        }
      }
    }
    Set<String> legacy = new TreeSet<>();
    api.get("/api/v1").at("/resources").forEach(each -> add(legacy, "/v1/", each));
    for (JsonNode group : api.get("/apis").at("/groups")) {
      for (JsonNode version : group.path("versions")) {
        String path = version.path("groupVersion").asString();
        api.get("/apis/" + path).at("/resources").forEach(each -> add(legacy, path + "/", each));
      }
    }

    assertEquals(legacy, aggregated);
    assertTrue(aggregated.contains("virtualization.deckhouse.io/v1alpha2/virtualmachines"));
    assertTrue(aggregated.contains("apiextensions.k8s.io/v1/customresourcedefinitions"));
  }

  private static void add(Set<String> names, String prefix, JsonNode resource) {
    String name = resource.path("name").asString();
    if (!name.contains("/")) {
      names.add(prefix + name);
    }
  }

  @Test
  void aTypeCanBeMadeOfEveryDefinition() {
    JsonNode definitions = definitions();
    Map<String, String> idByKind = new HashMap<>();
    definitions
        .properties()
        .forEach(definition -> {
          new Types(definitions).of(definition.getKey(), definition.getValue(), 0);
          definition
              .getValue()
              .path("x-kubernetes-group-version-kind")
              .forEach(kind -> idByKind.put(name(kind), definition.getKey()));
        });

    assertTrue(definitions.has(OBJECT_META));
    for (String field : List.of("name", "namespace", "labels", "annotations", "finalizers")) {
      assertTrue(definitions.path(OBJECT_META).path("properties").has(field), field);
    }
    for (String kind : List.of("/v1/Namespace", "/v1/Secret", "/v1/ConfigMap")) {
      assertTrue(idByKind.containsKey(kind), kind + " of " + idByKind.keySet());
    }
  }

  @Test
  void aTypeCanBeMadeOfEveryKindsOwnDefinition() {
    JsonNode definitions = definitions();
    int kinds = 0;
    for (JsonNode crd : api.get(CRDS).at("/items")) {
      assertFalse(crd.at("/spec/group").asString().isEmpty());
      String kind = crd.at("/spec/names/kind").asString();
      for (JsonNode version : crd.at("/spec/versions")) {
        JsonNode schema = version.at("/schema/openAPIV3Schema");
        assertTrue(schema.isObject(), kind);
        new Types(definitions).of(kind, schema, 0);
        kinds++;
      }
    }
    assertTrue(kinds >= 9, "only " + kinds);
  }

  @Test
  void aManifestIsPlannedCreatedAndPlannedAgainWithoutADifference() {
    ObjectNode planned = machine("m", 1);
    String path = GROUP + "/namespaces/tf/virtualmachines/m";

    Reply dry = apply(path, planned, "&dryRun=All", "Terraform", false);
    assertEquals(201, dry.code(), dry.toString());
    assertEquals(404, api.get(path).code());
    Reply made = apply(path, planned, "", "Terraform", false);
    assertEquals(201, made.code(), made.toString());

    consistent("", planned, made.tree());
    Reply read = api.get(path);
    assertEquals(withoutServerFields(made), withoutServerFields(read));
    // Defaults of the server stand in the state, which is the plan of the next run: Terraform owns
    // them then, and nothing else happens.
    Reply again = apply(path, withoutServerFields(read), "", "Terraform", false);
    assertEquals(200, again.code(), again.toString());
    assertEquals(withoutServerFields(read), withoutServerFields(again));
    Reply third = apply(path, withoutServerFields(again), "", "Terraform", false);
    assertEquals(again.tree(), third.tree());
  }

  @Test
  void aChangeIsAppliedAndWhatTheServerSetStays() {
    String path = GROUP + "/namespaces/tf/virtualmachines/changed";
    Reply made = apply(path, machine("changed", 1), "", "Terraform", false);
    ObjectNode state = withoutServerFields(made);
    ((ObjectNode) state.at("/spec/cpu")).put("cores", 2);

    Reply changed = apply(path, state, "", "Terraform", false);

    assertEquals(200, changed.code(), changed.toString());
    consistent("", state, changed.tree());
    assertEquals(state, withoutServerFields(changed));
    assertEquals(2, changed.at("/metadata/generation").asInt());
  }

  @Test
  void aConflictIsSaidAndOverriddenByForce() {
    String path = CORE + "/namespaces/tf/configmaps/c";
    apply(path, map("c", "1"), "", "somebody", false);

    Reply refused = apply(path, map("c", "2"), "", "Terraform", false);
    assertEquals(409, refused.code(), refused.toString());
    assertEquals("Conflict", refused.at("/reason").asString());
    assertTrue(
        refused.at("/message").asString().contains("conflict with \"somebody\""),
        refused.toString());
    Reply forced = apply(path, map("c", "2"), "", "Terraform", true);
    assertEquals(200, forced.code(), forced.toString());
    assertEquals("2", forced.at("/data/a").asString());
  }

  @Test
  void aRefusalCarriesWhatTheProviderShows() {
    ObjectNode wrong = machine("wrong", 1);
    ((ObjectNode) wrong.at("/spec/cpu")).put("coreFraction", "many");

    Reply refused =
        apply(GROUP + "/namespaces/tf/virtualmachines/wrong", wrong, "", "Terraform", false);

    assertEquals(422, refused.code(), refused.toString());
    JsonNode cause = refused.at("/details/causes/0");
    assertEquals("spec.cpu.coreFraction", cause.path("field").asString());
    assertFalse(cause.path("message").asString().isEmpty());
    assertFalse(cause.path("reason").asString().isEmpty());
  }

  @Test
  void aDeletionIsAskedAndLookedFor() {
    String path = GROUP + "/namespaces/tf/virtualmachines/gone";
    apply(path, machine("gone", 1), "", "Terraform", false);

    Reply deleted = api.call("DELETE", path, "{}", "Content-Type", "application/json");

    assertEquals(200, deleted.code(), deleted.toString());
    Reply looked = api.get(path);
    assertEquals(404, looked.code());
    assertEquals("NotFound", looked.at("/reason").asString());
    assertEquals(404, api.call("DELETE", path, "{}", "Content-Type", "application/json").code());
  }

  /** {@code kubernetes_secret} and {@code kubernetes_config_map}: create, and operations. */
  @Test
  void typedResourcesAreCreatedAndChangedByOperations() {
    String path = CORE + "/namespaces/tf/secrets";
    Reply made =
        api.post(
            path,
            "{'kind':'Secret','apiVersion':'v1','metadata':{'name':'s','namespace':'tf',"
                + "'creationTimestamp':null},'data':{'a':'MQ=='},'type':'Opaque'}");
    assertEquals(201, made.code(), made.toString());

    Reply changed =
        api.call(
            "PATCH",
            path + "/s",
            "[{'path':'/data','value':{'a':'Mg=='},'op':'replace'},"
                + "{'path':'/metadata/labels','value':{'l':'1'},'op':'add'}]",
            "Content-Type",
            "application/json-patch+json");

    assertEquals(200, changed.code(), changed.toString());
    assertEquals("Mg==", changed.at("/data/a").asString());
    assertEquals("1", changed.at("/metadata/labels/l").asString());
    assertNotEquals(made.at("/metadata/resourceVersion"), changed.at("/metadata/resourceVersion"));
    assertEquals(200, api.get(path + "/s").code());
    assertEquals(
        200, api.call("DELETE", path + "/s", "{}", "Content-Type", "application/json").code());
  }

  @Test
  void aNamespaceIsAppliedWithoutOne() {
    ObjectNode namespace =
        object("{'apiVersion':'v1','kind':'Namespace','metadata':{'name':'tf-made'}}");

    Reply made = apply(CORE + "/namespaces/tf-made", namespace, "", "Terraform", false);

    assertEquals(201, made.code(), made.toString());
    Reply again = apply(CORE + "/namespaces/tf-made", namespace, "", "Terraform", false);
    assertEquals(withoutServerFields(made), withoutServerFields(again));
    // The first one owned nothing, so only this one notes who had been there before.
    Reply third = apply(CORE + "/namespaces/tf-made", namespace, "", "Terraform", false);
    assertEquals(again.tree(), third.tree());
  }

  private static JsonNode definitions() {
    Reply reply = api.get("/openapi/v2", "Accept", "application/json");
    assertEquals(200, reply.code());
    assertEquals("2.0", reply.at("/swagger").asString());
    return reply.at("/definitions");
  }

  private static String name(JsonNode kind) {
    return kind.path("group").asString("")
        + "/"
        + kind.path("version").asString()
        + "/"
        + kind.path("kind").asString();
  }

  private static Reply apply(
      String path, ObjectNode manifest, String query, String manager, boolean force) {
    return api.call(
        "PATCH",
        path + "?fieldManager=" + manager + "&force=" + force + query,
        manifest.toString(),
        "Content-Type",
        "application/apply-patch+yaml",
        "Accept",
        "application/json");
  }

  /** What was planned must come back; what was not planned may be anything. */
  private static void consistent(String at, JsonNode planned, JsonNode result) {
    switch (planned) {
      case ObjectNode object ->
          object
              .properties()
              .forEach(field ->
                  consistent(
                      at + "." + field.getKey(), field.getValue(), result.path(field.getKey())));
      case ArrayNode array -> {
        assertEquals(array.size(), result.size(), at);
        for (int i = 0; i < array.size(); i++) {
          consistent(at + "[" + i + "]", array.path(i), result.path(i));
        }
      }
      default -> assertEquals(planned, result, at);
    }
  }

  /** As the provider keeps an object in its state. */
  private static ObjectNode withoutServerFields(Reply reply) {
    ObjectNode object = reply.tree();
    object.remove("status");
    ((ObjectNode) object.path("metadata"))
        .remove(
            List.of(
                "uid",
                "creationTimestamp",
                "resourceVersion",
                "generation",
                "selfLink",
                "managedFields"));
    return object;
  }

  private static ObjectNode machine(String name, int cores) {
    return object(
        """
        {'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachine',
         'metadata':{'name':'%s','namespace':'tf','labels':{'by':'terraform'}},
         'spec':{'virtualMachineClassName':'generic','runPolicy':'AlwaysOff','cpu':{'cores':%d},
          'memory':{'size':'64Mi'},'blockDeviceRefs':[{'kind':'VirtualDisk','name':'d'}]}}
        """
            .formatted(name, cores));
  }

  private static ObjectNode map(String name, String value) {
    return object(
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'%s','namespace':'tf'},'data':{'a':'%s'}}"
            .formatted(name, value));
  }

  private static ObjectNode object(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text.replace('\'', '"'));
  }

  /** Says of a schema whether the provider makes a type of it, by the provider's rules. */
  private record Types(JsonNode definitions) {

    void of(String at, JsonNode schema, int depth) {
      assertTrue(depth < DEEPEST, at + " never ends");
      JsonNode resolved = resolved(at, schema);
      decodes(at, resolved);
      boolean fields = resolved.has("properties");
      boolean others = resolved.has("additionalProperties");
      switch (resolved.path("type").asString("")) {
        case "string", "boolean", "number", "integer", "" -> {}
        case "array" -> {
          assertTrue(resolved.has("items"), at + " is a list of nothing");
          assertFalse(others, at);
          of(at + "[]", resolved.path("items"), depth + 1);
        }
        case "object" -> {
          assertFalse(fields && others, at + " has fields and others beside them");
          resolved
              .path("properties")
              .properties()
              .forEach(field -> of(at + "." + field.getKey(), field.getValue(), depth + 1));
          if (others) {
            assertTrue(resolved.path("additionalProperties").isObject(), at + ": anything");
            of(at + ".*", resolved.path("additionalProperties"), depth + 1);
          }
        }
        default -> throw new AssertionError(at + " has an unknown type: " + resolved);
      }
    }

    private JsonNode resolved(String at, JsonNode schema) {
      String reference = schema.path("$ref").asString("");
      if (reference.isEmpty()) {
        return schema;
      }
      String id = reference.substring(reference.lastIndexOf('/') + 1);
      return Optional.of(definitions.path(id))
          .filter(JsonNode::isObject)
          .orElseThrow(() -> new AssertionError(at + " names what is not there: " + reference));
    }

    /** The Go structure of a schema is strict about what stands where. */
    private static void decodes(String at, JsonNode schema) {
      List<String> wrong = new ArrayList<>();
      for (Map.Entry<String, JsonNode> word : schema.properties()) {
        JsonNode value = word.getValue();
        boolean fits =
            switch (word.getKey()) {
              case "type", "format", "title", "description", "pattern" -> value.isString();
              case "enum", "required", "allOf", "anyOf", "oneOf" -> value.isArray();
              case "minimum", "maximum", "multipleOf" -> value.isNumber();
              case "minLength",
                  "maxLength",
                  "minItems",
                  "maxItems",
                  "minProperties",
                  "maxProperties" ->
                  value.isIntegralNumber();
              case "nullable", "uniqueItems", "exclusiveMinimum", "exclusiveMaximum" ->
                  value.isBoolean();
              case "properties", "items", "not" -> value.isObject();
              default -> true;
            };
        if (!fits) {
          wrong.add(word.toString());
        }
      }
      assertEquals(List.of(), wrong, at);
    }
  }
}
