package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.GROUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.client.RunningApi.Reply;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One kind in two versions: every verb under both, and what is written in one is read in both. */
@Timeout(60)
final class VersionsOverHttpTest {

  private static final String DVP = "virtualization.deckhouse.io";
  private static final String NEW_GROUP = "/apis/" + DVP + "/v1alpha3";
  private static final String OLD = GROUP + "/virtualmachineclasses";
  private static final String NEW = NEW_GROUP + "/virtualmachineclasses";
  private static final String APPLY = "application/apply-patch+yaml";
  private static final String FRACTIONS = "/spec/sizingPolicies/0/coreFractions";
  private static final String NONE = "";
  private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";

  @TempDir private static Path directory;
  private static RunningApi api;

  @BeforeAll
  static void start() {
    api = new RunningApi(directory);
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void whatIsCreatedInOneVersionIsReadInBoth() {
    Reply old = api.post(OLD, machineClass("made-old", "[5,10]"));
    Reply fresh = api.post(NEW, machineClass("made-new", "['5%','10%']"));

    assertEquals(201, old.code(), old.toString());
    assertEquals(201, fresh.code(), fresh.toString());
    assertEquals(DVP + "/v1alpha3", fresh.at("/apiVersion").asString());
    assertEquals(tree("['5%','10%']"), fresh.at(FRACTIONS));
    for (String name : List.of("made-old", "made-new")) {
      Reply inOld = api.get(OLD + "/" + name);
      Reply inNew = api.get(NEW + "/" + name);
      assertEquals(DVP + "/v1alpha2", inOld.at("/apiVersion").asString());
      assertEquals(tree("[5,10]"), inOld.at(FRACTIONS));
      assertEquals(DVP + "/v1alpha3", inNew.at("/apiVersion").asString());
      assertEquals(tree("['5%','10%']"), inNew.at(FRACTIONS));
      assertEquals(inOld.at("/metadata"), inNew.at("/metadata"));
    }
  }

  @Test
  void everyChangeGoesThroughBoth() {
    api.post(OLD, machineClass("changed", "[5]"));
    String before = api.get(NEW + "/changed").body();
    Reply put =
        api.call(
            "PUT",
            NEW + "/changed",
            before.replace("\"5%\"", "\"20%\"").replace('"', '\''),
            "Content-Type",
            "application/json");
    assertEquals(200, put.code(), put.toString());
    assertEquals(tree("['20%']"), put.at(FRACTIONS));
    assertEquals(2, put.at("/metadata/generation").asInt());

    Reply json =
        api.call(
            "PATCH",
            NEW + "/changed",
            "[{'op':'test','path':'/spec/sizingPolicies/0/coreFractions/0','value':'20%'},"
                + "{'op':'add','path':'/spec/sizingPolicies/0/coreFractions/-','value':'30%'}]",
            "Content-Type",
            "application/json-patch+json");
    assertEquals(tree("['20%','30%']"), json.at(FRACTIONS), json.toString());

    Reply merge = api.merge(NEW + "/changed", "{'metadata':{'labels':{'l':'1'}}}");
    assertEquals(DVP + "/v1alpha3", merge.at("/apiVersion").asString());
    assertEquals(3, merge.at("/metadata/generation").asInt());
    assertEquals(tree("[20,30]"), api.get(OLD + "/changed").at(FRACTIONS));

    Reply same = api.merge(NEW + "/changed", "{'metadata':{'labels':{'l':'1'}}}");
    assertEquals(
        merge.at("/metadata/resourceVersion"), same.at("/metadata/resourceVersion"), "a change");

    Reply status =
        api.merge(NEW + "/changed/status", "{'status':{'phase':'Ready','availableNodes':['n']}}");
    assertEquals("Ready", status.at("/status/phase").asString(), status.toString());
    assertEquals(DVP + "/v1alpha3", status.at("/apiVersion").asString());
    assertEquals("Ready", api.get(OLD + "/changed/status").at("/status/phase").asString());

    assertEquals(200, api.delete(NEW + "/changed").code());
    assertEquals(404, api.get(OLD + "/changed").code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v1alpha2 | ['5%'] | spec.sizingPolicies[0].coreFractions[0]",
        "v1alpha3 | [5]    | spec.sizingPolicies[0].coreFractions[0]",
        "v1alpha3 | ['0%'] | spec.sizingPolicies[0].coreFractions[0]",
      })
  void eachVersionHasItsOwnSchema(String version, String fractions, String field) {
    Reply reply =
        api.post(
            "/apis/" + DVP + "/" + version + "/virtualmachineclasses",
            machineClass("refused", fractions));

    assertEquals(422, reply.code(), reply.toString());
    assertEquals(field, reply.at("/details/causes/0/field").asString(), reply.toString());
  }

  @Test
  void rulesThatCompareWithTheOldStateSeeItInTheirVersion() {
    api.post(OLD, machineClass("fixed", "[5]"));

    Reply same = api.merge(NEW + "/fixed", "{'spec':{'cpu':{'type':'Host'}}}");
    Reply other = api.merge(NEW + "/fixed", "{'spec':{'cpu':{'type':'HostPassthrough'}}}");

    assertEquals(200, same.code(), same.toString());
    assertEquals(422, other.code(), other.toString());
  }

  @Test
  void listsTablesAndWatchesAreInTheVersionOfTheirUrl() throws Exception {
    api.post(OLD, machineClass("listed", "[5]"));
    String selector = "?fieldSelector=metadata.name=listed";

    Reply list = api.get(NEW + selector);
    assertEquals(DVP + "/v1alpha3", list.at("/apiVersion").asString());
    assertEquals(DVP + "/v1alpha3", list.at("/items/0/apiVersion").asString());
    assertEquals(tree("['5%']"), list.at("/items/0" + FRACTIONS));
    Reply table = api.get(NEW + selector + "&includeObject=Object", "Accept", TABLE);
    assertEquals("listed", table.at("/rows/0/cells/0").asString(), table.toString());
    assertEquals(tree("['5%']"), table.at("/rows/0/object" + FRACTIONS));

    HttpClient client = api.admin(HttpClient.Version.HTTP_1_1);
    try (InputStream stream =
            api.watch(
                client,
                NEW
                    + selector
                    + "&watch=true&allowWatchBookmarks=true"
                    + "&sendInitialEvents=true&resourceVersionMatch=NotOlderThan");
        BufferedReader events =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      JsonNode added = tree(events.readLine());
      JsonNode bookmark = tree(events.readLine());
      api.merge(
          OLD + "/listed",
          "{'spec':{'sizingPolicies':[{'cores':{'min':1,'max':2}," + "'coreFractions':[7]}]}}");
      JsonNode modified = tree(events.readLine());
      api.delete(OLD + "/listed");
      JsonNode deleted = tree(events.readLine());

      assertEquals("ADDED", added.path("type").asString());
      assertEquals(tree("['5%']"), added.at("/object" + FRACTIONS));
      assertEquals(DVP + "/v1alpha3", bookmark.at("/object/apiVersion").asString());
      assertEquals("MODIFIED", modified.path("type").asString());
      assertEquals(tree("['7%']"), modified.at("/object" + FRACTIONS));
      assertEquals("DELETED", deleted.path("type").asString());
      assertEquals(DVP + "/v1alpha3", deleted.at("/object/apiVersion").asString());
      assertEquals(tree("['7%']"), deleted.at("/object" + FRACTIONS));
    } finally {
      client.shutdownNow();
    }
  }

  @Test
  void ownersKeepTheVersionTheyWroteIn() {
    Reply made = apply("v1alpha2", "owned", "a", "[5]", "");
    assertEquals(201, made.code(), made.toString());

    Reply same = apply("v1alpha3", "owned", "b", "['5%']", "");
    assertEquals(200, same.code(), same.toString());
    assertEquals(
        List.of("a " + DVP + "/v1alpha2", "b " + DVP + "/v1alpha3"),
        same.at("/metadata/managedFields")
            .valueStream()
            .map(each -> each.path("manager").asString() + " " + each.path("apiVersion").asString())
            .toList());

    Reply refused = apply("v1alpha3", "owned", "b", "['6%']", "");
    assertEquals(409, refused.code(), refused.toString());
    assertEquals(
        "Apply failed with 1 conflict: conflict with \"a\": .spec.sizingPolicies",
        refused.at("/message").asString());

    Reply forced = apply("v1alpha3", "owned", "b", "['6%']", "&force=true");
    assertEquals(tree("['6%']"), forced.at(FRACTIONS), forced.toString());
    Reply again = apply("v1alpha3", "owned", "b", "['6%']", "");
    assertEquals(forced.tree(), again.tree(), "an application without news was written");

    Reply moved = apply("v1alpha3", "owned", "a", NONE, "");
    assertEquals(200, moved.code(), moved.toString());
    assertEquals(tree("['6%']"), moved.at(FRACTIONS), "what b owns went with a");
    Reply gone = apply("v1alpha2", "owned", "b", NONE, "");
    assertTrue(gone.at("/spec/sizingPolicies").isMissingNode(), gone.toString());
    assertEquals("Host", gone.at("/spec/cpu/type").asString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/warned", "/absent", "?watch=true&timeoutSeconds=1"})
  void theOldVersionSaysThatItIsOld(String rest) {
    api.post(NEW, machineClass("warned", "['5%']"));

    Reply old = api.get(OLD + rest);
    Reply fresh = api.get(NEW + rest);

    assertEquals(
        List.of("299 - \"" + DVP + "/v1alpha2 VirtualMachineClass is deprecated\""),
        old.headers().allValues("warning"));
    assertEquals(List.of(), fresh.headers().allValues("warning"));
  }

  @Test
  void clientsFindBothVersionsAndTheirSchemas() {
    assertEquals(
        DVP + "/v1alpha3", api.get("/apis/" + DVP).at("/preferredVersion/groupVersion").asString());
    assertEquals("virtualmachineclasses", api.get(NEW_GROUP).at("/resources/0/name").asString());
    String item = FRACTIONS.substring("/spec".length()).replace("/0", "/items/properties");
    for (String version : List.of("v1alpha2", "v1alpha3")) {
      JsonNode schema =
          api.get("/openapi/v3/apis/" + DVP + "/" + version)
              .at(
                  "/components/schemas/io.deckhouse.virtualization."
                      + version
                      + ".VirtualMachineClass/properties/spec/properties"
                      + item
                      + "/items/type");
      assertEquals(version.equals("v1alpha2") ? "integer" : "string", schema.asString());
    }
    JsonNode crd =
        api.get(
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/virtualmachineclasses."
                    + DVP)
            .tree();
    assertEquals(
        List.of("v1alpha2 true true", "v1alpha3 true false"),
        crd.at("/spec/versions")
            .valueStream()
            .map(each ->
                each.path("name").asString()
                    + " "
                    + each.path("served")
                    + " "
                    + each.path("storage"))
            .toList());
    assertTrue(crd.at("/spec/versions/0/deprecated").asBoolean());
    assertEquals(tree("['v1alpha2']"), crd.at("/status/storedVersions"));
  }

  private static Reply apply(
      String version, String name, String manager, String fractions, String query) {
    String policies =
        fractions.equals(NONE)
            ? ""
            : ",'sizingPolicies':[{'cores':{'min':1,'max':2},'coreFractions':" + fractions + "}]";
    return api.call(
        "PATCH",
        "/apis/"
            + DVP
            + "/"
            + version
            + "/virtualmachineclasses/"
            + name
            + "?fieldManager="
            + manager
            + query,
        "{'apiVersion':'"
            + DVP
            + "/"
            + version
            + "','kind':'VirtualMachineClass',"
            + "'spec':{'cpu':{'type':'Host'}"
            + policies
            + "}}",
        "Content-Type",
        APPLY);
  }

  private static String machineClass(String name, String fractions) {
    return "{'metadata':{'name':'"
        + name
        + "'},'spec':{'cpu':{'type':'Host'},'sizingPolicies':"
        + "[{'cores':{'min':1,'max':2},'coreFractions':"
        + fractions
        + "}]}}";
  }

  private static JsonNode tree(String text) {
    return JsonMapper.shared().readTree(text.replace('\'', '"').strip());
  }
}
