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
import org.junit.jupiter.params.provider.ValueSource;

/** What an update of an object does that is not there, or that names no version of it. */
@Timeout(60)
final class UpdatesOverHttpTest {

  private static final String MAPS = CORE + "/namespaces/default/configmaps";
  private static final String DISKS = GROUP + "/namespaces/default/virtualdisks";
  private static final String LEASES = "/apis/coordination.k8s.io/v1/namespaces/default/leases";

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
  void aMissingLeaseIsMadeByItsUpdate() {
    String lease = "{'metadata':{'name':'made'},'spec':{'holderIdentity':'a'}}";

    Reply tried = put(LEASES + "/made?dryRun=All", lease);
    Reply made = put(LEASES + "/made", lease);
    Reply again =
        put(
            LEASES + "/made",
            "{'metadata':{'name':'made','resourceVersion':'"
                + made.at("/metadata/resourceVersion").asString()
                + "'},'spec':{'holderIdentity':'b'}}");

    assertEquals(201, tried.code(), tried.toString());
    assertEquals(201, made.code(), made.toString());
    assertEquals("a", made.at("/spec/holderIdentity").asString());
    assertEquals(200, again.code(), again.toString());
    assertEquals(made.at("/metadata/uid"), again.at("/metadata/uid"));
  }

  /**
   * So does client-go's election when somebody deleted the Lease between its get and its update.
   */
  @Test
  void aLeaseThatIsGoneIsMadeAnewWhateverVersionIsNamed() {
    Reply made =
        put(LEASES + "/anew", "{'metadata':{'name':'anew','resourceVersion':'5'},'spec':{}}");

    assertEquals(201, made.code(), made.toString());
  }

  @Test
  void aMissingEventIsMadeByItsUpdate() {
    Reply made =
        put(
            CORE + "/namespaces/default/events/made",
            "{'metadata':{'name':'made'},'reason':'Made','type':'Normal','message':'m',"
                + "'involvedObject':{'kind':'Node','name':'n','namespace':'default'}}");

    assertEquals(201, made.code(), made.toString());
  }

  @Test
  void otherMissingObjectsAreNotMade() {
    assertEquals(404, put(MAPS + "/none", "{'metadata':{'name':'none'}}").code());
    assertEquals(
        404, put(CORE + "/namespaces/default/secrets/none", "{'metadata':{'name':'none'}}").code());
    assertEquals(404, put(DISKS + "/none", "{'metadata':{'name':'none'}}").code());
    assertEquals(400, put(LEASES + "/none", "{'metadata':{'name':'other'}}").code());
    assertEquals(400, put(LEASES + "/none", "{'metadata':{}}").code());
    assertEquals(404, api.get(LEASES + "/none").code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0"})
  void zeroIsNoVersion(String version) {
    String metadata = "{'metadata':{'name':'zero','resourceVersion':'" + version + "'}";
    api.post(MAPS, "{'metadata':{'name':'zero'}}");
    put(LEASES + "/zero", "{'metadata':{'name':'zero'}}");

    Reply map = put(MAPS + "/zero", metadata + ",'data':{'a':'" + version + "'}}");
    Reply lease = put(LEASES + "/zero", metadata + "}");

    assertEquals(200, map.code(), map.toString());
    assertEquals(422, lease.code(), lease.toString());
    assertEquals("metadata.resourceVersion", lease.at("/details/causes/0/field").asString());
  }

  @Test
  void whatHasNoGenerationInKubernetesHasNoneHere() {
    Reply lease = put(LEASES + "/plain", "{'metadata':{'name':'plain'},'spec':{}}");
    Reply map = api.post(MAPS, "{'metadata':{'name':'plain'}}");
    Reply kinds = api.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions");

    assertEquals(201, lease.code(), lease.toString());
    assertTrue(lease.at("/metadata/generation").isMissingNode(), lease.toString());
    assertTrue(map.at("/metadata/generation").isMissingNode(), map.toString());
    assertEquals(1, kinds.at("/items/0/metadata/generation").asInt());
  }

  private static Reply put(String path, String body) {
    return api.call("PUT", path, body, "Content-Type", "application/json");
  }
}
