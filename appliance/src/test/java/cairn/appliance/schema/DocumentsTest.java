package cairn.appliance.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.YamlTree;
import cairn.appliance.schema.DiscoveryDocuments.Aggregated;
import cairn.appliance.schema.DiscoveryDocuments.Extra;
import cairn.appliance.schema.OpenApiDocuments.Document;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class DocumentsTest {

  private static final String DVP = "virtualization.deckhouse.io";
  private static final CrdKinds KINDS = CrdKinds.load();

  private final DiscoveryDocuments discovery =
      new DiscoveryDocuments(
          KINDS,
          List.of(
              new Extra(
                  "subresources." + DVP,
                  "v1alpha2",
                  "virtualmachines",
                  "console",
                  "VirtualMachineConsole",
                  true,
                  List.of("get"))));
  private final OpenApiDocuments openApi = new OpenApiDocuments(KINDS, "0.1.0");

  @Test
  void listsGroupsInTheOldForm() {
    JsonNode groups = discovery.apiGroupList().path("groups");

    assertEquals(
        List.of(
            "events.k8s.io",
            "coordination.k8s.io",
            "storage.k8s.io",
            "apiextensions.k8s.io",
            "authentication.k8s.io",
            "authorization.k8s.io",
            "deckhouse.io",
            DVP,
            "subresources." + DVP),
        groups.valueStream().map(group -> group.path("name").asString()).toList());
    JsonNode group = discovery.apiGroup(DVP).orElseThrow();
    assertEquals(
        List.of("v1alpha3", "v1alpha2"),
        group.path("versions").valueStream().map(each -> each.path("version").asString()).toList());
    assertEquals(DVP + "/v1alpha3", group.at("/preferredVersion/groupVersion").asString());
    assertTrue(discovery.apiGroup("apps").isEmpty());
    assertEquals("v1", discovery.apiVersions("127.0.0.1:8443").at("/versions/0").asString());
  }

  @Test
  void listsResourcesAndSubresourcesInTheOldForm() {
    JsonNode resources = discovery.resourceList(DVP, "v1alpha2").orElseThrow().path("resources");

    JsonNode machines = resources.path(0);
    assertEquals("virtualmachines", machines.path("name").asString());
    assertEquals("virtualmachine", machines.path("singularName").asString());
    assertEquals("[\"vm\"]", machines.path("shortNames").toString());
    assertEquals("virtualmachines/status", resources.path(1).path("name").asString());
    assertEquals(
        "virtualmachines/console",
        discovery
            .resourceList("subresources." + DVP, "v1alpha2")
            .orElseThrow()
            .at("/resources/0/name")
            .asString());
    assertTrue(discovery.resourceList(DVP, "v1").isEmpty());
  }

  @Test
  void tellsEverythingAtOnceInTheAggregatedForm() {
    JsonNode core = discovery.aggregatedCore(Aggregated.V2);
    JsonNode groups = discovery.aggregatedGroups(Aggregated.V2BETA1);

    assertEquals("apidiscovery.k8s.io/v2", core.path("apiVersion").asString());
    assertEquals("namespaces", core.at("/items/0/versions/0/resources/0/resource").asString());
    assertEquals("Cluster", core.at("/items/0/versions/0/resources/0/scope").asString());
    assertEquals("apidiscovery.k8s.io/v2beta1", groups.path("apiVersion").asString());
    assertEquals(DVP, groups.at("/items/7/metadata/name").asString());
    assertEquals("Current", groups.at("/items/7/versions/0/freshness").asString());
    assertEquals(
        "virtualmachineclasses", groups.at("/items/7/versions/0/resources/0/resource").asString());
    assertEquals(
        "status",
        groups.at("/items/7/versions/1/resources/0/subresources/0/subresource").asString());
    assertEquals(
        "console",
        groups.at("/items/8/versions/0/resources/0/subresources/0/subresource").asString());
    assertEquals(
        "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
        Aggregated.V2.contentType());
  }

  @Test
  void indexesOpenApiDocumentsByTheirContent() {
    JsonNode index = openApi.index();
    String path = "apis/" + DVP + "/v1alpha2";
    Document document = openApi.document(path).orElseThrow();

    assertEquals(
        "/openapi/v3/" + path + "?hash=" + document.hash(),
        index.path("paths").path(path).path("serverRelativeURL").asString());
    assertEquals(11, index.path("paths").size());
    assertTrue(openApi.document("apis/apps/v1").isEmpty());
  }

  @Test
  void offersFieldValidationOnEveryPatch() {
    for (Kind kind : KINDS.served()) {
      if (!kind.verbs().contains("patch")) {
        continue;
      }
      JsonNode patch =
          document(kind)
              .path("paths")
              .valueStream()
              .map(path -> path.path("patch"))
              .filter(operation ->
                  operation
                      .at("/x-kubernetes-group-version-kind/kind")
                      .asString("")
                      .equals(kind.kind()))
              .findFirst()
              .orElseThrow();

      assertTrue(
          patch
              .path("parameters")
              .valueStream()
              .anyMatch(parameter ->
                  parameter.path("name").asString().equals("fieldValidation")
                      && parameter.path("in").asString().equals("query")),
          kind.kind());
    }
  }

  @Test
  void versionTwoHasAllKindsInItsOwnWords() {
    ObjectNode two = openApi.versionTwo();
    JsonNode definitions = two.path("definitions");
    JsonNode machine = definitions.path("io.deckhouse.virtualization.v1alpha2.VirtualMachine");

    assertEquals("2.0", two.path("swagger").asString());
    assertTrue(definitions.has("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"));
    assertEquals(
        "#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta",
        machine.at("/properties/metadata/$ref").asString());
    assertEquals(
        "VirtualMachine", machine.at("/x-kubernetes-group-version-kind/0/kind").asString());
    assertFalse(two.toString().contains("#/components/"));
    assertFalse(machine.toString().contains("\"nullable\""));
    JsonNode create =
        two.path("paths")
            .path("/apis/" + DVP + "/v1alpha2/namespaces/{namespace}/virtualmachines")
            .path("post");
    assertEquals("application/json", create.at("/consumes/0").asString());
    assertTrue(
        create
            .path("parameters")
            .valueStream()
            .anyMatch(parameter ->
                parameter.path("in").asString().equals("body")
                    && parameter
                        .at("/schema/$ref")
                        .asString()
                        .equals(
                            "#/definitions/io.deckhouse.virtualization.v1alpha2.VirtualMachine")));
  }

  @Test
  void describesTheScaleOfAKindThatHasOne() {
    OpenApiDocuments all = new OpenApiDocuments(CrdKinds.loadWithLater(), "0.1.0");
    String path = "apis/" + DVP + "/v1alpha2";
    JsonNode document =
        YamlTree.read(new String(all.document(path).orElseThrow().bytes(), StandardCharsets.UTF_8));
    JsonNode patch =
        document
            .path("paths")
            .path("/" + path + "/namespaces/{namespace}/virtualmachinepools/{name}/scale")
            .path("patch");

    assertEquals(
        "{\"group\":\"autoscaling\",\"version\":\"v1\",\"kind\":\"Scale\"}",
        patch.path("x-kubernetes-group-version-kind").toString());
    assertTrue(
        document
            .at("/components/schemas")
            .path("io.k8s.api.autoscaling.v1.Scale")
            .at("/properties/spec/properties")
            .has("replicas"));
    assertFalse(document(KINDS.served().getLast()).toString().contains("autoscaling"));
  }

  @Test
  void publishesTheKindsThatAreNotKubernetesOwn() {
    List<ObjectNode> published = PublishedKinds.documents(KINDS);

    assertEquals(
        KINDS.served().stream()
            .filter(kind -> kind.group().endsWith("deckhouse.io"))
            .map(Kind::resource)
            .distinct()
            .toList(),
        published.stream().map(document -> document.at("/metadata/name").asString()).toList());
    for (ObjectNode document : published) {
      assertTrue(document.at("/spec/versions/0/schema/openAPIV3Schema").has("properties"));
      assertEquals("v1alpha", document.at("/status/storedVersions/0").asString().substring(0, 7));
      assertFalse(document.toString().contains("x-cairn-"));
    }
  }

  @Test
  void describesEveryFieldOfEveryKind() {
    CrdKinds all = CrdKinds.loadWithLater();
    OpenApiDocuments documents = new OpenApiDocuments(all, "0.1.0");
    for (Kind kind : all.served()) {
      JsonNode schema =
          document(documents, kind)
              .at("/components/schemas")
              .path(OpenApiSchemas.name(kind, kind.kind()));
      assertTrue(schema.has("description"), kind.kind());
      described(kind.kind(), schema);
    }
  }

  private static void described(String path, JsonNode schema) {
    schema
        .path("properties")
        .forEachEntry((name, field) -> {
          String at = path + "." + name;
          assertTrue(field.has("description"), at + " has no description");
          described(at, field);
        });
    if (schema.has("items")) {
      described(path + "[]", schema.path("items"));
    }
    if (schema.path("additionalProperties").isObject()) {
      described(path + ".{*}", schema.path("additionalProperties"));
    }
  }

  private JsonNode document(Kind kind) {
    return document(openApi, kind);
  }

  private static JsonNode document(OpenApiDocuments documents, Kind kind) {
    byte[] bytes = documents.document(OpenApiDocuments.path(kind)).orElseThrow().bytes();
    return YamlTree.read(new String(bytes, StandardCharsets.UTF_8));
  }
}
