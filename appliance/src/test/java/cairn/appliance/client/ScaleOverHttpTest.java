package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.GROUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.client.RunningApi.Reply;
import cairn.appliance.schema.CrdKinds;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** The subresource {@code scale} of a kind whose file names one; no served kind does yet. */
@Timeout(60)
final class ScaleOverHttpTest {

  static final String POOLS = GROUP + "/namespaces/default/virtualmachinepools";

  @TempDir private static Path directory;
  private static RunningApi api;

  @BeforeAll
  static void start() {
    api = new RunningApi(directory, CrdKinds.loadWithLater());
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @Test
  void aScaleIsReadAndWritten() {
    made("scaled");
    api.merge(POOLS + "/scaled/status", "{'status':{'replicas':1,'selector':'a=b'}}");

    Reply read = api.get(POOLS + "/scaled/scale");
    assertEquals(200, read.code(), read.toString());
    assertEquals(
        "autoscaling/v1 Scale scaled 2 1 a=b",
        String.join(
            " ",
            List.of(
                read.at("/apiVersion").asString(),
                read.at("/kind").asString(),
                read.at("/metadata/name").asString(),
                read.at("/spec/replicas").toString(),
                read.at("/status/replicas").toString(),
                read.at("/status/selector").asString())));

    Reply merged = api.merge(POOLS + "/scaled/scale?fieldManager=m", "{'spec':{'replicas':5}}");
    assertEquals(5, merged.at("/spec/replicas").asInt(), merged.toString());
    assertEquals("Scale", merged.at("/kind").asString());
    Reply put = api.call("PUT", POOLS + "/scaled/scale", merged.body().replace(":5", ":4"));
    assertEquals(4, put.at("/spec/replicas").asInt(), put.toString());
    Reply stale = api.call("PUT", POOLS + "/scaled/scale", merged.body().replace(":5", ":3"));
    assertEquals(409, stale.code(), stale.toString());
    Reply dry = api.merge(POOLS + "/scaled/scale?dryRun=All", "{'spec':{'replicas':9}}");
    assertEquals(9, dry.at("/spec/replicas").asInt(), dry.toString());

    Reply pool = api.get(POOLS + "/scaled");
    assertEquals(4, pool.at("/spec/replicas").asInt());
    assertEquals(3, pool.at("/metadata/generation").asInt());
    assertEquals(1, pool.at("/status/replicas").asInt());
    JsonNode owner =
        pool.at("/metadata/managedFields")
            .valueStream()
            .filter(entry -> entry.path("subresource").asString("").equals("scale"))
            .findFirst()
            .orElseThrow();
    assertEquals("{\"f:spec\":{\"f:replicas\":{}}}", owner.path("fieldsV1").toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'spec':{'replicas':-1}} | 422",
        "{'spec':{'replicas':'x'}} | 400",
        "{'spec':{'replicas':1.5}} | 400",
        "{'kind':'Other'} | 400",
        "{'metadata':{'name':'other'}} | 400",
        "{'metadata':{'uid':'other'}} | 409",
        "{'metadata':{'resourceVersion':'1'}} | 409",
      })
  void aScaleThatMeansNothingIsRefused(String change, int code) {
    made("refused");

    Reply reply = api.merge(POOLS + "/refused/scale", change);

    assertEquals(code, reply.code(), reply.toString());
    assertEquals(2, api.get(POOLS + "/refused").at("/spec/replicas").asInt());
  }

  @Test
  void onlyKindsThatSaySoHaveAScale() {
    made("one");

    assertEquals(404, api.get(GROUP + "/virtualmachineclasses/generic/scale").code());
    assertEquals(404, api.get(POOLS + "/absent/scale").code());
    assertEquals(404, api.get(POOLS + "/one/other").code());
    assertEquals(405, api.delete(POOLS + "/one/scale").code());
    Reply applied =
        api.call(
            "PATCH",
            POOLS + "/one/scale?fieldManager=m",
            "{'apiVersion':'autoscaling/v1','kind':'Scale','spec':{'replicas':1}}",
            "Content-Type",
            "application/apply-patch+yaml");
    assertEquals(415, applied.code(), applied.toString());
  }

  @Test
  void clientsFindIt() {
    String aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";
    String old = api.get(GROUP).body();
    String fresh = api.get("/apis", "Accept", aggregated).body();

    assertTrue(
        old.contains(
            "{\"name\":\"virtualmachinepools/scale\",\"singularName\":\"\",\"namespaced\":true,"
                + "\"group\":\"autoscaling\",\"version\":\"v1\",\"kind\":\"Scale\","
                + "\"verbs\":[\"get\",\"patch\",\"update\"]}"),
        old);
    assertTrue(
        fresh.contains(
            "{\"subresource\":\"scale\",\"responseKind\":{\"group\":\"autoscaling\","
                + "\"version\":\"v1\",\"kind\":\"Scale\"},\"verbs\":[\"get\",\"patch\","
                + "\"update\"]}"),
        fresh);
  }

  private static void made(String name) {
    if (api.get(POOLS + "/" + name).code() == 404) {
      Reply reply = api.post(POOLS, pool(name));
      assertEquals(201, reply.code(), reply.toString());
    }
  }

  static String pool(String name) {
    return "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachinePool',"
        + "'metadata':{'name':'"
        + name
        + "'},'spec':{'replicas':2,'scaleDownPolicy':'NewestFirst',"
        + "'virtualDiskTemplates':[{'name':'root','spec':{}}],'virtualMachineTemplate':{'spec':{"
        + "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root'}],'cpu':{'cores':1},"
        + "'memory':{'size':'1Gi'},'liveMigrationPolicy':'PreferSafe',"
        + "'virtualMachineClassName':'generic'}}}}";
  }
}
