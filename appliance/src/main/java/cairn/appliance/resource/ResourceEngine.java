package cairn.appliance.resource;

import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.ObjectChange.Changed;
import cairn.appliance.resource.ObjectChange.Proposed;
import cairn.appliance.resource.ObjectCreation.Created;
import cairn.appliance.resource.ObjectCreation.Wanted;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.Kinds;
import cairn.appliance.schema.Schemas;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.Stored;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The verbs on objects, for clients ({@link ResourceVerbs}) and for controllers ({@link #resources}
 * under their own name). Both take the same path: admission, finalizers, generation, one writer per
 * object at a time.
 */
public final class ResourceEngine implements ResourceVerbs {

  private final ResourceStore store;
  private final Kinds kinds;
  private final StoreReader reader;
  private final Conversions conversions;
  private final ObjectCreation creation;
  private final ObjectChange change;
  private final ObjectApplication application;
  private final ObjectDeletion deletion;
  private final ObjectListing listing;
  private final Questions questions;
  private final Presence presence;

  /**
   * @param random for generated names
   * @param uids for new objects
   */
  public ResourceEngine(
      ResourceStore store,
      Kinds kinds,
      Schemas schemas,
      KindRules rules,
      Clock clock,
      RandomGenerator random,
      Supplier<UUID> uids) {
    this.store = store;
    this.kinds = kinds;
    this.reader = new StoreReader(store, kinds);
    this.conversions = new Conversions(kinds, schemas, rules.conversions());
    AdmissionChain chain = new AdmissionChain(schemas, rules.admissions(), conversions, reader);
    NamespaceGate gate = new NamespaceGate(store);
    OneWriter oneWriter = new OneWriter();
    this.creation = new ObjectCreation(store, chain, gate, oneWriter, clock, random, uids);
    this.change = new ObjectChange(store, chain, gate, oneWriter, clock);
    this.presence = new Presence(store);
    this.application = new ObjectApplication(presence, chain, creation, change, clock);
    this.deletion = new ObjectDeletion(store, chain, gate, oneWriter, clock);
    this.listing = new ObjectListing(store, conversions);
    this.questions = new Questions(schemas);
  }

  /** The same verbs for code of the service, writing as {@code manager}. */
  public Resources resources(String manager) {
    return new ServiceResources(new WriteOptions(manager, false, FieldValidation.STRICT));
  }

  /** Reader of documents that are answered and not stored. */
  public Questions questions() {
    return questions;
  }

  @Override
  public Stored get(Kind kind, String namespace, String name, String resourceVersion) {
    Freshness.notFromTheFuture(Freshness.number(resourceVersion), store.revision());
    return store
        .get(new Key(kind.storedIn(), namespace, name))
        .map(stored -> conversions.shown(kind, stored))
        .orElseThrow(() -> Refusals.notFound(kind, name));
  }

  @Override
  public Page list(Kind kind, String namespace, ListOptions options) {
    return listing.list(kind, namespace, options);
  }

  @Override
  public ResourceWatch watch(Kind kind, String namespace, WatchOptions options) {
    return listing.watch(kind, namespace, options);
  }

  @Override
  public Written create(Kind kind, String namespace, Body body, WriteOptions options) {
    Created created = creation.create(kind, namespace, Wanted.of(body, Json.object()), options);
    return new Written(created.document(), created.warnings(), true);
  }

  @Override
  public Written update(Target target, Body body, WriteOptions options) {
    ObjectChange.requireNamed(target, body.document());
    if (target.part() == Target.Part.SCALE) {
      return scaled(target, scale -> body.document(), body.duplicateFields(), options);
    }
    if (!target.kind().madeByUpdate() || target.part() != Target.Part.MAIN) {
      return written(change(target, body, options));
    }
    return presence.write(
        target, () -> written(change(target, body, options)), () -> created(target, body, options));
  }

  private Written created(Target target, Body body, WriteOptions options) {
    Body own = new Body(body.document().deepCopy(), body.duplicateFields());
    JsonNode metadata = own.document().path("metadata");
    ObjectChange.requireName(target, metadata);
    if (metadata instanceof ObjectNode fields) {
      // It may name the state of an object that is gone; what it shall be is said all the same.
      fields.remove("resourceVersion");
    }
    return create(target.kind(), target.namespace(), own, options);
  }

  private Changed change(Target target, Body body, WriteOptions options) {
    return change.change(
        target,
        (old, secret) ->
            new Proposed(body.document().deepCopy(), secret, duplicates(body.duplicateFields())),
        options);
  }

  @Override
  public Written patch(Target target, Patch patch, WriteOptions options) {
    if (target.part() == Target.Part.SCALE) {
      return scaled(
          target,
          scale -> Patching.apply(target.kind(), patch, scale),
          patch.duplicateFields(),
          options);
    }
    if (patch.type() == Patch.Type.APPLY) {
      return application.apply(target, patch, options);
    }
    return written(
        change.change(
            target,
            (old, secret) ->
                Proposed.patched(
                    Patching.apply(target.kind(), patch, old),
                    secret,
                    duplicates(patch.duplicateFields())),
            options));
  }

  private Written scaled(
      Target target,
      UnaryOperator<ObjectNode> change,
      List<String> duplicateFields,
      WriteOptions options) {
    Kind kind = target.kind();
    Changed changed =
        this.change.change(
            target,
            (old, secret) ->
                new Proposed(
                    Scaling.scaled(target, old, change.apply(Scaling.of(kind, old))),
                    secret,
                    duplicates(duplicateFields)),
            options);
    return new Written(Scaling.shown(kind, changed.document()), changed.warnings(), false);
  }

  @Override
  public Removal delete(Target target, DeleteOptions options) {
    return deletion.delete(target.kind(), target.key(), options);
  }

  @Override
  public List<Stored> deleteCollection(
      Kind kind, String namespace, ListOptions which, DeleteOptions options) {
    List<Stored> gone = new ArrayList<>();
    for (Stored stored : listing.list(kind, namespace, which).objects()) {
      if (deleted(kind, stored.key(), options)) {
        gone.add(stored);
      }
    }
    return gone;
  }

  /** False if it was gone already. */
  private boolean deleted(Kind kind, Key key, DeleteOptions options) {
    try {
      deletion.delete(kind, key, options);
      return true;
    } catch (Refusal refusal) {
      if (refusal.reason() == Reason.NOT_FOUND) {
        return false;
      }
      throw refusal;
    }
  }

  private static List<String> duplicates(List<String> paths) {
    return paths.stream().map(AdmissionChain::duplicate).toList();
  }

  private static Written written(Changed changed) {
    return new Written(changed.document(), changed.warnings(), false);
  }

  /** The controllers' view of this engine. */
  private final class ServiceResources implements Resources {

    private final WriteOptions options;

    ServiceResources(WriteOptions options) {
      this.options = options;
    }

    @Override
    public Optional<Resource> get(Key key) {
      return reader.get(key);
    }

    @Override
    public List<Resource> list(Selection selection) {
      return reader.list(selection);
    }

    @Override
    public List<Resource> mentioning(String word, Selection selection) {
      return reader.mentioning(word, selection);
    }

    @Override
    public Optional<Key> identified(Predicate<UUID> uid, Selection selection) {
      return reader.identified(uid, selection);
    }

    @Override
    public Resource create(ObjectNode document, ObjectNode privateDocument) {
      String apiVersion = document.path("apiVersion").asString("");
      String word = document.path("kind").asString("");
      Kind kind =
          kinds
              .named(apiVersion, word)
              .orElseThrow(
                  () -> Refusals.bad("no kind \"" + word + "\" is served in " + apiVersion));
      Created created =
          creation.create(
              kind,
              Documents.metadata(document, "namespace"),
              Wanted.of(new Body(document), privateDocument),
              options);
      return reader.decoded(created.stored().orElseThrow());
    }

    @Override
    public Optional<Resource> amend(Resource read, UnaryOperator<Amendable> amendment) {
      return changed(read, Target.Part.MAIN, amendment);
    }

    @Override
    public Optional<Resource> updateStatus(Resource read, UnaryOperator<Amendable> amendment) {
      return changed(read, Target.Part.STATUS, amendment);
    }

    @Override
    public void delete(Resource read) {
      try {
        deletion.delete(read.kind(), read.key(), DeleteOptions.of(read.uid(), Optional.empty()));
      } catch (Refusal refusal) {
        if (standsAs(read)) {
          throw refusal;
        }
      }
    }

    @Override
    public void deleteUnchanged(Resource read) {
      String version = Documents.metadata(read.document(), "resourceVersion");
      try {
        deletion.delete(
            read.kind(), read.key(), DeleteOptions.of(read.uid(), Optional.of(version)));
      } catch (Refusal refusal) {
        boolean unchanged =
            reader
                .get(read.key())
                .filter(now -> now.revision().equals(read.revision()))
                .isPresent();
        if (unchanged) {
          throw refusal;
        }
      }
    }

    private boolean standsAs(Resource read) {
      return reader.get(read.key()).filter(now -> now.uid().equals(read.uid())).isPresent();
    }

    private static Target target(Resource read, Target.Part part) {
      return new Target(read.kind(), read.namespace(), read.name(), part);
    }

    private Optional<Resource> changed(
        Resource read, Target.Part part, UnaryOperator<Amendable> amendment) {
      Target target = target(read, part);
      try {
        Changed changed =
            change.change(
                target,
                (document, secret) -> {
                  if (!Documents.metadata(document, "uid").equals(read.uid().toString())) {
                    throw Refusals.notFound(read.kind(), read.name());
                  }
                  Amendable amended = amendment.apply(new Amendable(document, secret));
                  return Proposed.own(amended.document(), amended.privateDocument());
                },
                options);
        return Optional.of(reader.decoded(changed.stored()));
      } catch (Refusal refusal) {
        if (refusal.reason() == Reason.NOT_FOUND) {
          return Optional.empty();
        }
        throw refusal;
      }
    }
  }
}
