package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static cairn.appliance.client.RunningApi.GROUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.YamlTree;
import cairn.appliance.client.RunningApi.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** What stands beside a body: queries, options of deletions, the form of the answer. */
@Timeout(60)
final class OptionsOverHttpTest {

  private static final String MAPS = CORE + "/namespaces/default/configmaps";
  private static final String TABLE = ";as=Table;v=v1;g=meta.k8s.io";

  @TempDir private static Path directory;
  private static RunningApi api;

  @BeforeAll
  static void start() {
    api = new RunningApi(directory);
    api.post(
        MAPS,
        "{'metadata':{'name':'shown','labels':{'a':'yes'}},"
            + "'data':{'lines':'one\\ntwo\\n','number':'1','flag':'true','odd':'# : \\u0007'}}");
    api.post(MAPS, "{'metadata':{'name':'kept'}}");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "limit=",
        "limit=abc",
        "limit=-1",
        "limit=1.5",
        "limit=99999999999999999999",
        "limit",
        "timeoutSeconds=abc",
        "timeoutSeconds=",
        "watch=1&timeoutSeconds=soon",
        "watch=1&limit=x"
      })
  void aNumberThatIsNoneIsABadRequest(String query) {
    Reply reply = api.get(MAPS + "?" + query);

    assertEquals(400, reply.code(), reply.toString());
    assertEquals("BadRequest", reply.at("/reason").asString());
  }

  @Test
  void ofSeveralParametersTheFirstCounts() {
    assertEquals(1, api.get(MAPS + "?limit=1&limit=500").at("/items").size());
    assertEquals(200, api.get(MAPS + "?limit=0&timeoutSeconds=5").code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'orphanDependents':true,'propagationPolicy':'Background'} | | 422",
        "{'orphanDependents':false,'propagationPolicy':'Orphan'} | | 422",
        "{'propagationPolicy':'Sideways'} | | 422",
        "{'propagationPolicy':'Orphan'} | orphanDependents=1 | 422",
        "'' | orphanDependents=false&propagationPolicy=Foreground | 422",
        "{'kind':'Pod','apiVersion':'v1'} | | 400",
        "{'kind':'DeleteOptions','apiVersion':'v one'} | | 400",
        "{'kind':5} | | 400",
        "'' | gracePeriodSeconds= | 400",
      })
  void optionsOfADeletionMustFitTogether(String body, String query, int code) {
    Reply reply = api.call("DELETE", MAPS + "/kept" + (query == null ? "" : "?" + query), body);

    assertEquals(code, reply.code(), reply.toString());
    assertEquals("Status", reply.at("/kind").asString());
    assertEquals(200, api.get(MAPS + "/kept").code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "meta.k8s.io/v1", "virtualization.deckhouse.io/v1alpha2"})
  void deleteOptionsStandInEveryGroup(String version) {
    api.post(MAPS, "{'metadata':{'name':'gone'}}");

    Reply reply =
        api.call(
            "DELETE",
            MAPS + "/gone",
            "{'kind':'DeleteOptions','apiVersion':'" + version + "','orphanDependents':false}");

    assertEquals(200, reply.code(), reply.toString());
  }

  @Test
  void objectsListsTablesAndFailuresAreWrittenAsYaml() {
    Reply one = api.get(MAPS + "/shown", "Accept", "application/yaml");
    Reply list = api.get(MAPS + "?labelSelector=a", "Accept", "application/yaml");
    Reply table = api.get(MAPS, "Accept", "application/yaml" + TABLE);
    Reply missing = api.get(MAPS + "/missing", "Accept", "application/yaml");
    Reply path = api.get(GROUP + "/pigeons", "Accept", "application/yaml");
    Reply made =
        api.call(
            "POST",
            MAPS + "?dryRun=All",
            "{'metadata':{'name':'dry'}}",
            "Accept",
            "application/yaml",
            "Content-Type",
            "application/json");

    assertEquals(api.get(MAPS + "/shown").tree(), tree(one, 200));
    assertTrue(one.body().contains("  lines: |\n    one\n    two\n"), one.body());
    assertTrue(one.body().contains("  number: \"1\"\n"), one.body());
    assertEquals("ConfigMapList", tree(list, 200).path("kind").asString());
    assertEquals(api.get(MAPS + "/shown").tree().path("data"), tree(list, 200).at("/items/0/data"));
    assertEquals("Table", tree(table, 200).path("kind").asString());
    assertEquals("NotFound", tree(missing, 404).path("reason").asString());
    assertEquals("Status", tree(path, 404).path("kind").asString());
    assertEquals("dry", tree(made, 201).at("/metadata/name").asString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json, application/yaml | application/json",
        "application/yaml;q=0.5, application/json | application/json",
        "application/json;q=0.5, application/yaml | application/yaml",
        "application/yaml;q=0, */* | application/json",
        "application/json;as=Pigeon, application/yaml | application/yaml",
      })
  void whatIsPreferredIsChosen(String accept, String type) {
    Reply reply = api.get(MAPS + "/shown", "Accept", accept);

    assertEquals(200, reply.code(), reply.toString());
    assertEquals(type, reply.header("content-type"));
  }

  /** Kubernetes has no stream in YAML either. */
  @Test
  void aWatchIsNotWrittenAsYaml() {
    String watch = MAPS + "?watch=true&timeoutSeconds=1&resourceVersion=";
    String since = api.get(MAPS).at("/metadata/resourceVersion").asString();

    Reply refused = api.get(watch + since, "Accept", "application/yaml");
    Reply json = api.get(watch + since, "Accept", "application/yaml, application/json");

    assertEquals("NotAcceptable", tree(refused, 406).path("reason").asString());
    assertEquals(200, json.code(), json.toString());
    assertEquals("application/json", json.header("content-type"));
  }

  private static JsonNode tree(Reply reply, int code) {
    assertEquals(code, reply.code(), reply.toString());
    assertEquals("application/yaml", reply.header("content-type"), reply.toString());
    return YamlTree.read(reply.body());
  }
}
