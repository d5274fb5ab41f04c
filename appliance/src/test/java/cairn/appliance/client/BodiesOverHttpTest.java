package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static cairn.appliance.client.RunningApi.GROUP;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.client.RunningApi.Reply;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What stands in bodies, and how they are sent. */
@Timeout(60)
final class BodiesOverHttpTest {

  private static final String MAPS = CORE + "/namespaces/default/configmaps";
  private static final String SECRETS = CORE + "/namespaces/default/secrets";

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

  @ParameterizedTest
  @CsvSource({"POST", "PATCH"})
  void aKeyThatStandsTwiceInYamlFollowsFieldValidation(String method) {
    Reply strict = sendTwice(method, "strict", "Strict");
    Reply warned = sendTwice(method, "warned", "Warn");
    Reply ignored = sendTwice(method, "ignored", "Ignore");

    assertEquals(400, strict.code(), strict.toString());
    assertTrue(
        strict
            .at("/message")
            .asString()
            .endsWith("strict decoding error: duplicate field \"data.a\""),
        strict.toString());
    assertEquals(201, warned.code(), warned.toString());
    assertEquals(
        List.of("299 - \"duplicate field \\\"data.a\\\"\""), warned.headers().allValues("warning"));
    assertEquals(201, ignored.code(), ignored.toString());
    assertEquals(List.of(), ignored.headers().allValues("warning"));
    assertEquals("2", ignored.at("/data/a").asString());
  }

  /** What a manifest means may not depend on who turns it into JSON: kubectl or the server. */
  @Test
  void yamlIsReadAsKubernetesReadsIt() {
    String yaml =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: {name: words}
        immutable: no
        data: {yes: 'on', 0x10: '010'}
        """;

    Reply made = api.call("POST", MAPS, yaml, "Content-Type", "application/yaml");
    Reply text =
        api.call(
            "POST",
            MAPS,
            yaml.replace("'010'", "010").replace("words", "text"),
            "Content-Type",
            "application/yaml");

    assertEquals(201, made.code(), made.toString());
    assertEquals("false", made.at("/immutable").toString());
    assertEquals("{\"true\":\"on\",\"16\":\"010\"}", made.at("/data").toString());
    assertEquals(400, text.code(), text.toString());
    assertTrue(text.at("/message").asString().contains("cannot unmarshal number"), text.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data: {1.5: a} | the key \"1.5\" is no text: put it in quotes",
        "data: {<<: a} | << merges mappings",
        "data: {a: !!binary /w==} | is no text in base64",
        "data: {a: .inf} | cannot be written in JSON as a number",
        "data: {a: b}~---~kind: ConfigMap | single document",
      })
  void yamlThatJsonCannotSayIsRefused(String data, String why) {
    Reply refused =
        api.call(
            "POST",
            MAPS,
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: never}\n" + data.replace('~', '\n'),
            "Content-Type",
            "application/yaml");

    assertEquals(400, refused.code(), refused.toString());
    assertTrue(refused.at("/message").asString().contains(why), refused.toString());
  }

  @Test
  void aMarkOfTheByteOrderIsNoText() {
    String map = "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'marked'}}";
    String other = map.replace("marked", "marked-too");

    Reply json = api.call("POST", MAPS, "\uFEFF" + map, "Content-Type", "application/json");
    Reply yaml = api.call("POST", MAPS, "\uFEFF" + other, "Content-Type", "application/yaml");

    assertEquals(201, json.code(), json.toString());
    assertEquals(201, yaml.code(), yaml.toString());
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '#',
      value = {"application/json, [, ]", "application/json, {'a':, }", "application/yaml, [, ]"})
  void whatIsTooDeepIsSaidToBe(String type, String open, String close) {
    String value = open.startsWith("{") ? "1" : "";
    String deep = open.repeat(250) + value + close.repeat(250);

    Reply refused =
        api.call(
            "POST", MAPS, "{'metadata':{'name':'deep'},'data':" + deep + "}", "Content-Type", type);

    assertEquals(400, refused.code(), refused.toString());
    assertTrue(refused.at("/message").asString().contains("nest"), refused.toString());
  }

  @Test
  void encodedBodiesAreNotTaken() {
    String map = "{'metadata':{'name':'coded'}}";

    Reply gzip = api.call("POST", MAPS, map, "Content-Encoding", "gzip");
    Reply identity = api.call("POST", MAPS, map, "Content-Encoding", "identity");

    assertEquals(415, gzip.code(), gzip.toString());
    assertTrue(gzip.at("/message").asString().contains("gzip"), gzip.toString());
    assertEquals(201, identity.code(), identity.toString());
  }

  private static Reply sendTwice(String method, String name, String validation) {
    boolean applies = method.equals("PATCH");
    String full = name + "-" + (applies ? "applied" : "made");
    return api.call(
        method,
        MAPS + (applies ? "/" + full : "") + "?fieldManager=m&fieldValidation=" + validation,
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: "
            + full
            + "}\ndata:\n  a: \"1\"\n"
            + "  a: \"2\"\n",
        "Content-Type",
        applies ? "application/apply-patch+yaml" : "application/yaml");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'data':{'a':'Yg=='}} | data",
        "{'data':null} | data",
        "{'stringData':{'a':'c'}} | data",
        "{'immutable':false} | immutable",
        "{'immutable':null} | immutable",
      })
  void anImmutableSecretStaysAsItIs(String change, String field) {
    api.post(SECRETS, "{'metadata':{'name':'fixed'},'immutable':true,'data':{'a':'YQ=='}}");

    Reply refused = api.merge(SECRETS + "/fixed", change);
    Reply label = api.merge(SECRETS + "/fixed", "{'metadata':{'labels':{'l':'1'}}}");

    assertEquals(422, refused.code(), refused.toString());
    assertEquals(
        field + ": Forbidden: field is immutable when `immutable` is set",
        refused.at("/details/causes/0/field").asString()
            + ": "
            + refused.at("/details/causes/0/message").asString());
    assertEquals(200, label.code(), label.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'data':{'a':'2'}} | data",
        "{'binaryData':{'b':'YQ=='}} | binaryData",
        "{'immutable':false} | immutable",
      })
  void anImmutableConfigMapStaysAsItIs(String change, String field) {
    api.post(MAPS, "{'metadata':{'name':'fixed'},'immutable':true,'data':{'a':'1'}}");

    Reply refused = api.merge(MAPS + "/fixed", change);

    assertEquals(422, refused.code(), refused.toString());
    assertEquals(field, refused.at("/details/causes/0/field").asString());
    assertEquals(200, api.delete(MAPS + "/fixed").code());
  }

  @Test
  void whatIsNotImmutableYetMayBecomeIt() {
    api.post(MAPS, "{'metadata':{'name':'free'},'data':{'a':'1'}}");

    assertEquals(200, api.merge(MAPS + "/free", "{'data':{'a':'2'},'immutable':true}").code());
    assertEquals(422, api.merge(MAPS + "/free", "{'data':{'a':'3'}}").code());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'data':{'a/b':'x'}} | data[a/b]",
        "{'data':{'..a':'x'}} | data[..a]",
        "{'data':{'a':'x'},'binaryData':{'a':'YQ=='}} | binaryData[a]",
      })
  void keysAreNamesOfFiles(String contents, String field) {
    Reply refused = api.post(MAPS, "{'metadata':{'name':'keys'}," + contents.substring(1));

    assertEquals(422, refused.code(), refused.toString());
    assertEquals(field, refused.at("/details/causes/0/field").asString());
  }

  @Test
  void aMebibyteIsTheMost() {
    String large = "x".repeat(1024 * 1024);

    Reply most = api.post(MAPS, "{'metadata':{'name':'most'},'data':{'a':'" + large + "'}}");
    Reply more = api.post(MAPS, "{'metadata':{'name':'more'},'data':{'a':'y" + large + "'}}");

    assertEquals(201, most.code());
    assertEquals(422, more.code());
  }

  @ParameterizedTest
  @EnumSource(HttpClient.Version.class)
  void largeAnswersAreCompressedForWhoAsks(HttpClient.Version version) throws Exception {
    String path = "/openapi/v3/apis/virtualization.deckhouse.io/v1alpha2";
    HttpClient client = api.admin(version);
    try {
      Reply plain = api.send(client, "GET", path, "");
      Reply refused = api.send(client, "GET", path, "", "Accept-Encoding", "gzip;q=0");
      Reply small = api.send(client, "GET", "/version", "", "Accept-Encoding", "gzip");
      HttpResponse<byte[]> gzip = api.bytes(client, path, "Accept-Encoding", "deflate, gzip");

      assertEquals("", plain.header("content-encoding"));
      assertEquals("", refused.header("content-encoding"));
      assertEquals("", small.header("content-encoding"));
      assertEquals("gzip", gzip.headers().firstValue("content-encoding").orElse(""));
      assertEquals("Accept, Accept-Encoding", gzip.headers().firstValue("vary").orElse(""));
      assertTrue(gzip.body().length * 4 < plain.body().length(), "hardly smaller");
      byte[] body = new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes();
      assertEquals(plain.body(), new String(body, UTF_8));
    } finally {
      client.shutdownNow();
    }
  }

  @Test
  void aWatchIsNeverCompressed() {
    Reply watch =
        api.get(
            GROUP + "/virtualmachineclasses?watch=true&timeoutSeconds=1",
            "Accept-Encoding",
            "gzip");

    assertEquals("", watch.header("content-encoding"));
    assertTrue(watch.body().contains("\"ADDED\""), watch.body());
  }

  @Test
  void openApiNamesTheParametersOfWrites() {
    var parameters =
        api.get("/openapi/v3/api/v1")
            .tree()
            .path("paths")
            .path("/api/v1/namespaces/{namespace}/configmaps/{name}")
            .path("patch")
            .path("parameters");

    assertEquals(
        List.of("dryRun", "fieldManager", "fieldValidation", "force"),
        parameters.valueStream().map(each -> each.path("name").asString()).toList());
  }
}
