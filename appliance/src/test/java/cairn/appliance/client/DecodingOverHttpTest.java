package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static cairn.appliance.client.RunningApi.GROUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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

/** Bodies are read as Go's decoder reads them, and in the order in which Kubernetes judges them. */
@Timeout(60)
final class DecodingOverHttpTest {

  private static final String MAPS = CORE + "/namespaces/default/configmaps";
  private static final String SECRETS = CORE + "/namespaces/default/secrets";
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
  void nullInAMapIsAnEmptyText() {
    Reply map =
        api.post(
            MAPS,
            "{'metadata':{'name':'null','labels':{'a':null},'annotations':{'b':null}},"
                + "'data':{'c':null},'binaryData':{'d':null}}");
    Reply disk =
        api.post(
            DISKS,
            "{'metadata':{'name':'null','labels':{'a':null},'annotations':{'b':null}},"
                + "'spec':{'persistentVolumeClaim':{'size':'1Gi'}}}");

    assertEquals(201, map.code(), map.toString());
    assertEquals("{\"c\":\"\"}", map.at("/data").toString());
    assertEquals("{\"d\":\"\"}", map.at("/binaryData").toString());
    for (Reply made : new Reply[] {map, disk}) {
      assertEquals(201, made.code(), made.toString());
      assertEquals("{\"a\":\"\"}", made.at("/metadata/labels").toString());
      assertEquals("{\"b\":\"\"}", made.at("/metadata/annotations").toString());
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'data':5} | number into Go struct field ConfigMap.data of type map[string]string",
        "{'data':{'a':5}} | number into Go struct field ConfigMap.data of type string",
        "{'data':['a']} | array into Go struct field ConfigMap.data of type map[string]string",
        "{'immutable':'yes'} | string into Go struct field ConfigMap.immutable of type bool",
        "{'binaryData':{'a':5}} | number into Go struct field ConfigMap.binaryData of type []uint8",
        "{'metadata':{'labels':5}} | number into Go struct field ObjectMeta.metadata.labels of"
            + " type map[string]string",
        "{'metadata':{'ownerReferences':[{'name':5}]}} | number into Go struct field"
            + " ObjectMeta.metadata.ownerReferences.name of type string",
      })
  void aWrongTypeInABuiltInKindCannotBeRead(String body, String words) {
    String named =
        body.contains("metadata")
            ? body.replace("'metadata':{", "'metadata':{'name':'typed',")
            : body.replaceFirst("\\{", "{'metadata':{'name':'typed'},");

    Reply created = api.post(MAPS, named);

    assertEquals(400, created.code(), created.toString());
    assertEquals("BadRequest", created.at("/reason").asString());
    assertEquals(
        "ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot unmarshal "
            + words,
        created.at("/message").asString());
    assertEquals(404, api.get(MAPS + "/typed").code());
  }

  @Test
  void bytesThatAreNoneCannotBeRead() {
    Reply reply = api.post(SECRETS, "{'metadata':{'name':'bytes'},'data':{'a':'%%%'}}");

    assertEquals(400, reply.code(), reply.toString());
    assertTrue(reply.at("/message").asString().contains("illegal base64 data"), reply.toString());
    assertFalse(reply.toString().contains("%%%"), "a password that somebody forgot to encode");
  }

  @Test
  void ofOurKindsTheMetadataHasTypesAndTheRestASchema() {
    Reply metadata = api.post(DISKS, "{'metadata':{'name':'d','labels':{'a':5}},'spec':{}}");
    Reply owner =
        api.post(DISKS, "{'metadata':{'name':'d','ownerReferences':[{'uid':5}]},'spec':{}}");
    Reply spec = api.post(DISKS, "{'metadata':{'name':'d'},'spec':{'persistentVolumeClaim':5}}");

    assertEquals(400, metadata.code(), metadata.toString());
    assertEquals(400, owner.code(), owner.toString());
    assertEquals(422, spec.code(), spec.toString());
    assertEquals(
        "spec.persistentVolumeClaim", spec.at("/details/causes/0/field").asString(), spec + "");
  }

  @Test
  void aPatchThatLeavesWhatCannotBeReadIsAnInvalidPatch() {
    api.post(MAPS, "{'metadata':{'name':'patched'},'data':{'a':'b'}}");

    Reply type = api.merge(MAPS + "/patched", "{'data':5}");
    Reply unknown = api.merge(MAPS + "/patched?fieldValidation=Strict", "{'colour':'red'}");
    Reply update = api.call("PUT", MAPS + "/patched", "{'metadata':{'name':'patched'},'data':5}");

    for (Reply refused : new Reply[] {type, unknown}) {
      assertEquals(422, refused.code(), refused.toString());
      assertEquals("Invalid", refused.at("/reason").asString());
      assertEquals("patch", refused.at("/details/causes/0/field").asString());
      assertTrue(
          refused.at("/message").asString().startsWith(" \"\" is invalid: patch: Invalid value: "),
          refused.toString());
    }
    assertTrue(
        type.at("/message").asString().endsWith("field ConfigMap.data of type map[string]string"));
    assertTrue(
        unknown
            .at("/message")
            .asString()
            .endsWith("strict decoding error: unknown field \"colour\""));
    assertEquals(400, update.code(), update.toString());
    assertEquals("b", api.get(MAPS + "/patched").at("/data/a").asString());
  }

  @ParameterizedTest
  @CsvSource({"application/json", "application/yaml"})
  void halfASurrogatePairIsReplaced(String type) {
    String name = type.replace('/', '-');
    String body =
        "{\"metadata\":{\"name\":\"" + name + "\"},\"data\":{\"a\":\"x\\ud800y\\udc00\"}}";

    Reply made = api.call("POST", MAPS, body, "Content-Type", type);
    Reply whole =
        api.call(
            "POST",
            MAPS,
            body.replace(name, name + "-whole").replace("x\\ud800y\\udc00", "\\ud83d\\ude00"),
            "Content-Type",
            type);

    assertEquals(201, made.code(), made.toString());
    assertEquals("x\uFFFDy\uFFFD", api.get(MAPS + "/" + name).at("/data/a").asString());
    assertEquals(201, whole.code(), whole.toString());
    assertEquals("\uD83D\uDE00", whole.at("/data/a").asString());
  }

  @Test
  void whatIsInvalidIsSaidBeforeThatTheNameIsTaken() {
    assertEquals(201, api.post(MAPS, "{'metadata':{'name':'taken'}}").code());

    Reply invalid = api.post(MAPS, "{'metadata':{'name':'taken'},'data':{'..':'x'}}");
    Reply valid = api.post(MAPS, "{'metadata':{'name':'taken'}}");
    Reply dry = api.post(MAPS + "?dryRun=All", "{'metadata':{'name':'taken'}}");

    assertEquals(422, invalid.code(), invalid.toString());
    assertEquals(409, valid.code(), valid.toString());
    assertEquals(409, dry.code(), dry.toString());
  }

  /** Kubernetes' own test of this is TestErrorsDontFail: a client must not break itself by them. */
  @ParameterizedTest
  @CsvSource({"Bogus, FieldsV1", "Apply, FieldsV9"})
  void ownersThatCannotBeReadAreNotListenedTo(String operation, String fieldsType) {
    Reply made =
        api.post(
            MAPS + "?fieldManager=me",
            "{'metadata':{'generateName':'owned-','managedFields':[{'manager':'m','operation':'"
                + operation
                + "','apiVersion':'v1','fieldsType':'"
                + fieldsType
                + "','fieldsV1':{}}]},'data':{'a':'b'}}");

    assertEquals(201, made.code(), made.toString());
    assertEquals(1, made.at("/metadata/managedFields").size(), made.toString());
    assertEquals("me", made.at("/metadata/managedFields/0/manager").asString());
    assertEquals("Update", made.at("/metadata/managedFields/0/operation").asString());
  }

  @Test
  void timesOfALeaseHaveSixDigits() {
    Reply made =
        api.post(
            LEASES,
            "{'metadata':{'name':'leader'},'spec':{'holderIdentity':'a',"
                + "'acquireTime':'2026-11-22T10:00:00Z','renewTime':'2026-11-22T11:00:00.1+01:00'}}");
    Reply applied =
        api.call(
            "PATCH",
            LEASES + "/leader?fieldManager=m&force=true",
            "{'apiVersion':'coordination.k8s.io/v1','kind':'Lease','metadata':{'name':'leader'},"
                + "'spec':{'renewTime':'2026-11-22T10:00:07.1234567Z'}}",
            "Content-Type",
            "application/apply-patch+yaml");
    Reply wrong = api.post(LEASES, "{'metadata':{'name':'w'},'spec':{'renewTime':'yesterday'}}");

    assertEquals(201, made.code(), made.toString());
    assertEquals("2026-11-22T10:00:00.000000Z", made.at("/spec/acquireTime").asString());
    assertEquals("2026-11-22T10:00:00.100000Z", made.at("/spec/renewTime").asString());
    assertEquals("2026-11-22T10:00:07.123456Z", applied.at("/spec/renewTime").asString());
    assertEquals(400, wrong.code(), wrong.toString());
    assertTrue(wrong.at("/message").asString().contains("parsing time"), wrong.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kubernetes.io/tls | {'tls.crt':'a'} | data[tls.key]",
        "kubernetes.io/tls | {'tls.crt':'a','tls.key':'b'} |",
        "kubernetes.io/basic-auth | {'x':'a'} | data[username],data[password]",
        "kubernetes.io/basic-auth | {'password':'a'} |",
        "kubernetes.io/ssh-auth | {'ssh-privatekey':''} | data[ssh-privatekey]",
        "kubernetes.io/ssh-auth | {'ssh-privatekey':'a'} |",
        "kubernetes.io/dockercfg | {'x':'a'} | data[.dockercfg]",
        "kubernetes.io/dockercfg | {'.dockercfg':'{}'} |",
        "kubernetes.io/dockerconfigjson | {'.dockerconfigjson':'[1]'} | data[.dockerconfigjson]",
        "kubernetes.io/dockerconfigjson | {'.dockerconfigjson':'{}'} |",
        "kubernetes.io/service-account-token | {'a':'a'} |"
            + " metadata.annotations[kubernetes.io/service-account.name]",
        "example.com/own | {'a':'a'} |",
      })
  void secretsHoldWhatTheirTypeSays(String type, String content, String fields) {
    Reply reply =
        api.post(
            SECRETS,
            "{'metadata':{'generateName':'s-'},'type':'"
                + type
                + "','stringData':"
                + content
                + "}");

    if (fields == null) {
      assertEquals(201, reply.code(), reply.toString());
      return;
    }
    assertEquals(422, reply.code(), reply.toString());
    assertEquals(
        fields,
        String.join(
            ",",
            reply
                .at("/details/causes")
                .valueStream()
                .map(cause -> cause.path("field").asString())
                .toList()));
    assertFalse(reply.body().contains("[1]"), "a secret is shown");
  }
}
