package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import cairn.appliance.client.RunningApi.Reply;
import java.io.BufferedReader;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Events in both groups that have them. */
@Timeout(60)
final class EventsOverHttpTest {

  private static final String OLD = CORE + "/namespaces/default/events";
  private static final String NEW = "/apis/events.k8s.io/v1/namespaces/default/events";
  private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io";
  private static final String STRATEGIC = "application/strategic-merge-patch+json";

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
  void anEventIsOneInBothGroups() {
    Reply old =
        api.post(
            OLD,
            "{'metadata':{'name':'old'},'involvedObject':{'kind':'VirtualDisk','name':'d',"
                + "'namespace':'default'},'reason':'Full','message':'m','type':'Warning','count':3,"
                + "'source':{'component':'c'},'firstTimestamp':'2026-11-22T10:00:00.5+01:00'}");
    assertEquals(201, old.code(), old.toString());
    Reply seen = api.get(NEW + "/old");
    assertEquals("events.k8s.io/v1", seen.at("/apiVersion").asString());
    assertEquals("m", seen.at("/note").asString());
    assertEquals("d", seen.at("/regarding/name").asString());
    assertEquals("c", seen.at("/deprecatedSource/component").asString());
    assertEquals("2026-11-22T09:00:00Z", seen.at("/deprecatedFirstTimestamp").asString());
    assertEquals(3, seen.at("/deprecatedCount").asInt());
    assertFalse(seen.tree().has("message"));
    assertEquals(old.at("/metadata"), seen.at("/metadata"));

    Reply fresh = api.post(NEW, event("fresh", ""));
    assertEquals(201, fresh.code(), fresh.toString());
    assertEquals("2026-11-22T10:00:00.000000Z", fresh.at("/eventTime").asString());
    Reply back = api.get(OLD + "/fresh");
    assertEquals("v1", back.at("/apiVersion").asString());
    assertEquals("n", back.at("/message").asString());
    assertEquals("example.com/c", back.at("/reportingComponent").asString());
    assertEquals("d", back.at("/involvedObject/name").asString());
    assertEquals(200, api.delete(NEW + "/fresh").code());
    assertEquals(404, api.get(OLD + "/fresh").code());
  }

  @Test
  void aSeriesGrowsByAPatch() {
    api.post(NEW, event("series", ""));

    Reply patched =
        patch(NEW + "/series", "{'series':{'count':2,'lastObservedTime':'2026-11-22T10:01:00Z'}}");
    Reply note = patch(NEW + "/series", "{'note':'other'}");
    Reply old = patch(OLD + "/series", "{'message':'other'}");

    assertEquals(200, patched.code(), patched.toString());
    assertEquals(
        "2026-11-22T10:01:00.000000Z",
        api.get(OLD + "/series").at("/series/lastObservedTime").asString());
    assertEquals(422, note.code(), note.toString());
    assertEquals(
        "note: Invalid value: \"other\": field is immutable",
        note.at("/details/causes/0/field").asString()
            + ": "
            + note.at("/details/causes/0/message").asString());
    assertEquals(200, old.code(), old.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        ",'eventTime':null | eventTime",
        ",'type':'Odd' | type",
        ",'action':'' | action",
        ",'reason':'' | reason",
        ",'reportingInstance':'' | reportingInstance",
        ",'reportingController':'a b' | reportingController",
        ",'deprecatedCount':1 | deprecatedCount",
        ",'deprecatedSource':{'host':'h'} | deprecatedSource",
        ",'deprecatedLastTimestamp':'2026-11-22T10:00:00Z' | deprecatedLastTimestamp",
        ",'series':{'count':1,'lastObservedTime':'2026-11-22T10:00:00Z'} | series.count",
        ",'series':{'count':2} | series.lastObservedTime",
        ",'regarding':{'kind':'Pod','name':'p','namespace':''} | OK",
      })
  void theNewGroupIsStrict(String change, String field) {
    Reply reply = api.post(NEW, event("strict", change));

    if (field.equals("OK")) {
      assertEquals(201, reply.code(), reply.toString());
      return;
    }
    assertEquals(422, reply.code(), reply.toString());
    assertEquals(field, reply.at("/details/causes/0/field").asString(), reply.toString());
  }

  @Test
  void anEventIsWhereItsObjectIs() {
    Reply elsewhere =
        api.post(
            OLD, "{'metadata':{'name':'elsewhere'},'involvedObject':{'namespace':'kube-system'}}");

    assertEquals(422, elsewhere.code(), elsewhere.toString());
    assertEquals(
        "involvedObject.namespace Invalid value: \"kube-system\": does not match event.namespace",
        elsewhere.at("/details/causes/0/field").asString()
            + " "
            + elsewhere.at("/details/causes/0/message").asString());
  }

  @Test
  void selectorsSpeakTheWordsOfTheirGroup() {
    api.post(
        NEW,
        event(
            "chosen",
            ",'regarding':{'kind':'VirtualImage','name':'v'," + "'namespace':'default'}"));

    Reply old = api.get(OLD + "?fieldSelector=involvedObject.kind=VirtualImage");
    Reply fresh =
        api.get(
            NEW
                + "?fieldSelector=regarding.kind=VirtualImage,reportingController="
                + "example.com/c");
    Reply source = api.get(OLD + "?fieldSelector=source=example.com/c,involvedObject.name=v");
    Reply mixed = api.get(NEW + "?fieldSelector=involvedObject.kind=VirtualImage");

    for (Reply found : List.of(old, fresh, source)) {
      assertEquals(1, found.at("/items").size(), found.toString());
    }
    assertEquals("v1", old.at("/items/0/apiVersion").asString());
    assertEquals(
        "EventList events.k8s.io/v1 Event events.k8s.io/v1",
        fresh.at("/kind").asString()
            + " "
            + fresh.at("/apiVersion").asString()
            + " "
            + fresh.at("/items/0/kind").asString()
            + " "
            + fresh.at("/items/0/apiVersion").asString());
    assertEquals(400, mixed.code(), mixed.toString());
  }

  @Test
  void bothTablesSayTheSame() {
    api.post(
        NEW, event("table", ",'series':{'count':5,'lastObservedTime':'2026-11-22T10:00:00Z'}"));
    String selector = "?fieldSelector=metadata.name=table";

    JsonNode old = api.get(OLD + selector, "Accept", TABLE).tree();
    JsonNode fresh = api.get(NEW + selector, "Accept", TABLE).tree();

    assertEquals(
        "Normal Made virtualdisk/d example.com/c, i n 5 table",
        // Ages, and the part of the object that is empty, are left out.
        IntStream.of(1, 2, 3, 5, 6, 8, 9)
            .mapToObj(cells(old)::get)
            .collect(Collectors.joining(" ")));
    assertEquals(cells(old), cells(fresh));
  }

  @Test
  void aWatchInOneGroupSeesWhatIsWrittenInTheOther() throws Exception {
    HttpClient client = api.admin(HttpClient.Version.HTTP_1_1);
    try (InputStream stream =
            api.watch(client, NEW + "?watch=true&fieldSelector=metadata.name=watched");
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
      api.post(
          OLD,
          "{'metadata':{'name':'watched'},'involvedObject':{'name':'d',"
              + "'namespace':'default'},'message':'m'}");
      JsonNode added = JsonMapper.shared().readTree(lines.readLine());

      assertEquals("ADDED", added.path("type").asString());
      assertEquals("m", added.at("/object/note").asString());
      assertEquals("events.k8s.io/v1", added.at("/object/apiVersion").asString());
    } finally {
      client.shutdownNow();
    }
  }

  @Test
  void ownersKeepTheNamesOfTheirGroup() {
    String body = event("owned", "").replace("{'metadata':{'name':'owned'},", "{");
    Reply fresh =
        apply(NEW, "a", "{'apiVersion':'events.k8s.io/v1','kind':'Event'," + body.substring(1));
    assertEquals(201, fresh.code(), fresh.toString());

    Reply refused = apply(OLD, "b", "{'apiVersion':'v1','kind':'Event','message':'other'}");

    assertEquals(409, refused.code(), refused.toString());
    assertEquals(
        "Apply failed with 1 conflict: conflict with \"a\": .note",
        refused.at("/message").asString());
    Reply shared = apply(OLD, "b", "{'apiVersion':'v1','kind':'Event','message':'n'}");
    assertEquals(
        List.of("events.k8s.io/v1", "v1"),
        shared
            .at("/metadata/managedFields")
            .valueStream()
            .map(each -> each.path("apiVersion").asString())
            .toList());
  }

  private static List<String> cells(JsonNode table) {
    return table.at("/rows/0/cells").valueStream().map(cell -> cell.asString("")).toList();
  }

  private static Reply apply(String path, String manager, String body) {
    return api.call(
        "PATCH",
        path + "/owned?fieldManager=" + manager,
        body,
        "Content-Type",
        "application/apply-patch+yaml");
  }

  private static Reply patch(String path, String body) {
    return api.call("PATCH", path, body, "Content-Type", STRATEGIC);
  }

  /** Later fields win. */
  private static String event(String name, String change) {
    return "{'metadata':{'name':'"
        + name
        + "'},'eventTime':'2026-11-22T10:00:00Z',"
        + "'regarding':{'kind':'VirtualDisk','name':'d','namespace':'default'},'reason':'Made',"
        + "'action':'Make','note':'n','type':'Normal','reportingController':'example.com/c',"
        + "'reportingInstance':'i'"
        + change
        + "}";
  }
}
