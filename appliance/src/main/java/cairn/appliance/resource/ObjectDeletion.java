package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.WriteRefused;
import cairn.appliance.store.Stored;
import java.time.Clock;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Asks objects to go, and removes those that nothing holds. */
final class ObjectDeletion {

  static final String FOREGROUND = "foregroundDeletion";
  static final String ORPHAN = "orphan";

  private static final int ATTEMPTS = 16;

  private final ResourceStore store;
  private final AdmissionChain chain;
  private final NamespaceGate gate;
  private final OneWriter oneWriter;
  private final Clock clock;

  ObjectDeletion(
      ResourceStore store,
      AdmissionChain chain,
      NamespaceGate gate,
      OneWriter oneWriter,
      Clock clock) {
    this.store = store;
    this.chain = chain;
    this.gate = gate;
    this.oneWriter = oneWriter;
    this.clock = clock;
  }

  /**
   * @throws cairn.appliance.api.Refusal {@code NOT_FOUND}, or {@code CONFLICT} if a precondition
   *     does not hold
   */
  Removal delete(Kind kind, Key key, DeleteOptions options) {
    return oneWriter.on(
        key,
        () ->
            gate.leave(
                key,
                () -> {
                  for (int attempt = 1; ; attempt++) {
                    try {
                      return attempt(kind, key, options);
                    } catch (WriteRefused refused) {
                      if (refused.why() != WriteRefused.Why.CHANGED || attempt == ATTEMPTS) {
                        throw ObjectCreation.refusal(kind, key.name(), refused);
                      }
                    }
                  }
                }));
  }

  private Removal attempt(Kind kind, Key key, DeleteOptions options) {
    Stored stored = store.get(key).orElseThrow(() -> Refusals.notFound(kind, key.name()));
    ObjectNode old = Json.decode(stored.document());
    checkPreconditions(kind, key, old, options);
    Optional<String> never = chain.of(kind).undeletable(old);
    if (never.isPresent()) {
      throw Refusals.forbidden(kind, key.name(), never.get());
    }
    ObjectNode now = old.deepCopy();
    ObjectNode metadata = Documents.metadata(now);
    if (!Documents.deleting(old)) {
      propagate(metadata, options.propagation());
    }
    boolean held = !metadata.path("finalizers").isEmpty() || chain.of(kind).holds(now);
    if (!held) {
      return remove(kind, key, stored, now, options);
    }
    if (!Documents.deleting(old)) {
      metadata.put("deletionTimestamp", Documents.timestamp(clock));
      metadata.put("deletionGracePeriodSeconds", 0);
      chain.of(kind).terminating(now);
    }
    if (now.equals(old)) {
      return held(kind, stored);
    }
    if (options.dryRun()) {
      return new Removal.Held(Documents.unstored(chain.conversions().shown(kind, now)));
    }
    ResourceStore.Draft draft = Documents.draft(now, Json.decode(stored.privateDocument()));
    return held(kind, store.reduce(key, stored.revision(), draft));
  }

  private Removal held(Kind kind, Stored stored) {
    return new Removal.Held(chain.conversions().shown(kind, stored.document()));
  }

  private Removal remove(
      Kind kind, Key key, Stored stored, ObjectNode last, DeleteOptions options) {
    if (!options.dryRun()) {
      store.delete(
          key, stored.revision(), Documents.draft(last, Json.decode(stored.privateDocument())));
    }
    return new Removal.Gone(kind, key.name(), stored.uid());
  }

  private static void propagate(ObjectNode metadata, DeleteOptions.Propagation propagation) {
    switch (propagation) {
      case BACKGROUND -> {}
      case FOREGROUND -> addFinalizer(metadata, FOREGROUND);
      case ORPHAN -> addFinalizer(metadata, ORPHAN);
    }
  }

  private static void addFinalizer(ObjectNode metadata, String finalizer) {
    for (JsonNode present : metadata.path("finalizers")) {
      if (present.asString("").equals(finalizer)) {
        return;
      }
    }
    metadata.withArray("finalizers").add(finalizer);
  }

  private static void checkPreconditions(
      Kind kind, Key key, ObjectNode old, DeleteOptions options) {
    String uid = Documents.metadata(old, "uid");
    if (options.uid().isPresent() && !options.uid().get().equals(uid)) {
      throw Refusals.conflict(
          kind,
          key.name(),
          "Precondition failed: UID in precondition: "
              + options.uid().get()
              + ", UID in object meta: "
              + uid);
    }
    String revision = Documents.metadata(old, "resourceVersion");
    if (options.resourceVersion().isPresent()
        && !options.resourceVersion().get().equals(revision)) {
      throw Refusals.conflict(
          kind,
          key.name(),
          "Precondition failed: ResourceVersion in precondition: "
              + options.resourceVersion().get()
              + ", ResourceVersion in object meta: "
              + revision);
    }
  }
}
