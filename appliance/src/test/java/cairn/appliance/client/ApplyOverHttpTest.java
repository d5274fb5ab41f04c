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
import org.junit.jupiter.params.provider.ValueSource;

/** Server-side apply on the wire: forms, options, answers. */
@Timeout(60)
final class ApplyOverHttpTest {

  private static final String APPLY = "application/apply-patch+yaml";
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "yaml | apiVersion: v1~kind: ConfigMap~metadata: {}~data:~  a: b~",
        "flow | {apiVersion: v1, kind: ConfigMap, metadata: {}, data: {a: b}}",
        "json | {'apiVersion':'v1','kind':'ConfigMap','metadata':{},'data':{'a':'b'}}",
      })
  void aConfigurationIsYamlOrJson(String name, String body) {
    Reply made = apply(MAPS + "/" + name + "?fieldManager=m", body.replace('~', '\n'));
    Reply same = apply(MAPS + "/" + name + "?fieldManager=m", body.replace('~', '\n'));

    assertEquals(201, made.code(), made.toString());
    assertEquals(200, same.code(), same.toString());
    assertEquals(made.tree(), same.tree());
    assertEquals("Apply", made.at("/metadata/managedFields/0/operation").asString());
  }

  @Test
  void aConflictIsAStatusThatClientsCanRead() {
    String path = MAPS + "/contested";
    apply(path + "?fieldManager=m", map("'a':'1','b':'1'"));

    Reply refused = apply(path + "?fieldManager=o&force=false", map("'a':'2','b':'2'"));
    Reply forced = apply(path + "?fieldManager=o&force=true", map("'a':'2'"));

    assertEquals(409, refused.code(), refused.toString());
    assertEquals("Conflict", refused.at("/reason").asString());
    assertEquals(
        "Apply failed with 2 conflicts: conflicts with \"m\":\n- .data.a\n- .data.b",
        refused.at("/message").asString());
    assertEquals(
        "FieldManagerConflict .data.a conflict with \"m\"",
        refused.at("/details/causes/0/reason").asString()
            + " "
            + refused.at("/details/causes/0/field").asString()
            + " "
            + refused.at("/details/causes/0/message").asString());
    assertEquals("2", forced.at("/data/a").asString(), forced.toString());
  }

  @Test
  void optionsThatMeanNothingAreInvalid() {
    String path = MAPS + "/options";
    String long129 = "m".repeat(129);

    Reply nobody = apply(path, map("'a':'1'"));
    assertEquals(
        "PatchOptions.meta.k8s.io \"\" is invalid: fieldManager: Required value: is required for"
            + " apply patch",
        nobody.at("/message").asString());
    assertEquals(422, nobody.code());
    Reply forced = api.merge(path + "?force=true", "{}");
    assertEquals(
        "PatchOptions.meta.k8s.io \"\" is invalid: force: Forbidden: may not be specified for"
            + " non-apply patch",
        forced.at("/message").asString());
    assertEquals(422, apply(path + "?fieldManager=" + long129, map("'a':'1'")).code());
    assertEquals(422, apply(path + "?fieldManager=a%07b", map("'a':'1'")).code());
    assertEquals(
        "CreateOptions",
        api.post(MAPS + "?fieldManager=" + long129, "{}").at("/details/kind").asString());
    assertEquals(404, api.get(path).code());
  }

  @Test
  void otherFormsOfApplyingAreUnsupported() {
    for (String type : new String[] {"application/apply-patch+cbor", "application/x-protobuf"}) {
      Reply reply = api.call("PATCH", MAPS + "/forms?fieldManager=m", "{}", "Content-Type", type);

      assertEquals(415, reply.code(), reply.toString());
      assertTrue(
          reply.at("/message").asString().endsWith("strategic-merge-patch+json, " + APPLY),
          reply.toString());
    }
    Reply disk =
        api.call(
            "PATCH",
            GROUP + "/namespaces/default/virtualdisks/d?fieldManager=m",
            "{}",
            "Content-Type",
            "application/strategic-merge-patch+json");
    assertEquals(
        "the body of the request was in an unknown format - accepted media types include:"
            + " application/json-patch+json, application/merge-patch+json, "
            + APPLY,
        disk.at("/message").asString());
  }

  @Test
  void fieldsThatStandTwiceAreRefusedStrictlyOrWarnedAbout() {
    String body = "{'apiVersion':'v1','kind':'ConfigMap','data':{'a':'1','a':'2'}}";

    Reply strict = apply(MAPS + "/odd?fieldManager=m&fieldValidation=Strict", body);
    Reply warned = apply(MAPS + "/odd?fieldManager=m", body);

    assertEquals(400, strict.code(), strict.toString());
    assertTrue(
        strict
            .at("/message")
            .asString()
            .endsWith("strict decoding error: duplicate field \"data.a\""),
        strict.toString());
    assertEquals(201, warned.code(), warned.toString());
    assertEquals(1, warned.headers().allValues("warning").size(), warned.toString());
  }

  /** Who applies means every field to be owned, so none is dropped with a warning. */
  @ParameterizedTest
  @ValueSource(strings = {"", "fieldValidation=Ignore&", "fieldValidation=Strict&"})
  void unknownFieldsCannotBeApplied(String validation) {
    String query = "?" + validation + "fieldManager=m";
    String disk =
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualDisk',"
            + "'spec':{'colour':'red','persistentVolumeClaim':{'size':'1Gi','shape':'round'}}}";

    Reply core =
        apply(MAPS + "/unknown" + query, map("'a':'1'").replace("'data'", "'dato':1,'data'"));
    Reply other = apply(GROUP + "/namespaces/default/virtualdisks/unknown" + query, disk);

    assertEquals(400, core.code(), core.toString());
    assertEquals(
        "failed to create typed patch object (default/unknown; /v1, Kind=ConfigMap):"
            + " .dato: field not declared in schema",
        core.at("/message").asString());
    assertEquals(400, other.code(), other.toString());
    assertEquals(
        "failed to create typed patch object (default/unknown;"
            + " virtualization.deckhouse.io/v1alpha2, Kind=VirtualDisk): errors:\n"
            + "  .spec.colour: field not declared in schema\n"
            + "  .spec.persistentVolumeClaim.shape: field not declared in schema",
        other.at("/message").asString());
    assertEquals(404, api.get(MAPS + "/unknown").code());
  }

  @Test
  void whoDoesNotNameItselfIsKnownByItsProgram() {
    api.call(
        "POST",
        MAPS,
        "{'metadata':{'name':'agent'},'data':{'a':'1'}}",
        "Content-Type",
        "application/json",
        "User-Agent",
        "terraform-provider/1.2 (linux)");

    Reply read = api.get(MAPS + "/agent");
    assertEquals("terraform-provider", read.at("/metadata/managedFields/0/manager").asString());
  }

  @Test
  void hostileConfigurationsAreRefusedAndNothingIsStored() {
    String path = MAPS + "/hostile?fieldManager=m";
    String deep = "{\"a\":".repeat(300) + "1" + "}".repeat(300);

    for (String body :
        new String[] {
          "", "null", "5", "[]", "{", "a: &a [*a]", "{'apiVersion':'v1'}", deep, "\u0000", "- x"
        }) {
      Reply reply = apply(path, body);
      assertEquals(400, reply.code(), body + ": " + reply);
      assertEquals("Status", reply.at("/kind").asString());
    }
    assertEquals(404, api.get(MAPS + "/hostile").code());
  }

  private static Reply apply(String path, String body) {
    return api.call("PATCH", path, body, "Content-Type", APPLY);
  }

  private static String map(String data) {
    return "{'apiVersion':'v1','kind':'ConfigMap','data':{" + data + "}}";
  }
}
