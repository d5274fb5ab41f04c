package cairn.appliance.resource;

import static cairn.appliance.resource.Bench.WRITER;
import static cairn.appliance.resource.Bench.body;
import static cairn.appliance.resource.Bench.bytes;
import static cairn.appliance.resource.Bench.tree;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.store.Key;
import cairn.appliance.store.Revision;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class ResourceEngineTest {

  private final Bench bench = new Bench();
  private final ResourceEngine engine = bench.engine;

  @Test
  void aCreatedObjectCarriesWhatTheServerOwns() {
    ObjectNode disk =
        tree(
            engine
                .create(
                    bench.disks,
                    "default",
                    body(
                        "{'metadata':{'name':'root','uid':'forged','generation':7,"
                            + "'creationTimestamp':'2001-01-01T00:00:00Z'},"
                            + "'spec':{'a':1},'status':{'phase':'Ready'}}"),
                    WRITER)
                .document());

    JsonNode metadata = disk.path("metadata");
    assertEquals("virtualization.deckhouse.io/v1alpha2", disk.path("apiVersion").asString());
    assertEquals("VirtualDisk", disk.path("kind").asString());
    assertEquals("default", metadata.path("namespace").asString());
    assertEquals("2026-11-22T10:00:00Z", metadata.path("creationTimestamp").asString());
    assertEquals(1, metadata.path("generation").asInt());
    assertFalse(metadata.path("uid").asString().equals("forged"));
    assertEquals(bench.store.revision().toString(), metadata.path("resourceVersion").asString());
    assertFalse(disk.has("status"), "a status of the client's was stored");
    assertEquals("tester", metadata.path("managedFields").path(0).path("manager").asString());
    assertTrue(metadata.path("managedFields").path(0).path("fieldsV1").path("f:spec").has("f:a"));
  }

  @Test
  void whatIsReadIsWhatIsStored() {
    ObjectNode created = bench.createDisk("root");

    assertEquals(created, bench.read("root"));
    assertArrayEquals(
        engine.get(bench.disks, "default", "root", "").document(),
        engine.list(bench.disks, "default", ListOptions.ALL).objects().getFirst().document());
  }

  @Test
  void aGeneratedNameEndsInFiveLetters() {
    ObjectNode made =
        tree(
            engine
                .create(
                    bench.disks, "default", body("{'metadata':{'generateName':'disk-'}}"), WRITER)
                .document());

    String name = made.path("metadata").path("name").asString();
    assertTrue(name.matches("disk-[bcdfghjklmnpqrstvwxz2456789]{5}"), name);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'metadata':{}} | INVALID | VirtualDisk.virtualization.deckhouse.io \"\" is invalid:"
            + " metadata.name: Required value: name or generateName is required",
        "{'metadata':{'name':'x','namespace':'other'}} | BAD_REQUEST | the namespace of the"
            + " provided object does not match the namespace sent on the request",
        "{'metadata':{'name':'x','resourceVersion':'5'}} | BAD_REQUEST | resourceVersion should"
            + " not be set on objects to be created",
        "{'metadata':{'name':'taken'}} | ALREADY_EXISTS | virtualdisks.virtualization.deckhouse.io"
            + " \"taken\" already exists",
        "{'metadata':{'name':'x','labels':{'a':5}}} | BAD_REQUEST | VirtualDisk in version"
            + " \"v1alpha2\" cannot be handled as a VirtualDisk: json: cannot unmarshal number into"
            + " Go struct field ObjectMeta.metadata.labels of type string",
        "{'metadata':{'name':'x'},'spec':{'unknown':1,'a':1,'a':2}} | BAD_REQUEST | VirtualDisk in"
            + " version \"v1alpha2\" cannot be handled as a VirtualDisk: strict decoding error:"
            + " duplicate field \"spec.a\", unknown field \"spec.unknown\"",
        "{'kind':'Pod','metadata':{'name':'x'}} | BAD_REQUEST | the kind in the data (Pod) does"
            + " not match the expected kind (VirtualDisk)",
      })
  void aBadCreateIsRefusedInKubernetesWords(String text, Reason reason, String message) {
    bench.createDisk("taken");
    Revision before = bench.store.revision();

    Refusal refusal = refused(() -> engine.create(bench.disks, "default", body(text), WRITER));

    assertEquals(message, refusal.getMessage());
    assertEquals(reason, refusal.reason());
    assertEquals(before, bench.store.revision(), "something was stored");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bad", "-x", "x-", "a_b", "a..b", "ä"})
  void aBadNameIsRefusedWithItsField(String name) {
    Refusal refusal = refused(() -> bench.createDisk(name));

    assertEquals(Reason.INVALID, refusal.reason());
    assertEquals("metadata.name", refusal.causes().getFirst().path());
    assertEquals("VirtualDisk", refusal.subject().kind());
  }

  @Test
  void aNamespaceMustExist() {
    Refusal refusal =
        refused(
            () -> engine.create(bench.disks, "nowhere", body("{'metadata':{'name':'x'}}"), WRITER));

    assertEquals(Reason.NOT_FOUND, refusal.reason());
    assertEquals("namespaces \"nowhere\" not found", refusal.getMessage());
  }

  @Test
  void unknownAndDoubleFieldsAreWarnedAboutUnlessStrict() {
    Written written =
        engine.create(
            bench.disks,
            "default",
            body("{'metadata':{'name':'x','odd':1},'spec':{'unknown':1,'a':1,'a':2}}"),
            new WriteOptions("tester", false, FieldValidation.WARN));

    assertEquals(
        List.of(
            "duplicate field \"spec.a\"",
            "unknown field \"metadata.odd\"",
            "unknown field \"spec.unknown\""),
        written.warnings());
    assertFalse(tree(written.document()).path("spec").has("unknown"));
  }

  @Test
  void onlyTheSpecCountsAsGeneration() {
    bench.createDisk("root");

    assertEquals(1, generation(bench.patchDisk("root", "{'metadata':{'labels':{'a':'b'}}}")));
    assertEquals(2, generation(bench.patchDisk("root", "{'spec':{'a':1}}")));
    assertEquals(
        2,
        generation(
            tree(
                engine
                    .patch(
                        bench.status("root"),
                        Patch.json(Patch.Type.MERGE, bytes("{'status':{'phase':'Ready'}}")),
                        WRITER)
                    .document())));
    assertEquals(3, generation(bench.patchDisk("root", "{'spec':{'a':null}}")));
  }

  @Test
  void aWriteThatChangesNothingIsNotStored() {
    ObjectNode created = bench.createDisk("root");
    Revision before = bench.store.revision();

    engine.update(bench.disk("root"), new Body(created), WRITER);
    bench.patchDisk("root", "{'metadata':{'labels':null}}");
    Resource read = bench.reader().get(key("root")).orElseThrow();
    engine.resources("cairn").updateStatus(read, amendable -> amendable);

    assertEquals(before, bench.store.revision());
  }

  @Test
  void whatTheServiceWritesNeverReachesAnotherObjectOfTheSameName() {
    bench.createDisk("root");
    Resources resources = engine.resources("cairn");
    Resource read = resources.get(key("root")).orElseThrow();
    resources.delete(read);
    bench.createDisk("root");
    Resource successor = resources.get(key("root")).orElseThrow();
    UnaryOperator<Resources.Amendable> change =
        amendable -> {
          amendable.privateDocument().put("made", true);
          amendable.document().putObject("status").put("phase", "Ready");
          return amendable;
        };

    assertEquals(Optional.empty(), resources.amend(read, change));
    assertEquals(Optional.empty(), resources.updateStatus(read, change));
    resources.delete(read);

    assertEquals(successor, resources.get(key("root")).orElseThrow());
  }

  @Test
  void whatWasChangedSinceItWasReadIsNotDeleted() {
    bench.createDisk("root");
    Resources resources = engine.resources("cairn");
    Resource read = resources.get(key("root")).orElseThrow();
    bench.patchDisk("root", "{'metadata':{'labels':{'a':'b'}}}");

    resources.deleteUnchanged(read);
    Resource now = resources.get(key("root")).orElseThrow();
    resources.deleteUnchanged(now);

    assertEquals(Optional.empty(), resources.get(key("root")));
  }

  @Test
  void aStatusWrittenTwiceByCodeIsStoredOnce() {
    bench.createDisk("root");
    Resources resources = engine.resources("cairn");
    Resource disk = resources.get(key("root")).orElseThrow();
    Runnable write =
        () ->
            resources.updateStatus(
                disk,
                amendable -> {
                  amendable.document().putObject("status").put("size", 5L);
                  return amendable;
                });

    write.run();
    Revision after = bench.store.revision();
    write.run();

    assertEquals(after, bench.store.revision());
  }

  @Test
  void specAndStatusAreWrittenThroughTheirOwnPaths() {
    bench.createDisk("root");
    ObjectNode read = bench.read("root");
    read.putObject("status").put("phase", "Ready");
    read.putObject("spec").put("a", 1);

    ObjectNode main = tree(engine.update(bench.disk("root"), new Body(read), WRITER).document());
    assertFalse(main.has("status"));
    assertEquals(1, main.path("spec").path("a").asInt());

    ObjectNode other = main.deepCopy();
    other.putObject("status").put("phase", "Ready");
    other.putObject("spec").put("a", 2);
    ObjectNode status =
        tree(engine.update(bench.status("root"), new Body(other), WRITER).document());
    assertEquals("Ready", status.path("status").path("phase").asString());
    assertEquals(1, status.path("spec").path("a").asInt());
  }

  @Test
  void anOldResourceVersionIsAConflict() {
    ObjectNode first = bench.createDisk("root");
    bench.patchDisk("root", "{'spec':{'a':1}}");

    Refusal refusal = refused(() -> engine.update(bench.disk("root"), new Body(first), WRITER));

    assertEquals(Reason.CONFLICT, refusal.reason());
    assertEquals(
        "Operation cannot be fulfilled on virtualdisks.virtualization.deckhouse.io \"root\": the"
            + " object has been modified; please apply your changes to the latest version and try"
            + " again",
        refusal.getMessage());
  }

  @Test
  void anUpdateOfOursNeedsAResourceVersion() {
    bench.createDisk("root");

    Refusal refusal =
        refused(
            () -> engine.update(bench.disk("root"), body("{'metadata':{'name':'root'}}"), WRITER));

    assertEquals("metadata.resourceVersion", refusal.causes().getFirst().path());
  }

  @Test
  void aDryRunLeavesNoTrace() {
    bench.createDisk("root");
    Revision before = bench.store.revision();

    engine.create(bench.disks, "default", body("{'metadata':{'name':'x'}}"), Bench.DRY);
    ObjectNode shown =
        tree(
            engine
                .patch(
                    bench.disk("root"),
                    Patch.json(Patch.Type.MERGE, bytes("{'spec':{'a':1}}")),
                    Bench.DRY)
                .document());
    Removal removal = engine.delete(bench.disk("root"), DeleteOptions.read(dryRunBody(), Map.of()));

    assertEquals(2, generation(shown));
    assertInstanceOf(Removal.Gone.class, removal);
    assertEquals(before, bench.store.revision());
  }

  @Test
  void aJsonPatchIsAppliedOrRefused() {
    bench.createDisk("root");

    engine.patch(
        bench.disk("root"),
        Patch.json(
            Patch.Type.JSON, bytes("[{'op':'add','path':'/metadata/labels','value':{'a':'b'}}]")),
        WRITER);
    Refusal refusal =
        refused(() ->
            engine.patch(
                bench.disk("root"),
                Patch.json(
                    Patch.Type.JSON,
                    bytes("[{'op':'test','path':'/metadata/labels/a','value':'c'}]")),
                WRITER));

    assertEquals("b", bench.read("root").path("metadata").path("labels").path("a").asString());
    assertEquals(Reason.INVALID, refusal.reason());
  }

  @Test
  void ourKindsCannotBePatchedStrategically() {
    bench.createDisk("root");

    Refusal refusal =
        refused(() ->
            engine.patch(
                bench.disk("root"), Patch.json(Patch.Type.STRATEGIC_MERGE, bytes("{}")), WRITER));

    assertEquals(415, refusal.reason().code());
  }

  @Test
  void finalizersHoldAnObjectUntilTheLastIsTakenOff() {
    bench.createDisk("root");
    bench.patchDisk("root", "{'metadata':{'finalizers':['a.io/x','a.io/y']}}");

    Removal first = engine.delete(bench.disk("root"), DeleteOptions.BACKGROUND);
    Revision marked = bench.store.revision();
    engine.delete(bench.disk("root"), DeleteOptions.BACKGROUND);

    ObjectNode held = tree(assertInstanceOf(Removal.Held.class, first).document());
    assertTrue(held.path("metadata").has("deletionTimestamp"));
    assertEquals(0, held.path("metadata").path("deletionGracePeriodSeconds").asInt(-1));
    assertEquals(marked, bench.store.revision(), "the second deletion wrote");
    Refusal refusal =
        refused(() -> bench.patchDisk("root", "{'metadata':{'finalizers':['a.io/x','a.io/z']}}"));
    assertEquals(FieldError.Cause.FORBIDDEN, refusal.causes().getFirst().cause());

    bench.patchDisk("root", "{'metadata':{'finalizers':['a.io/x']}}");
    bench.patchDisk("root", "{'metadata':{'finalizers':null}}");
    assertEquals(Optional.empty(), bench.store.get(key("root")));
  }

  @Test
  void aDeletionWithAnotherUidIsAConflict() {
    bench.createDisk("root");
    DeleteOptions other =
        DeleteOptions.read(
            Optional.of(body("{'preconditions':{'uid':'other'}}").document()), Map.of());

    Refusal refusal = refused(() -> engine.delete(bench.disk("root"), other));

    assertEquals(Reason.CONFLICT, refusal.reason());
    assertTrue(String.valueOf(refusal.getMessage()).contains("UID in precondition: other"));
  }

  @Test
  void pagesShowTheRevisionOfTheFirst() {
    for (String name : List.of("a", "b", "c", "d", "e")) {
      bench.createDisk(name);
    }

    Page first = engine.list(bench.disks, "default", listing("2", ""));
    bench.patchDisk("e", "{'spec':{'a':1}}");
    Page second = engine.list(bench.disks, "default", listing("2", first.continueToken()));
    Page third = engine.list(bench.disks, "default", listing("2", second.continueToken()));

    assertEquals(3, first.remaining().orElseThrow());
    assertEquals(List.of("a", "b"), names(first));
    assertEquals(List.of("c", "d"), names(second));
    assertEquals(List.of("e"), names(third));
    assertEquals("", third.continueToken());
    assertEquals(first.revision(), third.revision());
  }

  @Test
  void allPagesShowTheStateOfTheFirst() {
    for (String name : List.of("a", "c", "e", "g")) {
      bench.createDisk(name);
    }

    Page first = engine.list(bench.disks, "default", listing("1", ""));
    bench.createDisk("b");
    bench.patchDisk("c", "{'spec':{'a':1}}");
    engine.delete(bench.disk("e"), DeleteOptions.BACKGROUND);
    Page second = engine.list(bench.disks, "default", listing("2", first.continueToken()));
    Page exact =
        engine.list(
            bench.disks,
            "default",
            ListOptions.read(
                Map.of(
                    "resourceVersion",
                    List.of(first.revision().toString()),
                    "resourceVersionMatch",
                    List.of("Exact"))));

    assertEquals(List.of("c", "e"), names(second));
    assertEquals(1, second.remaining().orElseThrow());
    assertTrue(second.objects().getFirst().revision().compareTo(first.revision()) <= 0);
    assertEquals(List.of("a", "c", "e", "g"), names(exact));
    assertEquals(first.revision(), exact.revision());
  }

  @Test
  void aTokenContinuesItsOwnListOnly() {
    bench.createDisk("a");
    bench.createDisk("b");
    String token = engine.list(bench.disks, "default", listing("1", "")).continueToken();

    Refusal elsewhere = refused(() -> engine.list(bench.disks, "", listing("1", token)));
    Refusal other = refused(() -> engine.list(bench.namespaces, "", listing("1", token)));

    assertEquals(Reason.BAD_REQUEST, elsewhere.reason());
    assertEquals(
        "continue key is not valid: it continues a list of"
            + " virtualdisks.virtualization.deckhouse.io in namespace \"default\", and not one of"
            + " namespaces in all namespaces",
        other.getMessage());
  }

  @Test
  void whoKnowsMoreThanTheStoreIsToldWhenToAskAgain() {
    Map<String, List<String>> query = Map.of("resourceVersion", List.of("999999"));

    Refusal refusal = refused(() -> engine.list(bench.disks, "default", ListOptions.read(query)));

    assertEquals(1, refusal.retryAfterSeconds());
  }

  @ParameterizedTest
  @CsvSource({
    "resourceVersionMatch, Exact, INVALID",
    "sendInitialEvents, true, INVALID",
    "resourceVersion, 999999, TIMEOUT",
    "resourceVersion, abc, BAD_REQUEST",
    "continue, garbage, BAD_REQUEST",
    "limit, many, BAD_REQUEST",
    "fieldSelector, spec.x=1, BAD_REQUEST",
    "labelSelector, a in b, BAD_REQUEST",
    "labelSelector, a=b c, BAD_REQUEST",
  })
  void aListThatCannotBeIsRefused(String parameter, String value, Reason reason) {
    Map<String, List<String>> query = Map.of(parameter, List.of(value));

    Refusal refusal = refused(() -> engine.list(bench.disks, "default", ListOptions.read(query)));

    assertEquals(reason, refusal.reason());
  }

  @Test
  void theServicesOwnRecordIsNeverServed() {
    ObjectNode secret = Json.object().put("claim", "mine");
    ObjectNode document =
        body("{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualDisk',"
                + "'metadata':{'name':'root','namespace':'default'}}")
            .document();

    Resource made = engine.resources("cairn").create(document, secret);
    bench.patchDisk("root", "{'spec':{'a':1}}");

    assertEquals(secret, made.privateDocument());
    assertEquals(
        secret, engine.resources("cairn").get(key("root")).orElseThrow().privateDocument());
    assertFalse(bench.read("root").toString().contains("mine"));
  }

  @Test
  void nobodysUpdateIsLost() throws Exception {
    bench.createDisk("root");
    Resource disk = bench.reader().get(key("root")).orElseThrow();
    int writers = 20;
    int rounds = 25;
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> running = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int writer = 0; writer < writers; writer++) {
        String label = "w" + writer;
        running.add(
            threads.submit(() -> {
              start.await();
              for (int round = 0; round < rounds; round++) {
                engine
                    .resources("cairn")
                    .amend(
                        disk,
                        amendable -> {
                          ObjectNode labels = amendable.document().withObject("/metadata/labels");
                          int count = Integer.parseInt(labels.path("all").asString("0")) + 1;
                          labels.put("all", Integer.toString(count));
                          return amendable;
                        });
                bench.patchDisk(
                    "root", "{'metadata':{'labels':{'" + label + "':'" + round + "'}}}");
              }
              return null;
            }));
      }
      start.countDown();
      for (Future<?> each : running) {
        each.get();
      }
    }

    JsonNode labels = bench.read("root").path("metadata").path("labels");
    assertEquals(Integer.toString(writers * rounds), labels.path("all").asString());
    for (int writer = 0; writer < writers; writer++) {
      assertEquals(Integer.toString(rounds - 1), labels.path("w" + writer).asString());
    }
  }

  private static Optional<ObjectNode> dryRunBody() {
    return Optional.of(body("{'dryRun':['All']}").document());
  }

  private Key key(String name) {
    return bench.disk(name).key();
  }

  private static ListOptions listing(String limit, String token) {
    return ListOptions.read(Map.of("limit", List.of(limit), "continue", List.of(token)));
  }

  private static List<String> names(Page page) {
    return page.objects().stream().map(stored -> stored.key().name()).toList();
  }

  private static int generation(JsonNode document) {
    return document.path("metadata").path("generation").asInt();
  }

  private static Refusal refused(Executable request) {
    return assertThrows(Refusal.class, request);
  }
}
