package cairn.appliance.client;

import static cairn.appliance.client.RunningApi.CORE;
import static cairn.appliance.client.RunningApi.GROUP;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.client.RunningApi.Reply;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bad input gets a {@code Status} with reason and field path, and leaves nothing behind. */
@Timeout(60)
final class RefusalsOverHttpTest {

  private static final String DISKS = GROUP + "/namespaces/default/virtualdisks";
  private static final String MACHINES = GROUP + "/namespaces/default/virtualmachines";
  private static final String MAPS = CORE + "/namespaces/default/configmaps";

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
  void strangersAreNotLetIn() {
    try (var client = api.anonymous()) {
      Reply reply = api.send(client, "GET", CORE + "/namespaces", "");
      status(reply, 401, "Unauthorized");
      status(api.send(client, "GET", "/apis", ""), 401, "Unauthorized");
      status(api.send(client, "GET", "/metrics", ""), 401, "Unauthorized");
      assertEquals(200, api.send(client, "GET", "/readyz", "").code());
    }
  }

  @Test
  void aPageOfTheFutureIsNobodys() {
    String forged =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(
                "2 9999999 configmaps default default/a".getBytes(StandardCharsets.UTF_8));
    Reply reply = api.get(CORE + "/namespaces/default/configmaps?limit=2&continue=" + forged);
    status(reply, 400, "BadRequest");
    assertTrue(
        reply.at("/message").asString().startsWith("continue key is not valid: it names revision"),
        reply.toString());
  }

  @Test
  void aContinueKeyIsTheVeryTextThatWasHandedOut() {
    api.post(MAPS, "{\"metadata\":{\"name\":\"page-1\"}}");
    api.post(MAPS, "{\"metadata\":{\"name\":\"page-2\"}}");
    String key = api.get(MAPS + "?limit=1").at("/metadata/continue").asString();

    assertEquals(200, api.get(MAPS + "?limit=1&continue=" + key).code());
    status(api.get(MAPS + "?limit=1&continue=" + key + "%3D"), 400, "BadRequest");
  }

  @Test
  void whatNoObjectCanBeCalledIsNotLookedFor() {
    for (String method : List.of("GET", "DELETE", "PUT")) {
      Reply dots = api.call(method, MAPS + "/..", "");
      status(dots, 400, "BadRequest");
      assertEquals(
          "Name parameter invalid: \"..\": may not be '..'", dots.at("/message").asString());
      Reply slash = api.call(method, MAPS + "/a%2Fb%25", "");
      status(slash, 400, "BadRequest");
      assertEquals(
          "Name parameter invalid: \"a/b%\": may not contain '/';may not contain '%'",
          slash.at("/message").asString());
    }
  }

  @Test
  void whyABodyIsNoJsonIsSaidToItsWriter() {
    assertEquals(
        "the body cannot be read as JSON: Unexpected end-of-input: expected close marker for Object"
            + " (line 1, column 2)",
        api.post(MAPS, "{").at("/message").asString());
    assertEquals(
        "the body cannot be read as JSON: Non-standard token 'NaN' (line 2, column 10)",
        api.post(MAPS, "{\"data\":\n {\"a\":NaN}}").at("/message").asString());
    String deep = api.post(MAPS, "[".repeat(600)).at("/message").asString();
    assertTrue(deep.contains("nesting depth") && !deep.contains("`"), deep);
  }

  @Test
  void aListOfTheFutureSaysWhenToAskAgain() {
    Reply reply = api.get(MAPS + "?resourceVersion=99999999");

    status(reply, 504, "Timeout");
    assertEquals("1", reply.header("retry-after"));
    assertEquals(1, reply.at("/details/retryAfterSeconds").asInt());
    assertEquals(
        "{\"reason\":\"ResourceVersionTooLarge\",\"message\":\"Too large resource version\"}",
        reply.at("/details/causes/0").toString());
    assertEquals("", api.get(MAPS + "/none").header("retry-after"));
  }

  @Test
  void refusedOptionsAreNamedByTheirKind() {
    Reply match = api.get(MAPS + "?resourceVersion=1&resourceVersionMatch=Some");
    Reply write = api.post(MAPS + "?fieldValidation=Some", "{}");
    Reply delete = api.call("DELETE", MAPS + "/none?dryRun=Some", "");

    status(match, 422, "Invalid");
    assertEquals(
        "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Unsupported value:"
            + " \"Some\": supported values: \"Exact\", \"NotOlderThan\", \"\"",
        match.at("/message").asString());
    assertEquals("CreateOptions", write.at("/details/kind").asString(), write.toString());
    assertEquals("DeleteOptions", delete.at("/details/kind").asString(), delete.toString());
  }

  @Test
  void bytesThatAreNoTextAreRefusedInYamlToo() throws Exception {
    byte[] body =
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: bytes}\ndata: {a: \"\u00ff\u00fe\"}\n"
            .getBytes(StandardCharsets.ISO_8859_1);
    String maps = CORE + "/namespaces/default/configmaps";
    try (HttpClient client = api.admin(HttpClient.Version.HTTP_2)) {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("https://localhost:" + api.port() + maps))
              .header("Content-Type", "application/yaml")
              .POST(HttpRequest.BodyPublishers.ofByteArray(body))
              .build();
      assertEquals(400, client.send(request, BodyHandlers.ofString()).statusCode());
    }
    status(api.get(maps + "/bytes"), 404, "NotFound");
  }

  @Test
  void aSelectorOfManyValuesFitsInBothVersionsOfHttp() {
    String values =
        IntStream.range(0, 600).mapToObj("value-%06d"::formatted).collect(Collectors.joining(","));
    String path = CORE + "/namespaces/default/configmaps?labelSelector=a%20in%20(" + values + ")";
    for (HttpClient.Version version : HttpClient.Version.values()) {
      if (version == HttpClient.Version.HTTP_1_1 || version == HttpClient.Version.HTTP_2) {
        try (HttpClient client = api.admin(version)) {
          assertEquals(200, api.send(client, "GET", path, "").code(), version.toString());
        }
      }
    }
  }

  @Test
  void whatIsNotThereIsNamed() {
    Reply reply = api.get(DISKS + "/missing");
    status(reply, 404, "NotFound");
    assertEquals("missing", reply.at("/details/name").asString());
    assertEquals("virtualdisks", reply.at("/details/kind").asString());
    assertEquals("virtualization.deckhouse.io", reply.at("/details/group").asString());
    assertEquals(
        "virtualdisks.virtualization.deckhouse.io \"missing\" not found",
        reply.at("/message").asString());

    status(api.get(GROUP + "/pigeons"), 404, "NotFound");
    status(api.get("/apis/example.org/v1"), 404, "NotFound");
    status(
        api.post(CORE + "/namespaces/nowhere/configmaps", "{'metadata':{'name':'a'}}"),
        404,
        "NotFound");
  }

  @Test
  void methodsFormsAndTypesAreRefused() {
    status(api.call("PUT", MAPS, "{}"), 405, "MethodNotAllowed");
    status(api.get(MAPS, "Accept", "application/xml"), 406, "NotAcceptable");
    status(
        api.call("POST", MAPS, "<a/>", "Content-Type", "application/xml"),
        415,
        "UnsupportedMediaType");
    api.post(DISKS, disk("typed", "1Gi"));
    status(
        api.call(
            "PATCH",
            DISKS + "/typed",
            "{}",
            "Content-Type",
            "application/strategic-merge-patch+json"),
        415,
        "UnsupportedMediaType");
  }

  @Test
  void openApiIsGivenInItsFormsAndByItsHash() {
    String document = "/openapi/v3/api/v1";
    Reply whole = api.get(document);

    Reply moved = api.get(document + "?hash=0BAD");

    status(api.get("/openapi/v2", "Accept", "text/xml"), 406, "NotAcceptable");
    assertEquals(301, moved.code(), moved.toString());
    assertTrue(moved.header("location").startsWith(document + "?hash="), moved.header("location"));
    assertEquals(whole.body(), api.get(moved.header("location")).body());
    assertTrue(
        api.get("/openapi/v3").body().contains(moved.header("location")), moved.header("location"));
  }

  @Test
  void theBeginningOfANameIsCheckedLikeAName() {
    Reply beginning = api.post(MAPS, "{'metadata':{'generateName':'" + "a".repeat(260) + "'}}");
    Reply odd = api.post(MAPS, "{'metadata':{'generateName':'A-'}}");
    Reply fine = api.post(MAPS, "{'metadata':{'generateName':'" + "a".repeat(200) + "-'}}");

    status(beginning, 422, "Invalid");
    assertEquals(List.of("metadata.generateName"), fields(beginning), beginning.toString());
    assertTrue(fields(odd).contains("metadata.generateName"), odd.toString());
    assertEquals(201, fine.code(), fine.toString());
    assertEquals(63, fine.at("/metadata/name").asString().length());
  }

  @Test
  void whatIsNoDocumentIsABadRequest() {
    status(api.post(MAPS, "{'metadata':"), 400, "BadRequest");
    status(api.post(MAPS, "[]"), 400, "BadRequest");
    status(api.post(MAPS, ""), 400, "BadRequest");
    status(api.get(MAPS + "?limit=many"), 400, "BadRequest");
    status(api.get(MAPS + "?fieldSelector=spec.colour=red"), 400, "BadRequest");
    status(api.get(MAPS + "?labelSelector=a+in"), 400, "BadRequest");
    status(
        api.post(MAPS, "{'metadata':{'name':'a','namespace':'kube-system'}}"), 400, "BadRequest");
  }

  /** Each of these would delete or wipe what the sender did not mean. */
  @Test
  void whatIsMeantCarefullyIsNeverDoneCarelessly() {
    api.post(MAPS, "{'metadata':{'name':'kept'},'data':{'a':'b'}}");
    for (String options :
        List.of(
            "{'dryRun':'All'}",
            "{'preconditions':'x'}",
            "{'preconditions':[{'uid':'x'}]}",
            "{'preconditions':{'uid':5}}",
            "{'preconditions':{'resourceVersion':1}}",
            "{'gracePeriodSeconds':'x'}",
            "{'propagationPolicy':5}",
            "{'orphanDependents':'x'}")) {
      status(api.call("DELETE", MAPS + "/kept", options), 400, "BadRequest");
      status(api.call("DELETE", MAPS + "?labelSelector=!a", options), 400, "BadRequest");
    }
    status(api.call("DELETE", CORE + "/configmaps", ""), 405, "MethodNotAllowed");
    status(api.call("DELETE", CORE + "/namespaces", ""), 405, "MethodNotAllowed");
    status(api.call("PUT", MAPS + "/kept", "{}"), 400, "BadRequest");
    status(api.call("DELETE", MAPS + "/kept", "", "Impersonate-User", "bob"), 403, "Forbidden");

    assertEquals("b", api.get(MAPS + "/kept").at("/data/a").asString());
  }

  @Test
  void manyPatchesMakeNoObjectThatNoBodyCouldHold() {
    String classes = "/apis/virtualization.deckhouse.io/v1alpha2/virtualmachineclasses";
    Reply created =
        api.post(classes, "{'metadata':{'name':'grown'},'spec':{'cpu':{'type':'Host'}}}");
    assertEquals(201, created.code(), created.toString());
    String value = "x".repeat(2_500_000);
    String change = "{'spec':{'nodeSelector':{'matchLabels':{'%s':'" + value + "'}}}}";
    String[] merge = {"Content-Type", "application/merge-patch+json"};

    assertEquals(200, api.call("PATCH", classes + "/grown", change.formatted("one"), merge).code());
    Reply more = api.call("PATCH", classes + "/grown", change.formatted("two"), merge);

    status(more, 413, "RequestEntityTooLarge");
    assertEquals(
        200, api.call("PATCH", classes + "/grown", "{'spec':{'nodeSelector':null}}", merge).code());
  }

  @Test
  void twiceTheSameNameIsAConflict() {
    api.post(MAPS, "{'metadata':{'name':'twice'}}");

    Reply again = api.post(MAPS, "{'metadata':{'name':'twice'}}");

    status(again, 409, "AlreadyExists");
    assertEquals("configmaps \"twice\" already exists", again.at("/message").asString());
    status(
        api.call("PUT", MAPS + "/twice", "{'metadata':{'name':'twice','resourceVersion':'1'}}"),
        409,
        "Conflict");
  }

  @Test
  void anUnknownFieldIsRefusedStrictlyOrWarnedAbout() {
    String body =
        "{'metadata':{'name':'unknown'},"
            + "'spec':{'colour':'red','persistentVolumeClaim':{'size':'1Gi'}}}";

    Reply strict = api.post(DISKS + "?fieldValidation=Strict", body);
    status(strict, 400, "BadRequest");
    assertTrue(
        strict.at("/message").asString().contains("unknown field \"spec.colour\""),
        strict.toString());
    assertEquals(404, api.get(DISKS + "/unknown").code());

    Reply warned = api.post(DISKS, body);
    assertEquals(201, warned.code(), warned.toString());
    assertEquals("299 - \"unknown field \\\"spec.colour\\\"\"", warned.header("warning"));
    assertTrue(warned.at("/spec/colour").isMissingNode(), warned.toString());

    Reply ignored = api.post(DISKS + "?fieldValidation=Ignore", body.replace("unknown", "ignored"));
    assertEquals(201, ignored.code(), ignored.toString());
    assertEquals("", ignored.header("warning"));
  }

  @Test
  void aWrongTypeIsNamedWithItsField() {
    Reply reply = api.post(MACHINES, machine("typed", "'cores':'many'", "1Gi"));

    status(reply, 422, "Invalid");
    assertEquals(List.of("spec.cpu.cores"), fields(reply), reply.toString());
    assertEquals(404, api.get(MACHINES + "/typed").code());
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    Reply reply =
        api.post(
            MACHINES,
            "{'metadata':{'name':'wrong'},'spec':{'virtualMachineClassName':'generic',"
                + "'runPolicy':'Sometimes','cpu':{'cores':0},'blockDeviceRefs':[{'kind':'Floppy'}]}}");

    status(reply, 422, "Invalid");
    assertTrue(fields(reply).contains("spec.runPolicy"), reply.toString());
    assertTrue(fields(reply).contains("spec.cpu.cores"), reply.toString());
    assertTrue(fields(reply).contains("spec.blockDeviceRefs[0].kind"), reply.toString());
    assertTrue(fields(reply).contains("spec.memory"), reply.toString());
  }

  @Test
  void aDeviceHasAKindAndAName() {
    Reply reply =
        api.post(
            MACHINES, machine("nameless", "'cores':1", "1Gi").replace("'kind':'VirtualDisk',", ""));

    status(reply, 422, "Invalid");
    assertEquals(List.of("spec.blockDeviceRefs[0].kind"), fields(reply), reply.toString());
  }

  @Test
  void coresFollowTheTopology() {
    for (String cores : List.of("17", "19", "33")) {
      Reply reply =
          api.post(MACHINES, machine("odd", "'cores':" + cores + ",'coreFraction':'100%'", "64Gi"));

      status(reply, 422, "Invalid");
      assertTrue(fields(reply).contains("spec.cpu.cores"), reply.toString());
    }
    Reply even = api.post(MACHINES, machine("even", "'cores':18,'coreFraction':'100%'", "64Gi"));
    assertEquals(201, even.code(), even.toString());
  }

  @Test
  void thereIsOneDefaultClass() {
    Reply reply =
        api.post(
            GROUP + "/virtualmachineclasses",
            "{'metadata':{'name':'second','annotations':"
                + "{'virtualmachineclass.virtualization.deckhouse.io/is-default-class':'true'}},"
                + "'spec':{'cpu':{'type':'Host'}}}");

    status(reply, 422, "Invalid");
    assertEquals(
        List.of(
            "metadata.annotations"
                + "[virtualmachineclass.virtualization.deckhouse.io/is-default-class]"),
        fields(reply));
    assertTrue(reply.at("/message").asString().contains("generic"), reply.toString());
  }

  @Test
  void sizesAreThoseOfADiskAndOfAMachine() {
    for (String size : List.of("100m", "65Ti", "7Ei", "9e99")) {
      Reply disk = api.post(DISKS, disk("sized", size));
      status(disk, 422, "Invalid");
      assertEquals(List.of("spec.persistentVolumeClaim.size"), fields(disk), disk.toString());
    }
    assertTrue(
        api.post(DISKS, disk("sized", "100m")).body().contains("thousandths of a byte"), "100m");
    assertTrue(api.post(DISKS, disk("sized", "7Ei")).body().contains("at most 64Ti"), "7Ei");
    assertEquals(201, api.post(DISKS, disk("sized", "64Ti")).code());

    Reply machine = api.post(MACHINES, machine("sized", "'cores':1", "512m"));
    status(machine, 422, "Invalid");
    assertEquals(List.of("spec.memory.size"), fields(machine), machine.toString());
    assertTrue(machine.body().contains("thousandths of a byte"), machine.toString());
  }

  @Test
  void aMachineIsNotGivenLessThanNoTimeToEnd() {
    Reply reply =
        api.post(
            MACHINES,
            machine("hasty", "'cores':1", "1Gi")
                .replace("'cpu'", "'terminationGracePeriodSeconds':-1,'cpu'"));

    status(reply, 422, "Invalid");
    assertEquals(List.of("spec.terminationGracePeriodSeconds"), fields(reply), reply.toString());
  }

  @Test
  void anAddressHasNoLeadingZeros() {
    Reply reply =
        api.post(
            GROUP + "/namespaces/default/virtualmachineipaddresses",
            "{'metadata':{'name':'zeros'},'spec':{'type':'Static','staticIP':'10.66.10.010'}}");

    status(reply, 422, "Invalid");
    assertEquals(List.of("spec.staticIP"), fields(reply), reply.toString());
    assertTrue(reply.body().contains("leading zeros"), reply.toString());
  }

  @Test
  void namesAreChecked() {
    Reply reply = api.post(MAPS, "{'metadata':{'name':'Not_A_Name'}}");

    status(reply, 422, "Invalid");
    assertEquals(List.of("metadata.name"), fields(reply));
  }

  @Test
  void aDryRunLeavesNothing() {
    assertEquals(201, api.post(MAPS + "?dryRun=All", "{'metadata':{'name':'dry'}}").code());
    assertEquals(404, api.get(MAPS + "/dry").code());
    status(api.post(MAPS + "?dryRun=Some", "{'metadata':{'name':'dry'}}"), 422, "Invalid");
  }

  private static void status(Reply reply, int code, String reason) {
    assertEquals(code, reply.code(), reply.toString());
    assertEquals("application/json", reply.header("content-type"), reply.toString());
    assertEquals("Status", reply.at("/kind").asString());
    assertEquals("Failure", reply.at("/status").asString());
    assertEquals(reason, reply.at("/reason").asString(), reply.toString());
    assertEquals(code, reply.at("/code").asInt());
    assertTrue(!reply.at("/message").asString().isBlank(), reply.toString());
  }

  private static List<String> fields(Reply reply) {
    List<String> fields = new ArrayList<>();
    reply.at("/details/causes").forEach(cause -> fields.add(cause.path("field").asString()));
    return fields;
  }

  private static String disk(String name, String size) {
    return "{'metadata':{'name':'%s'},'spec':{'persistentVolumeClaim':{'size':'%s'}}}"
        .formatted(name, size);
  }

  private static String machine(String name, String cpu, String memory) {
    return "{'metadata':{'name':'%s'},'spec':{'virtualMachineClassName':'generic','cpu':{%s},"
            .formatted(name, cpu)
        + "'memory':{'size':'%s'},'blockDeviceRefs':[{'kind':'VirtualDisk','name':'d'}]}}"
            .formatted(memory);
  }
}
