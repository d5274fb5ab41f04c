package cairn.appliance.resource;

import cairn.appliance.api.FieldError;
import cairn.appliance.apply.FieldType;
import cairn.appliance.schema.CrdKinds;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.Kinds;
import cairn.appliance.schema.Schemas;
import cairn.appliance.store.MemoryResourceStore;
import cairn.appliance.store.ResourceStore;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import tools.jackson.databind.node.ObjectNode;

/** An engine to try things on: store in memory, real kinds, a clock that stands still. */
public final class Bench {

  public static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
  public static final WriteOptions WRITER =
      new WriteOptions("tester", false, FieldValidation.STRICT);
  public static final WriteOptions DRY = new WriteOptions("tester", true, FieldValidation.STRICT);

  public final ResourceStore store;
  public final Kinds kinds = CrdKinds.load();
  public final Kind namespaces = kind("v1", "Namespace");
  public final Kind secrets = kind("v1", "Secret");
  public final Kind disks = kind("virtualization.deckhouse.io/v1alpha2", "VirtualDisk");
  public final ResourceEngine engine;

  public Bench() {
    this(Map.of());
  }

  public Bench(Map<String, Admission> admissions) {
    this(admissions, new MemoryResourceStore());
  }

  public Bench(Map<String, Admission> admissions, ResourceStore store) {
    this(new KindRules(admissions), store);
  }

  public Bench(KindRules rules, ResourceStore store) {
    this.store = store;
    engine =
        new ResourceEngine(
            store,
            kinds,
            new NoSchemas(),
            rules,
            Clock.fixed(NOW, ZoneOffset.UTC),
            new Random(7),
            UUID::randomUUID);
    engine.create(namespaces, "", body("{'metadata':{'name':'default'}}"), WRITER);
  }

  public StoreReader reader() {
    return new StoreReader(store, kinds);
  }

  /** Waits for a condition, up to a generous deadline. */
  public static void await(String what, BooleanSupplier condition) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("did not happen in 30 seconds: " + what);
      }
      LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
    }
  }

  public Kind kind(String apiVersion, String kind) {
    return kinds.named(apiVersion, kind).orElseThrow();
  }

  /** A body written with single quotes. */
  public static Body body(String text) {
    return Body.json(bytes(text));
  }

  public static byte[] bytes(String text) {
    return text.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
  }

  public static ObjectNode tree(byte[] bytes) {
    return Json.decode(bytes);
  }

  public Target disk(String name) {
    return new Target(disks, "default", name);
  }

  public Target status(String name) {
    return new Target(disks, "default", name, Target.Part.STATUS);
  }

  public ObjectNode createDisk(String name) {
    return tree(
        engine
            .create(
                disks,
                "default",
                body(
                    "{'metadata':{'name':'"
                        + name
                        + "'},'spec':{'persistentVolumeClaim':{'size':'1Gi'}}}"),
                WRITER)
            .document());
  }

  public ObjectNode patchDisk(String name, String merge) {
    return tree(
        engine.patch(disk(name), Patch.json(Patch.Type.MERGE, bytes(merge)), WRITER).document());
  }

  public ObjectNode read(String name) {
    return tree(engine.get(disks, "default", name, "").document());
  }

  /** What the engine must do does not depend on a schema; the schema's own tests hold the rest. */
  private static final class NoSchemas implements Schemas {

    @Override
    public Optional<String> decode(Kind kind, ObjectNode document) {
      return Optional.empty();
    }

    @Override
    public List<String> prune(Kind kind, ObjectNode document) {
      return document.path("spec") instanceof ObjectNode spec && spec.remove("unknown") != null
          ? List.of("spec.unknown")
          : List.of();
    }

    @Override
    public void fillDefaults(Kind kind, ObjectNode document) {}

    @Override
    public List<FieldError> validate(Kind kind, ObjectNode document, Optional<ObjectNode> old) {
      return List.of();
    }

    @Override
    public FieldType fieldType(Kind kind) {
      return new FieldType.Deduced();
    }
  }
}
