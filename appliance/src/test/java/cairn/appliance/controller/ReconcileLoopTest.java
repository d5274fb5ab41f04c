package cairn.appliance.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Finalizers;
import cairn.appliance.controller.Declaration.Heed;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.resource.Bench;
import cairn.appliance.resource.DeleteOptions;
import cairn.appliance.resource.Resource;
import cairn.appliance.store.Key;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconcileLoopTest {

  private static final String FINALIZER = "cairn.test/cleanup";

  private final Bench bench = new Bench();
  private final Key root = bench.disk("root").key();
  private final Recording disks = new Recording();
  private final ReconcileLoop loop =
      new ReconcileLoop(
          new Declaration(
              "disk",
              bench.disks.resource(),
              Optional.of(FINALIZER),
              List.of(
                  new Waker(
                      "secrets",
                      "the secret of the same name",
                      (secret, others) ->
                          List.of(
                              new Key(bench.disks.resource(), secret.namespace(), secret.name())))),
              Set.of(),
              List.of()),
          disks,
          bench.store,
          bench.reader(),
          bench.engine.resources("cairn"));

  private static final class Recording implements Reconciler {

    private final AtomicInteger reconciled = new AtomicInteger();
    private final AtomicInteger released = new AtomicInteger();
    private final AtomicInteger forgotten = new AtomicInteger();
    private final Map<String, Outcome> answers = new ConcurrentHashMap<>();
    private volatile boolean held;

    @Override
    public Outcome reconcile(Resource resource) {
      held = Finalizers.stands(resource.document(), FINALIZER);
      reconciled.incrementAndGet();
      return answers.getOrDefault("reconcile", Outcome.SETTLED);
    }

    @Override
    public Outcome release(Resource resource) {
      released.incrementAndGet();
      return answers.getOrDefault("release", Outcome.SETTLED);
    }

    @Override
    public void forget(Key key) {
      forgotten.incrementAndGet();
    }
  }

  @AfterEach
  void stop() {
    loop.close();
  }

  @Test
  void anObjectIsHeldBeforeItIsWorkedOn() {
    bench.createDisk("root");

    loop.start();

    Bench.await("a pass", () -> disks.reconciled.get() > 0);
    assertTrue(disks.held, "the finalizer did not stand");
  }

  @Test
  void aDeletedObjectIsReleasedAndThenForgotten() {
    bench.createDisk("root");
    loop.start();
    Bench.await("a pass", () -> disks.reconciled.get() > 0);

    bench.engine.delete(bench.disk("root"), DeleteOptions.BACKGROUND);

    Bench.await("it is gone", () -> bench.store.get(root).isEmpty());
    Bench.await("it is forgotten", () -> disks.forgotten.get() > 0);
    assertEquals(1, disks.released.get());
  }

  @Test
  void anObjectStaysUntilItsReleaseSettles() {
    disks.answers.put("release", new Outcome.LookAgain(Duration.ofMillis(5)));
    bench.createDisk("root");
    loop.start();
    Bench.await("a pass", () -> disks.reconciled.get() > 0);

    bench.engine.delete(bench.disk("root"), DeleteOptions.BACKGROUND);

    Bench.await("three releases", () -> disks.released.get() >= 3);
    assertTrue(bench.store.get(root).isPresent());
    disks.answers.put("release", Outcome.SETTLED);
    Bench.await("it is gone", () -> bench.store.get(root).isEmpty());
  }

  @Test
  void anotherKindWakesAndSoDoesTheOutside() {
    bench.createDisk("root");
    loop.start();
    Bench.await("a pass", () -> disks.reconciled.get() > 0);

    int before = disks.reconciled.get();
    bench.engine.create(
        bench.secrets, "default", Bench.body("{'metadata':{'name':'root'}}"), Bench.WRITER);
    Bench.await("a pass for the secret", () -> disks.reconciled.get() > before);

    int then = disks.reconciled.get();
    loop.wake(root);
    Bench.await("a pass for the wake", () -> disks.reconciled.get() > then);
  }

  @Test
  void whoHeedsWishesIsNotWokenByAStatus() {
    List<String> sizes = new CopyOnWriteArrayList<>();
    Waker waker =
        new Waker(
            bench.disks.resource(),
            "the disk of the same name",
            Heed.WHAT_IS_WANTED,
            (disk, others) -> {
              sizes.add(
                  disk.document()
                      .path("spec")
                      .path("persistentVolumeClaim")
                      .path("size")
                      .asString());
              return List.of();
            });
    Declaration declaration =
        new Declaration("secret", "secrets", Optional.empty(), List.of(waker), Set.of(), List.of());
    try (ReconcileLoop secrets =
        new ReconcileLoop(
            declaration, disks, bench.store, bench.reader(), bench.engine.resources("cairn"))) {
      bench.createDisk("root");
      secrets.start();
      // It follows from here on: what was written before it listens is one state.
      Bench.await("the first wish", () -> sizes.contains("1Gi"));
      Resource made = bench.engine.resources("cairn").get(root).orElseThrow();
      bench
          .engine
          .resources("cairn")
          .updateStatus(
              made,
              object -> {
                object.document().putObject("status").put("phase", "Ready");
                return object;
              });
      bench.patchDisk("root", "{'spec':{'persistentVolumeClaim':{'size':'2Gi'}}}");

      // The state before a change counts as well as the one after it.
      Bench.await("the second wish", () -> sizes.contains("2Gi"));
      assertEquals(List.of("1Gi", "1Gi", "2Gi"), sizes);
    }
  }

  @Test
  void aThrownDefectIsTriedAgain() {
    AtomicInteger thrown = new AtomicInteger();
    Reconciler defective =
        new Reconciler() {
          @Override
          public Outcome reconcile(Resource resource) {
            if (thrown.incrementAndGet() == 1) {
              throw new IllegalStateException("planted");
            }
            return Outcome.SETTLED;
          }

          @Override
          public Outcome release(Resource resource) {
            return Outcome.SETTLED;
          }
        };
    Declaration declaration =
        new Declaration(
            "defective", bench.disks.resource(), Optional.empty(), List.of(), Set.of(), List.of());
    bench.createDisk("root");
    try (ReconcileLoop other =
        new ReconcileLoop(
            declaration, defective, bench.store, bench.reader(), bench.engine.resources("cairn"))) {
      other.start();

      Bench.await("a second pass", () -> thrown.get() >= 2);
    }
  }
}
