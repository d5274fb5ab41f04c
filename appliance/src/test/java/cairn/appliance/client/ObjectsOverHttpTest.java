package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static cairn.appliance.client.RunningApi.GROUP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.client.RunningApi.Reply;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The verbs on the kinds of the first machine, and the tables that show them. */
@Timeout(60)
final class ObjectsOverHttpTest {

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
  void aNamespaceIsActiveFromItsFirstMoment() {
    Reply made = api.post(CORE + "/namespaces", "{'metadata':{'name':'born'}}");

    assertEquals(201, made.code(), made.toString());
    assertEquals("Active", made.at("/status/phase").asString());
    assertEquals(
        List.of("born", "Active"),
        cells(api.get(CORE + "/namespaces/born", "Accept", TABLE)).subList(0, 2));
  }

  @Test
  void everyKindGoesThroughTheSameLife() {
    namespace("life");
    String machine =
        "'spec':{'virtualMachineClassName':'generic','cpu':{'cores':1},'memory':{'size':'1Gi'},"
            + "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root'}]}";
    String size = "'spec':{'persistentVolumeClaim':{'size':'1Gi'}}";
    life(CORE + "/namespaces", "'metadata':{'name':'x-life'}");
    life(CORE + "/namespaces/life/secrets", "'metadata':{'name':'x'},'stringData':{'a':'b'}");
    life(CORE + "/namespaces/life/configmaps", "'metadata':{'name':'x'},'data':{'a':'b'}");
    life(CORE + "/namespaces/life/serviceaccounts", "'metadata':{'name':'x'}");
    life(
        "/apis/coordination.k8s.io/v1/namespaces/life/leases",
        "'metadata':{'name':'x'},'spec':{'holderIdentity':'a','leaseDurationSeconds':15}");
    life(
        GROUP + "/virtualmachineclasses", "'metadata':{'name':'x'},'spec':{'cpu':{'type':'Host'}}");
    life(GROUP + "/namespaces/life/virtualdisks", "'metadata':{'name':'x'}," + size);
    life(GROUP + "/namespaces/life/virtualmachines", "'metadata':{'name':'x'}," + machine);
  }

  @Test
  void thereAreNeitherPodsNorServicesAndNoneCanBeMade() {
    String selector = "?fieldSelector=spec.nodeName%3Dn%2Cstatus.phase%21%3DFailed";
    assertEquals("[]", api.get(CORE + "/pods" + selector).at("/items").toString());
    assertEquals("[]", api.get(CORE + "/namespaces/kube-system/services").at("/items").toString());
    assertEquals(
        405, api.post(CORE + "/namespaces/default/pods", "{'metadata':{'name':'p'}}").code());
  }

  @Test
  void kindsAreListedAndNobodyCanChangeThem() {
    String path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
    Reply machine = api.get(path + "/virtualmachines.virtualization.deckhouse.io");

    assertEquals(200, machine.code(), machine.toString());
    assertEquals("VirtualMachine", machine.at("/spec/names/kind").asString());
    assertTrue(machine.at("/spec/versions/0/schema/openAPIV3Schema/properties").has("spec"));
    assertEquals(405, api.delete(path + "/virtualmachines.virtualization.deckhouse.io").code());
  }

  @Test
  void questionsOfAccessAreAnsweredAndNotKept() {
    String reviews = "/apis/authorization.k8s.io/v1/";
    String machines =
        "'resourceAttributes':{'verb':'create','group':'virtualization.deckhouse.io',"
            + "'resource':'virtualmachines','namespace':'default'}";
    Reply mine = api.post(reviews + "selfsubjectaccessreviews", "{'spec':{" + machines + "}}");
    Reply theirs =
        api.post(
            reviews + "subjectaccessreviews",
            "{'spec':{" + machines + ",'user':'bob','groups':['staff']}}");
    Reply rules = api.post(reviews + "selfsubjectrulesreviews", "{'spec':{'namespace':'default'}}");
    Reply me = api.post("/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}");

    assertEquals(201, mine.code(), mine.toString());
    assertTrue(mine.at("/status/allowed").asBoolean(), mine.toString());
    assertFalse(theirs.at("/status/allowed").asBoolean(), theirs.toString());
    assertEquals("*", rules.at("/status/resourceRules/0/verbs/0").asString(), rules.toString());
    assertTrue(
        me.at("/status/userInfo/groups").toString().contains("system:authenticated"),
        me.toString());
    assertEquals(405, api.get(reviews + "selfsubjectaccessreviews").code());
    Reply nothing = api.post(reviews + "selfsubjectaccessreviews", "{'spec':{}}");
    assertEquals(422, nothing.code(), nothing.toString());
  }

  @Test
  void aCollectionIsDeletedBySelector() {
    namespace("many");
    String path = CORE + "/namespaces/many/configmaps";
    for (String name : List.of("a", "b", "c")) {
      String part = name.equals("c") ? "kept" : "lost";
      api.post(path, "{'metadata':{'name':'" + name + "','labels':{'part':'" + part + "'}}}");
    }

    Reply deleted = api.delete(path + "?labelSelector=part%3Dlost");

    assertEquals(200, deleted.code(), deleted.toString());
    assertEquals(2, deleted.at("/items").size(), deleted.toString());
    assertEquals("c", api.get(path).at("/items/0/metadata/name").asString());
    assertEquals(1, api.get(path).at("/items").size());
  }

  @Test
  void aSecretIsKeptAsBytes() {
    namespace("secrets");
    Reply made =
        api.post(
            CORE + "/namespaces/secrets/secrets",
            "{'metadata':{'name':'s'},'stringData':{'password':'swordfish'}}");

    assertEquals(201, made.code(), made.toString());
    assertEquals("c3dvcmRmaXNo", made.at("/data/password").asString());
    assertTrue(made.at("/stringData").isMissingNode(), made.toString());
    assertEquals("Opaque", made.at("/type").asString());
  }

  @Test
  void aWatchShowsWhatHappens() throws Exception {
    namespace("watched");
    String path = CORE + "/namespaces/watched/configmaps";
    try (HttpClient client = api.admin(HttpClient.Version.HTTP_2);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(api.watch(client, path + "?watch=true"), UTF_8))) {
      api.post(path, "{'metadata':{'name':'w'}}");
      api.merge(path + "/w", "{'data':{'a':'b'}}");
      api.delete(path + "/w");
      List<String> seen = new ArrayList<>();
      while (seen.size() < 3) {
        JsonNode event = JsonMapper.shared().readTree(lines.readLine());
        seen.add(
            event.path("type").asString()
                + " "
                + event.at("/object/metadata/name").asString()
                + event.at("/object/data/a").asString(""));
      }

      assertEquals(List.of("ADDED w", "MODIFIED wb", "DELETED wb"), seen);
      client.shutdownNow();
    }
  }

  @Test
  void tablesHaveTheColumnsOfTheContract() {
    columns(
        "virtualmachines",
        "Name Phase Uptime Cores* CoreFraction* Memory* Need_restart* Agent* Migratable* Node"
            + " IPAddress Age");
    columns(
        "virtualdisks",
        "Name Phase Capacity InUse* VirtualMachine Progress* StorageClass* TargetPVC* Age");
    columns(
        "virtualimages",
        "Name Phase CDROM Progress StoredSize* UnpackedSize* Registry_URL* TargetPVC* Age");
    columns(
        "clustervirtualimages",
        "Name Phase CDROM Progress StoredSize* UnpackedSize* Registry_URL* Age");
    columns("virtualmachineclasses", "Name Phase IsDefault Age");
  }

  @Test
  void aRowCarriesItsMetadataAndOnlyThat() {
    Reply table = api.get(GROUP + "/virtualmachineclasses", "Accept", TABLE + ",application/json");

    JsonNode row = table.at("/rows/0");
    assertEquals("generic", row.at("/cells/0").asString());
    assertEquals("true", row.at("/cells/2").asString());
    assertEquals("PartialObjectMetadata", row.at("/object/kind").asString());
    assertEquals("generic", row.at("/object/metadata/name").asString());
    assertTrue(row.at("/object/spec").isMissingNode(), table.toString());
  }

  @Test
  void discoveryIsToldOnceAndThenTagged() {
    for (String path :
        List.of(
            "/api",
            "/apis",
            GROUP,
            "/openapi/v2",
            "/openapi/v3",
            "/openapi/v3/apis/virtualization.deckhouse.io/v1alpha2")) {
      for (String accept :
          List.of(
              "application/json",
              "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList")) {
        Reply first = api.get(path, "Accept", accept);
        assertEquals(200, first.code(), path);
        Reply again = api.get(path, "Accept", accept, "If-None-Match", first.header("etag"));

        assertEquals(304, again.code(), path + " as " + accept);
        assertEquals("", again.body());
      }
    }
  }

  private static void namespace(String name) {
    Reply made = api.post(CORE + "/namespaces", "{'metadata':{'name':'" + name + "'}}");
    assertEquals(201, made.code(), made.toString());
  }

  /** Create, read, list, replace, change, delete. */
  private static void life(String collection, String fields) {
    Reply made = api.post(collection, "{" + fields + "}");
    assertEquals(201, made.code(), made.toString());
    String name = made.at("/metadata/name").asString();
    String path = collection + "/" + name;

    Reply read = api.get(path);
    assertEquals(made.tree(), read.tree(), path);
    Reply list = api.get(collection + "?fieldSelector=metadata.name=" + name);
    assertEquals(read.tree(), list.at("/items/0"), path);
    assertEquals(read.at("/kind").asString() + "List", list.at("/kind").asString());

    var changed = read.tree();
    changed.withObject("/metadata/labels").put("replaced", "yes");
    Reply replaced = api.call("PUT", path, changed.toString());
    assertEquals(200, replaced.code(), replaced.toString());
    assertEquals(409, api.call("PUT", path, changed.toString()).code(), "the old version again");

    Reply patched = api.merge(path, "{'metadata':{'labels':{'patched':'yes'}}}");
    assertEquals(200, patched.code(), patched.toString());
    assertEquals("yes", patched.at("/metadata/labels/replaced").asString());
    assertEquals("yes", patched.at("/metadata/labels/patched").asString());
    assertEquals(
        1,
        api.get(collection + "?labelSelector=patched=yes,replaced").at("/items").size(),
        collection);

    Reply deleted = api.delete(path);
    assertEquals(200, deleted.code(), deleted.toString());
    if (!collection.endsWith("/namespaces")) {
      // Without a controller nobody empties a namespace.
      assertEquals("Success", deleted.at("/status").asString(), deleted.toString());
      assertEquals(404, api.get(path).code(), path);
    }
  }

  /** An underscore is a space; a star is a column of the wide form. */
  private static void columns(String plural, String expected) {
    Reply table = api.get(GROUP + "/" + plural, "Accept", TABLE + ",application/json");
    List<String> names = new ArrayList<>();
    for (JsonNode column : table.at("/columnDefinitions")) {
      names.add(
          column.path("name").asString().replace(' ', '_')
              + (column.path("priority").asInt(0) > 0 ? "*" : ""));
    }

    assertEquals("Table", table.at("/kind").asString(), table.toString());
    assertEquals(expected, String.join(" ", names), plural);
  }

  private static List<String> cells(Reply table) {
    List<String> cells = new ArrayList<>();
    table.at("/rows/0/cells").forEach(cell -> cells.add(cell.asString()));
    return cells;
  }
}
