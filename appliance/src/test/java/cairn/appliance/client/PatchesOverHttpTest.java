package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static cairn.appliance.client.RunningApi.GROUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.client.RunningApi.Reply;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A patch that takes away what an object is gets a 4xx, and the object stays as it was. */
@Timeout(60)
final class PatchesOverHttpTest {

  private static final String MAPS = CORE + "/namespaces/default/configmaps";
  private static final String DISKS = GROUP + "/namespaces/default/virtualdisks";
  private static final String JSON = "application/json-patch+json";
  private static final String MERGE = "application/merge-patch+json";

  @TempDir private static Path directory;
  private static RunningApi api;

  @BeforeAll
  static void start() {
    api = new RunningApi(directory);
    api.post(MAPS, "{'metadata':{'name':'kept','labels':{'a':'b'}},'data':{'a':'1'}}");
    api.post(DISKS, "{'metadata':{'name':'kept'},'spec':{'persistentVolumeClaim':{'size':'1Gi'}}}");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'op':'replace','path':'','value':{}}] | 400",
        "[{'op':'replace','path':'','value':[]}] | 400",
        "[{'op':'replace','path':'','value':5}] | 422",
        "[{'op':'add','path':'','value':{'metadata':{'name':'kept'}}}] | 422",
        "[{'op':'remove','path':''}] | 422",
        "[{'op':'move','from':'','path':'/data'}] | 422",
        "[{'op':'copy','from':'/data','path':''}] | 422",
        "[{'op':'remove','path':'/metadata'}] | 400",
        "[{'op':'replace','path':'/metadata','value':null}] | 400",
        "[{'op':'replace','path':'/metadata','value':{}}] | 400",
        "[{'op':'replace','path':'/metadata','value':'x'}] | 422",
        "[{'op':'remove','path':'/metadata/name'}] | 400",
        "[{'op':'replace','path':'/metadata/name','value':'other'}] | 400",
        "[{'op':'replace','path':'/kind','value':'Secret'}] | 400",
        "[{'op':'replace','path':'/apiVersion','value':'v2'}] | 400",
        "[{'op':'replace','path':'/kind','value':5}] | 400",
      })
  void noJsonPatchTakesAwayWhatACoreObjectIs(String patch, int code) {
    refused(MAPS + "/kept", JSON, patch, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{'op':'replace','path':'','value':{'metadata':{'name':'kept'}}}] | 422",
        "[{'op':'remove','path':'/kind'}] | 422",
        "[{'op':'remove','path':'/apiVersion'}] | 422",
        "[{'op':'replace','path':'/kind','value':null}] | 422",
        "[{'op':'remove','path':'/metadata'}] | 400",
        "[{'op':'remove','path':'/metadata/resourceVersion'}] | 422",
        "[{'op':'replace','path':'/metadata/resourceVersion','value':'0'}] | 422",
        "[{'op':'replace','path':'/metadata/resourceVersion','value':'1'}] | 409",
      })
  void noJsonPatchTakesAwayWhatAnotherObjectIs(String patch, int code) {
    refused(DISKS + "/kept", JSON, patch, code);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'metadata':null} | 400",
        "{'metadata':[]} | 422",
        "{'metadata':'x'} | 422",
        "{'metadata':{'name':null}} | 400",
        "{'metadata':{'managedFields':'x'}} | 422",
        "{'metadata':{'managedFields':{}}} | 422",
        "{'metadata':{'managedFields':[5]}} | 422",
        "{'metadata':{'managedFields':[{'manager':5}]}} | 422",
        "{'metadata':{'managedFields':[{'time':'noon'}]}} | 422",
        "{'metadata':{'managedFields':[{'fieldsV1':'x'}]}} | 422",
        "{'metadata':{'ownerReferences':[{'uid':5}]}} | 422",
      })
  void noMergePatchTakesAwayWhatAnObjectIs(String patch, int code) {
    refused(MAPS + "/kept", MERGE, patch, code);
    refused(DISKS + "/kept", MERGE, patch, code);
  }

  /** What core kinds are is known by the path, so a patch may leave it out, as in Kubernetes. */
  @Test
  void aCoreObjectMayBeReplacedAsAWhole() {
    api.post(MAPS, "{'metadata':{'name':'whole'},'data':{'a':'1'}}");

    Reply reply =
        api.call(
            "PATCH",
            MAPS + "/whole",
            "[{'op':'replace','path':'','value':{'metadata':{'name':'whole'},'data':{'b':'2'}}}]",
            "Content-Type",
            JSON);

    assertEquals(200, reply.code(), reply.toString());
    assertEquals("{\"b\":\"2\"}", reply.at("/data").toString());
    assertEquals("ConfigMap", reply.at("/kind").asString());
  }

  private static void refused(String path, String type, String patch, int code) {
    Reply before = api.get(path);

    Reply reply = api.call("PATCH", path, patch, "Content-Type", type);

    assertEquals(code, reply.code(), reply.toString());
    assertTrue(!reply.at("/message").asString("").isBlank(), reply.toString());
    assertEquals(before.body(), api.get(path).body());
  }
}
