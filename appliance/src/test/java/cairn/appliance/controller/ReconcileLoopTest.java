package cairn.appliance.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Finalizers;
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
