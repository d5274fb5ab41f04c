package cairn.appliance.controller;

import cairn.appliance.api.Finalizers;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.controller.Declaration.Heed;
import cairn.appliance.controller.Declaration.Waker;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.resource.StoreReader;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.Stored;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import tools.jackson.databind.node.ObjectNode;

/**
 * Runs one reconciler: watches its kind and the kinds that wake it, queues keys, puts on and takes
 * off its finalizer, turns outcomes into further passes. A wake from outside comes through {@link
 * #wake}. Every line logged during a pass carries its id ({@code reconcile} in the MDC).
 */
public final class ReconcileLoop implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ReconcileLoop.class);
  private static final int PARALLEL = 16;

  private final Declaration declaration;
  private final Reconciler reconciler;
  private final Resources resources;
  private final StoreReader reader;
  private final WorkQueue queue;
  private final List<Follower> followers = new ArrayList<>();
  private final AtomicLong passes = new AtomicLong();
  private final LongAdder ended = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private final Map<Key, Integer> failures = new ConcurrentHashMap<>();

  /** As they were last, until nothing of them is left on the host. */
  private final Map<Key, List<Resource>> vanished = new ConcurrentHashMap<>();

  private final Map<Key, Outcome> lastOutcomes = new ConcurrentHashMap<>();

  /**
   * @param resources the reconciler's own: the finalizer is written through it
   */
  public ReconcileLoop(
      Declaration declaration,
      Reconciler reconciler,
      ResourceStore store,
      StoreReader reader,
      Resources resources) {
    this.declaration = declaration;
    this.reconciler = reconciler;
    this.resources = resources;
    this.reader = reader;
    this.queue = new WorkQueue(declaration.name(), PARALLEL, this::pass);
    followers.add(new Follower(store, declaration.owns(), new Own()));
    for (Waker waker : declaration.wokenBy()) {
      followers.add(new Follower(store, waker.resource(), new Other(waker)));
    }
  }

  /** Begins; every object of the kind gets a first pass. */
  public void start() {
    followers.forEach(Follower::start);
  }

  /** Something outside of the store happened to the object, or may have. */
  public void wake(Key key) {
    requireOwn(key);
    queue.add(key);
  }

  /** The same, where a failing pass may have caused it itself: a back-off is not cut short. */
  public void nudge(Key key) {
    requireOwn(key);
    queue.nudge(key);
  }

  private void requireOwn(Key key) {
    if (!key.resource().equals(declaration.owns())) {
      throw new IllegalArgumentException(
          key + " was woken in the controller of " + declaration.owns());
    }
  }

  /** Everything may have changed: after the host was out of sight. */
  public void wakeAll() {
    resources
        .list(new ResourceStore.Selection(declaration.owns(), "", ""))
        .forEach(resource -> queue.add(resource.key()));
  }

  /** What was done and is to do. Any thread. */
  public ReconcileFigures figures() {
    WorkQueue.Load load = queue.load();
    return new ReconcileFigures(
        declaration.name(),
        ended.sum(),
        failed.sum(),
        Duration.ofNanos(nanos.sum()),
        load.waiting(),
        load.running(),
        load.timed());
  }

  /** Interrupts passes under way and waits for them; whatever they left is finished next time. */
  @Override
  public void close() {
    followers.forEach(Follower::close);
    queue.close();
  }

  /** Objects of the own kind. */
  private final class Own implements Follower.Listener {

    @Override
    public void present(Stored now, Optional<Stored> before) {
      before.filter(last -> !last.uid().equals(now.uid())).ifPresent(this::gone);
      if (before.isPresent() && onlyStatusDiffers(before.get(), now)) {
        // Nobody but this controller writes that status, so it tells nothing new.
        queue.nudge(now.key());
      } else {
        queue.add(now.key());
      }
    }

    @Override
    public void gone(Stored last) {
      vanished.merge(last.key(), List.of(reader.decoded(last)), ReconcileLoop::joined);
      queue.add(last.key());
    }

    private boolean onlyStatusDiffers(Stored before, Stored now) {
      return before.uid().equals(now.uid())
          && Arrays.equals(before.privateDocument(), now.privateDocument())
          && wanted(before).equals(wanted(now));
    }

    private ObjectNode wanted(Stored stored) {
      ObjectNode document = reader.decoded(stored).document();
      document.remove("status");
      if (document.path("metadata") instanceof ObjectNode metadata) {
        metadata.remove(List.of("resourceVersion", "managedFields"));
      }
      return document;
    }
  }

  /** Objects of another kind that wake ours. */
  private final class Other implements Follower.Listener {

    private final Waker waker;

    Other(Waker waker) {
      this.waker = waker;
    }

    @Override
    public void present(Stored now, Optional<Stored> before) {
      Optional<Resource> last = before.map(reader::decoded);
      Resource present = reader.decoded(now);
      if (waker.heeds() == Heed.WHAT_IS_WANTED && last.filter(present::wantsTheSame).isPresent()) {
        return;
      }
      last.ifPresent(this::wakeFor);
      wakeFor(present);
    }

    @Override
    public void gone(Stored last) {
      wakeFor(reader.decoded(last));
    }

    private void wakeFor(Resource changed) {
      waker.wakes().keys(changed, resources).forEach(queue::add);
    }
  }

  private WorkQueue.Next pass(Key key) throws InterruptedException {
    MDC.put("reconcile", declaration.name() + "-" + Long.toString(passes.incrementAndGet(), 36));
    long begin = System.nanoTime();
    try {
      return conclude(key, outcome(key));
    } finally {
      nanos.add(System.nanoTime() - begin);
      ended.increment();
      MDC.remove("reconcile");
    }
  }

  private Outcome outcome(Key key) throws InterruptedException {
    Outcome left = guarded(key, () -> bury(key));
    Outcome now = guarded(key, () -> lookAt(key));
    return both(left, now);
  }

  /** What an object that is gone left behind does not keep its successor waiting. */
  private static Outcome both(Outcome left, Outcome now) {
    if (left instanceof Outcome.Settled || now instanceof Outcome.Failed) {
      return now;
    }
    return left instanceof Outcome.LookAgain(Duration first)
            && now instanceof Outcome.LookAgain(Duration second)
            && second.compareTo(first) < 0
        ? now
        : left;
  }

  private Outcome bury(Key key) throws InterruptedException {
    for (Resource last : vanished.getOrDefault(key, List.of())) {
      Outcome outcome = reconciler.bury(last);
      if (!(outcome instanceof Outcome.Settled)) {
        return outcome;
      }
      vanished.computeIfPresent(key, (_, left) -> without(left, last));
    }
    return Outcome.SETTLED;
  }

  private static List<Resource> joined(List<Resource> first, List<Resource> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  /** Null when none is left, which takes the entry out. */
  private static @Nullable List<Resource> without(List<Resource> all, Resource one) {
    List<Resource> left = all.stream().filter(each -> !each.equals(one)).toList();
    return left.isEmpty() ? null : left;
  }

  private Outcome lookAt(Key key) throws InterruptedException {
    Optional<Resource> found = resources.get(key);
    if (found.isEmpty()) {
      reconciler.forget(key);
      return Outcome.SETTLED;
    }
    return found.get().deleting() ? release(found.get()) : reconcile(found.get());
  }

  /** One part of a pass. */
  @FunctionalInterface
  private interface Part {
    Outcome work() throws InterruptedException;
  }

  private static Outcome guarded(Key key, Part part) throws InterruptedException {
    try {
      return part.work();
    } catch (Refusal refusal) {
      return new Outcome.Failed(fault(key, refusal));
    } catch (RuntimeException defect) {
      return new Outcome.Failed(
          new Fault.Broken(
              "InternalError",
              "Working on " + key + " failed by a defect: " + defect,
              Optional.of(defect)));
    }
  }

  private Outcome reconcile(Resource resource) throws InterruptedException {
    if (declaration.finalizer().isEmpty()
        || Finalizers.stands(resource.document(), declaration.finalizer().get())) {
      return reconciler.reconcile(resource);
    }
    String finalizer = declaration.finalizer().get();
    Optional<Resource> held =
        resources.amend(
            resource,
            amendable -> {
              // Deleted meanwhile: a finalizer may no longer be added, and none is needed.
              if (!amendable.document().path("metadata").has("deletionTimestamp")) {
                Finalizers.add(amendable.document(), finalizer);
              }
              return amendable;
            });
    if (held.isEmpty() || held.get().deleting()) {
      return new Outcome.LookAgain(Duration.ZERO);
    }
    return reconciler.reconcile(held.get());
  }

  private Outcome release(Resource resource) throws InterruptedException {
    if (declaration.finalizer().isEmpty()) {
      return reconciler.release(resource);
    }
    String finalizer = declaration.finalizer().get();
    if (!Finalizers.stands(resource.document(), finalizer)) {
      return Outcome.SETTLED;
    }
    Outcome outcome = reconciler.release(resource);
    if (outcome instanceof Outcome.Settled) {
      resources.amend(
          resource,
          amendable -> {
            Finalizers.remove(amendable.document(), finalizer);
            return amendable;
          });
    }
    return outcome;
  }

  private static Fault fault(Key key, Refusal refusal) {
    String message = "A write for " + key + " was refused: " + refusal.getMessage();
    return refusal.reason() == Reason.CONFLICT || refusal.reason() == Reason.SERVICE_UNAVAILABLE
        ? new Fault.Transient("WriteRefused", message, Optional.of(refusal))
        : new Fault.Broken("WriteRefused", message, Optional.of(refusal));
  }

  private WorkQueue.Next conclude(Key key, Outcome outcome) {
    boolean failed = outcome instanceof Outcome.Failed;
    if (failed) {
      this.failed.increment();
    }
    int inARow = failed ? failures.merge(key, 1, Integer::sum) : 0;
    Outcome last =
        outcome instanceof Outcome.Settled
            ? lastOutcomes.remove(key)
            : lastOutcomes.put(key, outcome);
    if (!failed) {
      failures.remove(key);
    }
    log(key, outcome, outcome.equals(last));
    return new WorkQueue.Next(RetryPolicy.after(outcome, inARow), failed);
  }

  /** One line when something new is to be said. */
  private static void log(Key key, Outcome outcome, boolean again) {
    switch (outcome) {
      case Outcome.Settled() -> LOG.debug("{} settled", key);
      case Outcome.LookAgain(var after) -> LOG.debug("{} will be looked at in {}", key, after);
      case Outcome.WaitingFor(String what) -> {
        if (!again) {
          LOG.info("{} waits: {}", key, what);
        }
      }
      case Outcome.Failed(Fault.Broken fault) ->
          LOG.error(
              "{} failed: {}: {}",
              key,
              fault.reason(),
              fault.message(),
              fault.cause().orElse(null));
      case Outcome.Failed(Fault fault) -> {
        if (!again) {
          LOG.warn("{} failed: {}: {}", key, fault.reason(), fault.message());
        }
      }
    }
  }
}
