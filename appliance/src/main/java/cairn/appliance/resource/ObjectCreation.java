package cairn.appliance.resource;

import cairn.appliance.api.FieldError;
import cairn.appliance.apply.Ownership;
import cairn.appliance.resource.AdmissionChain.Candidate;
import cairn.appliance.schema.Kind;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.WriteRefused;
import cairn.appliance.store.Stored;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import tools.jackson.databind.node.ObjectNode;

/** Brings objects into being. */
final class ObjectCreation {

  /** What is hard to mistake for a word or for another letter; Kubernetes' choice. */
  private static final String LETTERS = "bcdfghjklmnpqrstvwxz2456789";

  private static final int RANDOM_LETTERS = 5;
  private static final int LONGEST_BASE = 63 - RANDOM_LETTERS;
  private static final int NAMES_TRIED = 8;

  private final ResourceStore store;
  private final AdmissionChain chain;
  private final NamespaceGate gate;
  private final OneWriter oneWriter;

  /** Taken before every other lock, so never waited for by who holds one. */
  private final OneWriter oneCreator = new OneWriter();

  private final Clock clock;
  private final RandomGenerator random;
  private final Supplier<UUID> uids;

  ObjectCreation(
      ResourceStore store,
      AdmissionChain chain,
      NamespaceGate gate,
      OneWriter oneWriter,
      Clock clock,
      RandomGenerator random,
      Supplier<UUID> uids) {
    this.store = store;
    this.chain = chain;
    this.gate = gate;
    this.oneWriter = oneWriter;
    this.clock = clock;
    this.random = random;
    this.uids = uids;
  }

  /** What was made; {@code stored} is empty for a dry run. */
  @SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched.
  record Created(Optional<Stored> stored, byte[] document, List<String> warnings) {}

  /**
   * An object that shall be.
   *
   * @param oddities what decoding found and fieldValidation decides about
   * @param ownership who owns what of it; empty if all is whoever writes it
   */
  record Wanted(
      ObjectNode document,
      ObjectNode privateDocument,
      List<String> oddities,
      Optional<Ownership> ownership) {

    static Wanted of(Body body, ObjectNode privateDocument) {
      return new Wanted(
          body.document(),
          privateDocument,
          body.duplicateFields().stream().map(AdmissionChain::duplicate).toList(),
          Optional.empty());
    }

    private Wanted own() {
      return new Wanted(document.deepCopy(), privateDocument, oddities, ownership);
    }
  }

  Created create(Kind kind, String namespace, Wanted wanted, WriteOptions options) {
    String generateName = Documents.metadata(wanted.document(), "generateName");
    boolean generated =
        Documents.metadata(wanted.document(), "name").isEmpty() && !generateName.isEmpty();
    for (int attempt = 1; ; attempt++) {
      Wanted own = wanted.own();
      try {
        return attempt(kind, namespace, own, options);
      } catch (WriteRefused refused) {
        String name = Documents.metadata(own.document(), "name");
        if (!generated || attempt == NAMES_TRIED || refused.why() != WriteRefused.Why.EXISTS) {
          throw refusal(kind, name, refused);
        }
      }
    }
  }

  private Created attempt(Kind kind, String namespace, Wanted wanted, WriteOptions options) {
    ObjectNode document = wanted.document();
    List<String> oddities = new ArrayList<>(wanted.oddities());
    oddities.addAll(chain.decode(kind, document, Misfits.ofBody(kind)));
    ObjectNode metadata = Documents.metadata(document);
    place(kind, namespace, metadata);
    name(kind, metadata);
    String name = metadata.path("name").asString();
    stamp(kind, document, uids.get());
    Key key = new Key(kind.storedIn(), kind.namespaced() ? namespace : "", name);
    Wanted placed = new Wanted(document, wanted.privateDocument(), oddities, wanted.ownership());
    Supplier<Created> creation = () -> attempt(kind, key, placed, options);
    return chain
        .of(kind)
        .oneAtATime(document)
        .map(what -> oneCreator.on(what, creation))
        .orElseGet(creation);
  }

  private Created attempt(Kind kind, Key key, Wanted wanted, WriteOptions options) {
    ObjectNode document = wanted.document();
    UUID uid = UUID.fromString(Documents.metadata(document, "uid"));
    String namespace = key.namespace();
    String name = key.name();
    // The object's lock first, the gate inside it: deletions of namespaces take them in that order.
    return oneWriter.on(
        key,
        () ->
            gate.enter(
                kind,
                namespace,
                name,
                () -> {
                  Target target = new Target(kind, key.namespace(), name);
                  List<String> warnings =
                      chain.admit(
                          new Candidate(
                              target,
                              document,
                              Optional.empty(),
                              wanted.oddities(),
                              Misfits.ofBody(kind),
                              options.fieldValidation()));
                  if (store.get(key).isPresent()) {
                    throw new WriteRefused(WriteRefused.Why.EXISTS, key + " exists");
                  }
                  note(target, wanted, options);
                  return store(target, uid, document, wanted.privateDocument(), options, warnings);
                }));
  }

  private Created store(
      Target target,
      UUID uid,
      ObjectNode document,
      ObjectNode privateDocument,
      WriteOptions options,
      List<String> warnings) {
    if (options.dryRun()) {
      return new Created(Optional.empty(), Documents.unstored(document), warnings);
    }
    Kind kind = target.kind();
    Conversions conversions = chain.conversions();
    ObjectNode truth = conversions.stored(kind, document);
    Stored stored = store.create(target.key(), uid, Documents.draft(truth, privateDocument));
    return new Created(Optional.of(stored), conversions.shown(kind, stored.document()), warnings);
  }

  private static void place(Kind kind, String namespace, ObjectNode metadata) {
    String own = metadata.path("namespace").asString("");
    if (!kind.namespaced()) {
      metadata.remove("namespace");
    } else if (own.isEmpty()) {
      metadata.put("namespace", namespace);
    } else if (!own.equals(namespace)) {
      throw Refusals.bad(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    if (!metadata.path("resourceVersion").asString("").isEmpty()) {
      throw Refusals.bad("resourceVersion should not be set on objects to be created");
    }
  }

  private void name(Kind kind, ObjectNode metadata) {
    String base = metadata.path("generateName").asString("");
    if (!metadata.path("name").asString("").isEmpty()) {
      return;
    }
    if (base.isEmpty()) {
      throw Refusals.invalid(
          kind,
          "",
          List.of(
              new FieldError(
                  "metadata.name",
                  FieldError.Cause.REQUIRED,
                  "Required value: name or generateName is required")));
    }
    StringBuilder name =
        new StringBuilder(base.length() > LONGEST_BASE ? base.substring(0, LONGEST_BASE) : base);
    for (int i = 0; i < RANDOM_LETTERS; i++) {
      name.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    metadata.put("name", name.toString());
  }

  /** What belongs to the server, whatever the client sent. */
  private void stamp(Kind kind, ObjectNode document, UUID uid) {
    ObjectNode metadata = Documents.metadata(document);
    metadata.remove(
        List.of(
            "selfLink",
            "generation",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "resourceVersion",
            "managedFields"));
    metadata.put("uid", uid.toString());
    metadata.put("creationTimestamp", Documents.timestamp(clock));
    if (Generations.counted(kind)) {
      metadata.put("generation", 1);
    }
    if (kind.statusSubresource()) {
      document.remove("status");
    }
  }

  private void note(Target target, Wanted wanted, WriteOptions options) {
    ManagedFields.Claim claim =
        new ManagedFields.Claim(
            chain.conversions().versions(target.kind()),
            target,
            options.manager(),
            clock.instant().truncatedTo(ChronoUnit.SECONDS));
    if (wanted.ownership().isPresent()) {
      ManagedFields.applied(claim, Json.object(), wanted.document(), wanted.ownership().get());
    } else {
      ManagedFields.created(claim, wanted.document());
    }
  }

  static RuntimeException refusal(Kind kind, String name, WriteRefused refused) {
    return switch (refused.why()) {
      case EXISTS -> Refusals.alreadyExists(kind, name);
      case MISSING -> Refusals.notFound(kind, name);
      case CHANGED -> Refusals.modified(kind, name);
      case STORE_FULL -> Refusals.storeFull(kind, name, String.valueOf(refused.getMessage()));
    };
  }
}
