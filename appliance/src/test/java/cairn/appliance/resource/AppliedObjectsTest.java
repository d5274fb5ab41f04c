package cairn.appliance.resource;

import static cairn.appliance.resource.Bench.bytes;
import static cairn.appliance.resource.Bench.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.apply.Applying.Insistence;
import cairn.appliance.schema.CrdKinds;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.KindSchemas;
import cairn.appliance.secret.SecretAdmission;
import cairn.appliance.store.Key;
import cairn.appliance.store.MemoryResourceStore;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.Revision;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Server-side apply and owners of fields through the engine, with the real kinds. */
class AppliedObjectsTest {

  private final CrdKinds kinds = CrdKinds.load();
  private final ResourceStore store = new MemoryResourceStore();
  private final TickingClock clock = new TickingClock();
  private final ResourceEngine engine =
      new ResourceEngine(
          store,
          kinds,
          new KindSchemas(kinds),
          new KindRules(Map.of("secrets", new SecretAdmission())),
          clock,
          new Random(7),
          UUID::randomUUID);
  private final Kind maps = kinds.named("v1", "ConfigMap").orElseThrow();
  private final Kind disks =
      kinds.named("virtualization.deckhouse.io/v1alpha2", "VirtualDisk").orElseThrow();

  AppliedObjectsTest() {
    engine.create(
        kinds.named("v1", "Namespace").orElseThrow(),
        "",
        Bench.body("{'metadata':{'name':'default'}}"),
        Bench.WRITER);
  }

  /** Time goes on with every look at the clock. */
  private static final class TickingClock extends Clock {

    private Instant now = Bench.NOW;

    @Override
    public Instant instant() {
      now = now.plusSeconds(1);
      return now;
    }

    @Override
    public ZoneOffset getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(java.time.ZoneId zone) {
      return this;
    }
  }

  @Test
  void applyingMakesTheObjectThenChangesItThenDoesNothing() {
    Written made = apply("m", "a", map("'labels':{'l':'1'}", "'data':{'x':'1','y':'1'}"));
    Written changed = apply("m", "a", map("", "'data':{'x':'2'}"));
    Revision before = store.revision();
    Written same = apply("m", "a", map("", "'data':{'x':'2'}"));

    assertTrue(made.created());
    assertFalse(changed.created());
    assertEquals("m", tree(made.document()).at("/metadata/name").asString());
    assertEquals(json("{'x':'2'}"), tree(changed.document()).path("data"));
    assertFalse(tree(changed.document()).path("metadata").has("labels"));
    assertEquals(before, store.revision(), "an application without news was written");
    assertEquals(tree(changed.document()), tree(same.document()));
    assertEquals(
        json("[{'manager':'a','operation':'Apply','fields':{'f:data':{'f:x':{}}}}]"),
        owners(read("m")));
  }

  @Test
  void aConflictNamesTheOwnerAndTheFieldAndChangesNothing() {
    engine.create(
        maps,
        "default",
        Bench.body("{'metadata':{'name':'m'},'data':{'key':'1','other':'1'}}"),
        writer("kubectl-client-side-apply"));
    Revision before = store.revision();

    Refusal one = refused(() -> apply("m", "b", map("", "'data':{'key':'2'}")));
    Refusal two = refused(() -> apply("m", "b", map("", "'data':{'key':'2','other':'2'}")));

    assertEquals(Reason.CONFLICT, one.reason());
    assertEquals(
        "Apply failed with 1 conflict: conflict with \"kubectl-client-side-apply\" using v1:"
            + " .data.key",
        one.getMessage());
    assertEquals(
        List.of(
            new FieldError(
                ".data.key",
                FieldError.Cause.FIELD_MANAGER_CONFLICT,
                "conflict with \"kubectl-client-side-apply\" using v1")),
        one.causes());
    assertEquals(
        "Apply failed with 2 conflicts: conflicts with \"kubectl-client-side-apply\" using v1:\n"
            + "- .data.key\n- .data.other",
        two.getMessage());
    assertEquals(before, store.revision());

    force("m", "b", map("", "'data':{'key':'2'}"));
    assertEquals(json("{'key':'2','other':'1'}"), read("m").path("data"));
    assertEquals(
        json(
            "[{'manager':'b','operation':'Apply','fields':{'f:data':{'f:key':{}}}},"
                + "{'manager':'kubectl-client-side-apply','operation':'Update',"
                + "'fields':{'f:data':{'f:other':{},'.':{}}}}]"),
        owners(read("m")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'metadata':{}} | BAD_REQUEST | invalid object type: /, Kind=",
        "{'apiVersion':'v1','kind':'Secret','metadata':{}} | BAD_REQUEST | invalid object type:"
            + " /v1, Kind=Secret",
        "{'apiVersion':'x.io/v1','kind':'ConfigMap','metadata':{}} | BAD_REQUEST | invalid object"
            + " type: x.io/v1, Kind=ConfigMap",
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'name':'other'}} | BAD_REQUEST | the"
            + " name of the object (other) does not match the name on the URL (m)",
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'namespace':'other'}} | BAD_REQUEST |"
            + " the namespace of the provided object does not match the namespace sent on the"
            + " request",
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'managedFields':[]}} | BAD_REQUEST |"
            + " metadata.managedFields must be nil",
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'uid':'u'}} | CONFLICT | Operation"
            + " cannot be fulfilled on configmaps \"m\": uid mismatch: the provided object"
            + " specified uid u, and no existing object was found",
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'resourceVersion':'1'}} | CONFLICT |"
            + " Operation cannot be fulfilled on configmaps \"m\": the object has been modified;"
            + " please apply your changes to the latest version and try again",
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{},'dato':{}} | BAD_REQUEST | failed"
            + " to create typed patch object (default/m; /v1, Kind=ConfigMap): .dato: field not"
            + " declared in schema",
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{},'data':{'a':1}} | BAD_REQUEST |"
            + " ConfigMap in version \"v1\" cannot be handled as a ConfigMap: json: cannot"
            + " unmarshal number into Go struct field ConfigMap.data of type string",
        "{'apiVersion':'v1','kind':'ConfigMap','metadata':{'finalizers':['a.io/x','a.io/x']}} |"
            + " BAD_REQUEST | failed to create typed patch object (default/m; /v1,"
            + " Kind=ConfigMap): .metadata.finalizers: duplicate entries for key [=\"a.io/x\"]",
        "[] | BAD_REQUEST | error decoding YAML: the configuration is not an object",
      })
  void aConfigurationThatCannotBeAppliedIsRefused(String text, Reason reason, String message) {
    Revision before = store.revision();

    Refusal refusal = refused(() -> apply("m", "a", text));

    assertEquals(message, refusal.getMessage());
    assertEquals(reason, refusal.reason());
    assertEquals(before, store.revision());
  }

  @Test
  void preconditionsAreKept() {
    apply("m", "a", map("", "'data':{'x':'1'}"));

    assertEquals(
        Reason.CONFLICT,
        refused(() -> apply("m", "a", map("'uid':'other'", "'data':{'x':'2'}"))).reason());
    assertEquals(
        Reason.CONFLICT,
        refused(() -> apply("m", "a", map("'resourceVersion':'1'", "'data':{'x':'2'}"))).reason());
    String now = read("m").at("/metadata/resourceVersion").asString();
    apply("m", "a", map("'resourceVersion':'" + now + "'", "'data':{'x':'2'}"));
    assertEquals("2", read("m").at("/data/x").asString());
  }

  @Test
  void aDryRunShowsAndStoresNothing() {
    Revision before = store.revision();
    WriteOptions dry = new WriteOptions("a", true, FieldValidation.STRICT);

    Written shown = engine.patch(target("m"), patch(map("", "'data':{'x':'1'}")), dry);

    assertTrue(shown.created());
    assertEquals("1", tree(shown.document()).at("/data/x").asString());
    assertEquals("a", tree(shown.document()).at("/metadata/managedFields/0/manager").asString());
    assertEquals(before, store.revision());
  }

  @Test
  void unknownFieldsCannotBeApplied() {
    WriteOptions warn = new WriteOptions("a", false, FieldValidation.WARN);

    Refusal refusal =
        refused(() -> engine.patch(target("m"), patch(map("", "'data':{'x':'1'},'dato':1")), warn));

    assertEquals(Reason.BAD_REQUEST, refusal.reason());
    assertTrue(
        String.valueOf(refusal.getMessage()).endsWith(": .dato: field not declared in schema"),
        String.valueOf(refusal.getMessage()));
  }

  @Test
  void whatTheServerFillsInIsOwnedByNobodyWhoApplies() {
    engine.patch(
        new Target(disks, "default", "d"),
        patch(disk("'persistentVolumeClaim':{'size':'1Gi'}", "'status':{'phase':'Ready'}")),
        writer("a"));

    ObjectNode disk = tree(engine.get(disks, "default", "d", "").document());
    assertEquals(
        json("{'f:spec':{'f:persistentVolumeClaim':{'f:size':{}}}}"),
        disk.at("/metadata/managedFields/0/fieldsV1"));
    assertFalse(disk.has("status"));
  }

  @Test
  void theStatusIsAppliedOnItsOwnPathAlone() {
    Target main = new Target(disks, "default", "d");
    Target status = new Target(disks, "default", "d", Target.Part.STATUS);
    String configuration =
        disk("'persistentVolumeClaim':{'size':'2Gi'}", "'status':{'phase':'Ready'}");

    assertEquals(
        Reason.NOT_FOUND,
        refused(() -> engine.patch(status, patch(configuration), writer("c"))).reason());
    engine.patch(
        main, patch(disk("'persistentVolumeClaim':{'size':'1Gi'}", "'status':{}")), writer("a"));
    engine.patch(status, patch(configuration), writer("c"));

    ObjectNode disk = tree(engine.get(disks, "default", "d", "").document());
    assertEquals("1Gi", disk.at("/spec/persistentVolumeClaim/size").asString());
    assertEquals("Ready", disk.at("/status/phase").asString());
    JsonNode entry = disk.at("/metadata/managedFields/1");
    assertEquals("c", entry.path("manager").asString());
    assertEquals("status", entry.path("subresource").asString());
    assertEquals(json("{'f:status':{'f:phase':{}}}"), entry.path("fieldsV1"));
    assertEquals(
        "Apply failed with 1 conflict: conflict with \"c\" with subresource \"status\":"
            + " .status.phase",
        refused(() ->
                engine.patch(
                    status,
                    patch(disk("'persistentVolumeClaim':{}", "'status':{'phase':'Failed'}")),
                    writer("x")))
            .getMessage());
  }

  @Test
  void theServiceWritesUnderItsOwnNameAndItsStatusApart() {
    engine.patch(
        new Target(disks, "default", "d"),
        patch(disk("'persistentVolumeClaim':{'size':'1Gi'}", "'status':{}")),
        writer("a"));
    Resources cairn = engine.resources("cairn");
    Resource read = cairn.get(new Key(disks.resource(), "default", "d")).orElseThrow();

    for (int i = 0; i < 3; i++) {
      String phase = i == 0 ? "Pending" : "Ready";
      cairn.updateStatus(
          read,
          amendable -> {
            amendable.document().withObject("status").put("phase", phase);
            return amendable;
          });
    }

    ObjectNode disk = tree(engine.get(disks, "default", "d", "").document());
    assertEquals(
        json(
            "[{'manager':'a','operation':'Apply',"
                + "'fields':{'f:spec':{'f:persistentVolumeClaim':{'f:size':{}}}}},"
                + "{'manager':'cairn','operation':'Update','subresource':'status',"
                + "'fields':{'f:status':{'f:phase':{},'.':{}}}}]"),
        owners(disk));
  }

  @Test
  void plainTextOfASecretIsOwnedWhereItIsKept() {
    Kind secrets = kinds.named("v1", "Secret").orElseThrow();
    Target target = new Target(secrets, "default", "s");
    String text = "{'apiVersion':'v1','kind':'Secret','metadata':{},'stringData':{%s}}";

    engine.patch(target, patch(text.formatted("'a':'1','b':'2'")), writer("a"));
    Revision before = store.revision();
    engine.patch(target, patch(text.formatted("'a':'1','b':'2'")), writer("a"));
    assertEquals(before, store.revision());
    engine.patch(target, patch(text.formatted("'a':'1'")), writer("a"));

    ObjectNode secret = tree(engine.get(secrets, "default", "s", "").document());
    assertEquals(json("{'a':'MQ=='}"), secret.path("data"));
    assertFalse(secret.has("stringData"));
    assertEquals("Opaque", secret.path("type").asString());
  }

  @Test
  void ownersMayBeRewrittenOrForgotten() {
    apply("m", "a", map("", "'data':{'x':'1'}"));
    JsonNode entry = read("m").at("/metadata/managedFields/0");
    ObjectNode renamed = ((ObjectNode) entry.deepCopy()).put("manager", "b");

    jsonPatch("[{'op':'replace','path':'/metadata/managedFields','value':[" + renamed + "]}]");
    assertEquals("b", read("m").at("/metadata/managedFields/0/manager").asString());
    assertEquals(1, read("m").at("/metadata/managedFields").size());

    jsonPatch(
        "[{'op':'replace','path':'/metadata/managedFields','value':[{'manager':'x'}]},"
            + "{'op':'add','path':'/data/z','value':'1'}]");
    assertEquals("b", read("m").at("/metadata/managedFields/0/manager").asString());

    mergePatch("{'metadata':{'managedFields':null}}");
    assertEquals(2, read("m").at("/metadata/managedFields").size());

    mergePatch("{'metadata':{'managedFields':[{}]}}");
    assertFalse(read("m").path("metadata").has("managedFields"));
    mergePatch("{'data':{'y':'1'}}");
    assertFalse(read("m").path("metadata").has("managedFields"), "an update took note again");

    apply("m", "a", map("", "'data':{'x':'1'}"));
    assertEquals(
        "before-first-apply", read("m").at("/metadata/managedFields/1/manager").asString());
  }

  @Test
  void theWayOfKubectlFromItsOwnApplyingToTheServers() {
    String last =
        "{\\\"apiVersion\\\":\\\"v1\\\",\\\"data\\\":{\\\"x\\\":\\\"1\\\"},\\\"kind\\\":"
            + "\\\"ConfigMap\\\",\\\"metadata\\\":{}}\\n";
    engine.create(
        maps,
        "default",
        Body.json(
            ("{\"metadata\":{\"name\":\"m\",\"annotations\":"
                    + "{\"kubectl.kubernetes.io/last-applied-configuration\":\""
                    + last
                    + "\"}},\"data\":{\"x\":\"1\"}}")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8)),
        writer("kubectl-client-side-apply"));

    apply("m", "kubectl", map("", "'data':{'x':'2'}"));

    assertEquals("2", read("m").at("/data/x").asString());
    assertTrue(
        read("m").at("/metadata/annotations").toString().contains("\\\"x\\\":\\\"2\\\""),
        read("m").toString());
  }

  @Test
  void timesChangeOnlyWithWhatTheyStandFor() {
    apply("m", "a", map("", "'data':{'x':'1'}"));
    String first = read("m").at("/metadata/managedFields/0/time").asString();
    apply("m", "b", map("", "'data':{'y':'1'}"));

    assertEquals(first, read("m").at("/metadata/managedFields/0/time").asString());
    assertTrue(
        first.compareTo(read("m").at("/metadata/managedFields/1/time").asString()) < 0,
        read("m").toString());
  }

  private static String map(String metadata, String data) {
    return "{'apiVersion':'v1','kind':'ConfigMap','metadata':{" + metadata + "}," + data + "}";
  }

  private static String disk(String spec, String rest) {
    return "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualDisk',"
        + "'metadata':{'name':'d'},'spec':{"
        + spec
        + "},"
        + rest
        + "}";
  }

  private Target target(String name) {
    return new Target(maps, "default", name);
  }

  private static Patch patch(String text) {
    return Patch.json(Patch.Type.APPLY, bytes(text));
  }

  private static WriteOptions writer(String name) {
    return new WriteOptions(name, false, FieldValidation.STRICT);
  }

  private Written apply(String name, String writer, String text) {
    return engine.patch(target(name), patch(text), writer(writer));
  }

  private void force(String name, String writer, String text) {
    engine.patch(
        target(name),
        patch(text),
        new WriteOptions(writer, false, FieldValidation.STRICT, Insistence.FORCE));
  }

  private void jsonPatch(String text) {
    engine.patch(target("m"), Patch.json(Patch.Type.JSON, bytes(text)), writer("editor"));
  }

  private void mergePatch(String text) {
    engine.patch(target("m"), Patch.json(Patch.Type.MERGE, bytes(text)), writer("editor"));
  }

  private ObjectNode read(String name) {
    return tree(engine.get(maps, "default", name, "").document());
  }

  private static JsonNode json(String text) {
    return Json.MAPPER.readTree(text.replace('\'', '"'));
  }

  /** Entries without what differs from run to run. */
  private static JsonNode owners(ObjectNode document) {
    JsonNode shown = json("[]");
    for (JsonNode entry : document.path("metadata").path("managedFields")) {
      ObjectNode line = Json.object();
      for (String field : List.of("manager", "operation", "subresource")) {
        Optional.ofNullable(entry.get(field)).ifPresent(value -> line.set(field, value));
      }
      line.set("fields", entry.path("fieldsV1"));
      ((tools.jackson.databind.node.ArrayNode) shown).add(line);
    }
    return shown;
  }

  private static Refusal refused(org.junit.jupiter.api.function.Executable request) {
    return assertThrows(Refusal.class, request);
  }
}
