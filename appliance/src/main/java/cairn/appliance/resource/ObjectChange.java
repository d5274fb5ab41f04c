package cairn.appliance.resource;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.apply.Ownership;
import cairn.appliance.resource.AdmissionChain.Candidate;
import cairn.appliance.schema.Kind;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.WriteRefused;
import cairn.appliance.store.Stored;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Changes objects that are there: the common path of update, patch and the controllers' writes. */
final class ObjectChange {

  /** Others may write past this engine (a restore does); they are given way this often. */
  private static final int ATTEMPTS = 16;

  /** Bytes of the largest object: more than any body may have, for what the service adds. */
  private static final int LARGEST = 4 << 20;

  private final ResourceStore store;
  private final AdmissionChain chain;
  private final NamespaceGate gate;
  private final OneWriter oneWriter;
  private final Clock clock;

  ObjectChange(
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
   * Makes the new state from the present one. May be asked more than once; both trees are its own.
   */
  @FunctionalInterface
  interface Proposal {
    Proposed from(ObjectNode document, ObjectNode privateDocument);
  }

  /**
   * The new state before admission.
   *
   * @param oddities what decoding found and fieldValidation decides about
   * @param ownership who owns what then; empty if whoever writes owns what it changes
   * @param origin how it came about
   */
  record Proposed(
      ObjectNode document,
      ObjectNode privateDocument,
      List<String> oddities,
      Optional<Ownership> ownership,
      Origin origin) {

    /** What a client sent. */
    Proposed(ObjectNode document, ObjectNode privateDocument, List<String> oddities) {
      this(document, privateDocument, oddities, Optional.empty(), Origin.BODY);
    }

    static Proposed patched(
        ObjectNode document, ObjectNode privateDocument, List<String> oddities) {
      return new Proposed(document, privateDocument, oddities, Optional.empty(), Origin.PATCH);
    }

    /** What a controller made of what it read. */
    static Proposed own(ObjectNode document, ObjectNode privateDocument) {
      return new Proposed(document, privateDocument, List.of(), Optional.empty(), Origin.SERVICE);
    }

    boolean patched() {
      return origin == Origin.PATCH;
    }

    /**
     * Whether only the private document can differ. Controllers report on every pass, and most
     * reports say what the last one said: what was admitted need not be admitted again.
     */
    boolean keeps(ObjectNode old) {
      return origin == Origin.SERVICE
          && (document.equals(old) || Json.decode(Json.encode(document)).equals(old));
    }
  }

  /** Where a new state comes from. */
  enum Origin {
    /** A client sent it whole. */
    BODY,
    /** A client's patch made it of the present state. */
    PATCH,
    /** A controller made it of the present state. */
    SERVICE
  }

  /**
   * What came of it.
   *
   * @param stored the object as the store holds it now; as it was last if the change let it go; as
   *     it was before for a dry run
   */
  @SuppressWarnings("ArrayRecordComponent") // Bytes pass through untouched.
  record Changed(Stored stored, byte[] document, List<String> warnings) {}

  /**
   * @throws cairn.appliance.api.Refusal {@code NOT_FOUND} if there is no such object
   */
  Changed change(Target target, Proposal proposal, WriteOptions options) {
    return oneWriter.on(
        target.key(),
        () -> {
          for (int attempt = 1; ; attempt++) {
            try {
              return attempt(target, proposal, options);
            } catch (WriteRefused refused) {
              if (refused.why() != WriteRefused.Why.CHANGED || attempt == ATTEMPTS) {
                throw ObjectCreation.refusal(target.kind(), target.name(), refused);
              }
            }
          }
        });
  }

  private Changed attempt(Target target, Proposal proposal, WriteOptions options) {
    Kind kind = target.kind();
    Stored stored =
        store.get(target.key()).orElseThrow(() -> Refusals.notFound(kind, target.name()));
    ObjectNode old = chain.conversions().shown(kind, Json.decode(stored.document()));
    ObjectNode oldPrivate = Json.decode(stored.privateDocument());
    Proposed proposed = proposal.from(old.deepCopy(), oldPrivate.deepCopy());
    if (proposed.keeps(old)) {
      return proposed.privateDocument().equals(oldPrivate)
          ? new Changed(stored, shown(kind, stored), List.of())
          : store(target, stored, old, proposed.privateDocument(), options, List.of());
    }
    ObjectNode candidate = proposed.document();
    List<String> oddities = new ArrayList<>(proposed.oddities());
    Misfits misfits = proposed.patched() ? Misfits.ofPatch(candidate) : Misfits.ofBody(kind);
    if (proposed.patched()) {
      requireIdentity(kind, candidate, misfits);
    }
    oddities.addAll(chain.decode(kind, candidate, misfits));
    requireNamed(target, candidate);
    agree(target, old, candidate);
    requireVersion(target, candidate);
    JsonNode sentOwners = Documents.metadata(candidate).path("managedFields");
    keepWhatIsNotTheirs(target, old, candidate);
    checkFinalizers(target, old, candidate);
    List<String> warnings =
        chain.admit(
            new Candidate(
                target, candidate, Optional.of(old), oddities, misfits, options.fieldValidation()));
    // Through bytes and back: a 5 that code wrote as a long must equal the 5 that was read.
    byte[] bytes = Json.encode(candidate);
    requireRoom(target, stored, bytes);
    ObjectNode now = Json.decode(bytes);
    note(new Write(target, old, now, options), proposed, sentOwners);
    if (now.equals(old) && proposed.privateDocument().equals(oldPrivate)) {
      return new Changed(stored, shown(kind, stored), warnings);
    }
    if (Generations.counted(kind) && Generations.wantsOtherThan(old, now)) {
      Documents.metadata(now)
          .put("generation", old.path("metadata").path("generation").asLong(0) + 1);
    }
    return store(target, stored, now, proposed.privateDocument(), options, warnings);
  }

  /** Patches add up: what no single body could hold must not come about by many. */
  private static void requireRoom(Target target, Stored stored, byte[] now) {
    if (now.length > LARGEST && now.length > stored.document().length) {
      throw new Refusal(
          Reason.REQUEST_ENTITY_TOO_LARGE,
          "%s \"%s\" would grow to %d bytes: limit is %d"
              .formatted(target.kind().plural(), target.name(), now.length, LARGEST));
    }
  }

  /** One write on its way. */
  private record Write(Target target, ObjectNode old, ObjectNode now, WriteOptions options) {}

  private void note(Write write, Proposed proposed, JsonNode sentOwners) {
    ManagedFields.Claim claim =
        new ManagedFields.Claim(
            chain.conversions().versions(write.target().kind()),
            write.target(),
            write.options().manager(),
            clock.instant().truncatedTo(ChronoUnit.SECONDS));
    if (proposed.ownership().isPresent()) {
      ManagedFields.applied(claim, write.old(), write.now(), proposed.ownership().get());
    } else {
      ManagedFields.updated(claim, write.old(), write.now(), sentOwners);
    }
  }

  private Changed store(
      Target target,
      Stored stored,
      ObjectNode now,
      ObjectNode privateDocument,
      WriteOptions options,
      List<String> warnings) {
    if (options.dryRun()) {
      return new Changed(stored, Documents.unstored(now), warnings);
    }
    ResourceStore.Draft draft =
        Documents.draft(chain.conversions().stored(target.kind(), now), privateDocument);
    boolean letGo = Documents.deleting(now) && !held(target.kind(), now);
    Stored after =
        letGo
            ? gate.leave(target.key(), () -> store.delete(target.key(), stored.revision(), draft))
            : replace(target, stored, now, privateDocument, draft);
    return new Changed(after, shown(target.kind(), after), warnings);
  }

  /** What leads to a removal must not wait for room: finalizers, claims that are let go of. */
  private Stored replace(
      Target target,
      Stored stored,
      ObjectNode now,
      ObjectNode privateDocument,
      ResourceStore.Draft draft) {
    try {
      return store.replace(target.key(), stored.revision(), draft);
    } catch (WriteRefused refused) {
      if (refused.why() != WriteRefused.Why.STORE_FULL || !reduces(stored, now, privateDocument)) {
        throw refused;
      }
      return store.reduce(target.key(), stored.revision(), draft);
    }
  }

  private static boolean reduces(Stored before, ObjectNode now, ObjectNode privateDocument) {
    if (Documents.deleting(now)) {
      return true;
    }
    int secret = privateDocument.isEmpty() ? 0 : Json.encode(privateDocument).length;
    return Json.encode(now).length + secret
        < before.document().length + before.privateDocument().length;
  }

  private byte[] shown(Kind kind, Stored stored) {
    return chain.conversions().shown(kind, stored.document());
  }

  private boolean held(Kind kind, ObjectNode document) {
    return !document.path("metadata").path("finalizers").isEmpty()
        || chain.of(kind).holds(document);
  }

  /** Kinds of Kubernetes' own have types that know what they are; all others say it. */
  private static void requireIdentity(Kind kind, ObjectNode patched, Misfits misfits) {
    if (kind.ofKubernetes()) {
      return;
    }
    for (String field : List.of("kind", "apiVersion")) {
      if (patched.path(field).asString("").isEmpty()) {
        throw misfits.because("Object '" + field + "' is missing");
      }
    }
  }

  static void requireNamed(Target target, JsonNode document) {
    if (Documents.metadata(document, "name").isEmpty()) {
      throw Refusals.bad(
          "the name of the object (%s based on URL) was undeterminable: name must be provided"
              .formatted(target.name()));
    }
  }

  /** Who does not say which state they change must not change one that they have not seen. */
  private static void requireVersion(Target target, ObjectNode now) {
    if (!target.kind().unconditional() && version(Documents.metadata(now)).isEmpty()) {
      throw Refusals.invalid(
          target.kind(),
          target.name(),
          List.of(
              new FieldError(
                  "metadata.resourceVersion",
                  FieldError.Cause.INVALID,
                  "Invalid value: 0x0: must be specified for an update")));
    }
  }

  /** Empty for any; so is zero, which no object ever has. */
  private static String version(JsonNode metadata) {
    String version = metadata.path("resourceVersion").asString("");
    return version.equals("0") ? "" : version;
  }

  /** The body must speak of the very object that the path names, in the state it was read in. */
  static void agree(Target target, ObjectNode old, ObjectNode now) {
    Kind kind = target.kind();
    ObjectNode metadata = Documents.metadata(now);
    requireName(target, metadata);
    String namespace = metadata.path("namespace").asString("");
    if (kind.namespaced() && !namespace.isEmpty() && !namespace.equals(target.namespace())) {
      throw Refusals.bad(
          "the namespace of the provided object does not match the namespace sent on the request");
    }
    String uid = metadata.path("uid").asString("");
    String present = Documents.metadata(old, "uid");
    if (!uid.isEmpty() && !uid.equals(present)) {
      throw Refusals.conflict(
          kind,
          target.name(),
          "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + present);
    }
    String revision = version(metadata);
    if (!revision.isEmpty() && !revision.equals(Documents.metadata(old, "resourceVersion"))) {
      throw Refusals.modified(kind, target.name());
    }
  }

  static void requireName(Target target, JsonNode metadata) {
    String name = metadata.path("name").asString("");
    if (!name.isEmpty() && !name.equals(target.name())) {
      throw Refusals.bad(
          "the name of the object ("
              + name
              + ") does not match the name on the URL ("
              + target.name()
              + ")");
    }
  }

  private static void keepWhatIsNotTheirs(Target target, ObjectNode old, ObjectNode now) {
    switch (target.part()) {
      case STATUS -> {
        JsonNode status = now.path("status");
        now.removeAll();
        now.setAll(old.deepCopy());
        now.remove("status");
        if (!status.isMissingNode() && !status.isNull()) {
          now.set("status", status);
        }
      }
      case MAIN, SCALE -> {
        if (target.kind().statusSubresource()) {
          now.remove("status");
          if (old.has("status")) {
            now.set("status", old.path("status").deepCopy());
          }
        }
        keepMetadata(old, now);
      }
    }
  }

  private static void keepMetadata(ObjectNode old, ObjectNode now) {
    ObjectNode metadata = Documents.metadata(now);
    for (String field :
        List.of(
            "name",
            "generateName",
            "namespace",
            "uid",
            "resourceVersion",
            "generation",
            "creationTimestamp",
            "deletionTimestamp",
            "deletionGracePeriodSeconds",
            "selfLink",
            "managedFields")) {
      JsonNode present = old.path("metadata").path(field);
      if (present.isMissingNode()) {
        metadata.remove(field);
      } else {
        metadata.set(field, present);
      }
    }
  }

  private static void checkFinalizers(Target target, ObjectNode old, ObjectNode now) {
    if (!Documents.deleting(old)) {
      return;
    }
    List<String> present = texts(old.path("metadata").path("finalizers"));
    List<String> added =
        texts(now.path("metadata").path("finalizers")).stream()
            .filter(finalizer -> !present.contains(finalizer))
            .toList();
    if (!added.isEmpty()) {
      String list = added.stream().map(name -> '"' + name + '"').collect(Collectors.joining(", "));
      throw Refusals.invalid(
          target.kind(),
          target.name(),
          List.of(
              new FieldError(
                  "metadata.finalizers",
                  FieldError.Cause.FORBIDDEN,
                  "Forbidden: no new finalizers can be added if the object is being deleted, found"
                      + " new finalizers []string{"
                      + list
                      + "}")));
    }
  }

  private static List<String> texts(JsonNode list) {
    return list.valueStream().map(node -> node.asString("")).toList();
  }
}
