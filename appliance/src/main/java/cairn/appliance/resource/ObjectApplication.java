package cairn.appliance.resource;

import cairn.appliance.api.FieldError;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.api.Refusal.Subject;
import cairn.appliance.apply.Applying;
import cairn.appliance.apply.Applying.Applied;
import cairn.appliance.apply.Conflict;
import cairn.appliance.apply.LastApplied;
import cairn.appliance.apply.Unfit;
import cairn.appliance.apply.Writer.Operation;
import cairn.appliance.resource.ObjectChange.Changed;
import cairn.appliance.resource.ObjectChange.Proposed;
import cairn.appliance.resource.ObjectCreation.Created;
import cairn.appliance.resource.ObjectCreation.Wanted;
import cairn.appliance.schema.Kind;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Server-side apply: lays a configuration over an object, or makes the object from it. */
final class ObjectApplication {

  private final Presence presence;
  private final AdmissionChain chain;
  private final ObjectCreation creation;
  private final ObjectChange change;
  private final Clock clock;

  ObjectApplication(
      Presence presence,
      AdmissionChain chain,
      ObjectCreation creation,
      ObjectChange change,
      Clock clock) {
    this.presence = presence;
    this.chain = chain;
    this.creation = creation;
    this.change = change;
    this.clock = clock;
  }

  /**
   * A configuration after decoding.
   *
   * @param whole as it was sent
   * @param fields what of it is applied
   * @param oddities what fieldValidation decides about
   */
  private record Configuration(ObjectNode whole, ObjectNode fields, List<String> oddities) {}

  Written apply(Target target, Patch patch, WriteOptions options) {
    Configuration configuration = read(target, patch);
    return target.part() == Target.Part.STATUS
        ? change(target, configuration, options)
        : presence.write(
            target,
            () -> change(target, configuration, options),
            () -> create(target, configuration, options));
  }

  private Configuration read(Target target, Patch patch) {
    Kind kind = target.kind();
    if (!(patch.change() instanceof ObjectNode sent)) {
      throw Refusals.bad("error decoding YAML: the configuration is not an object");
    }
    requireKind(kind, sent);
    JsonNode owners = sent.path("metadata").path("managedFields");
    if (!owners.isMissingNode() && !owners.isNull()) {
      throw Refusals.bad("metadata.managedFields must be nil");
    }
    // Through bytes and back: a 5 that YAML gave must equal the 5 that is stored.
    ObjectNode whole = Json.decode(Json.encode(sent));
    ObjectNode document = whole.deepCopy();
    List<String> oddities = new ArrayList<>();
    patch.duplicateFields().forEach(path -> oddities.add(AdmissionChain.duplicate(path)));
    List<String> undeclared =
        new ArrayList<>(MetadataForm.normalize(kind, document, Misfits.ofBody(kind)));
    undeclared.addAll(chain.settle(kind, document));
    if (!undeclared.isEmpty()) {
      throw unfit(target, undeclared(undeclared));
    }
    return new Configuration(whole, part(target, document), oddities);
  }

  private static void requireKind(Kind kind, JsonNode sent) {
    String apiVersion = sent.path("apiVersion").asString("");
    String word = sent.path("kind").asString("");
    if (!apiVersion.equals(kind.apiVersion()) || !word.equals(kind.kind())) {
      throw Refusals.bad("invalid object type: " + typed(apiVersion, word));
    }
  }

  private static String typed(String apiVersion, String kind) {
    return (apiVersion.contains("/") ? apiVersion : "/" + apiVersion) + ", Kind=" + kind;
  }

  /** A configuration is refused for what another body is only warned about, as in Kubernetes. */
  private static String undeclared(List<String> paths) {
    List<String> errors =
        paths.stream().map(path -> "." + path + ": field not declared in schema").toList();
    return errors.size() == 1 ? errors.getFirst() : "errors:\n  " + String.join("\n  ", errors);
  }

  private static Refusal unfit(Target target, String why) {
    return Refusals.bad(
        "failed to create typed patch object (%s/%s; %s): %s"
            .formatted(
                target.namespace(),
                target.name(),
                typed(target.kind().apiVersion(), target.kind().kind()),
                why));
  }

  /** What the path speaks of: the status alone, or all else where the kind tells them apart. */
  private static ObjectNode part(Target target, ObjectNode document) {
    ObjectNode part = document.deepCopy();
    switch (target.part()) {
      case STATUS -> {
        ObjectNode identity = Json.object();
        List.of("name", "namespace", "uid", "resourceVersion")
            .forEach(field -> {
              JsonNode value = document.path("metadata").path(field);
              if (!value.isMissingNode()) {
                identity.set(field, value);
              }
            });
        part.retain("apiVersion", "kind", "status");
        part.set("metadata", identity);
      }
      case SCALE -> throw new IllegalStateException("a scale cannot be applied");
      case MAIN -> {
        if (target.kind().statusSubresource()) {
          part.remove("status");
        }
      }
    }
    return part;
  }

  private Written change(Target target, Configuration configuration, WriteOptions options) {
    Changed changed =
        change.change(
            target,
            (old, secret) -> {
              ObjectChange.agree(target, old, configuration.fields());
              Applied applied = laid(target, old, configuration, options);
              return new Proposed(
                  applied.document(),
                  secret,
                  configuration.oddities(),
                  Optional.of(applied.ownership()),
                  ObjectChange.Origin.BODY);
            },
            options);
    return new Written(changed.document(), changed.warnings(), false);
  }

  private Written create(Target target, Configuration configuration, WriteOptions options) {
    Kind kind = target.kind();
    if (!kind.verbs().contains("create")) {
      throw Refusals.notFound(kind, target.name());
    }
    ObjectNode asked = Documents.metadata(configuration.fields());
    String uid = asked.path("uid").asString("");
    if (!uid.isEmpty()) {
      throw Refusals.conflict(
          kind,
          target.name(),
          "uid mismatch: the provided object specified uid "
              + uid
              + ", and no existing object was found");
    }
    if (!asked.path("resourceVersion").asString("").isEmpty()) {
      throw Refusals.modified(kind, target.name());
    }
    ObjectChange.requireName(target, asked);
    Applied applied = laid(target, Json.object(), configuration, options);
    ObjectNode document = applied.document();
    Documents.metadata(document).put("name", target.name());
    if (asked.has("namespace")) {
      Documents.metadata(document).set("namespace", asked.path("namespace"));
    }
    Created created =
        creation.create(
            kind,
            target.namespace(),
            new Wanted(
                document,
                Json.object(),
                configuration.oddities(),
                Optional.of(applied.ownership())),
            options);
    return new Written(created.document(), created.warnings(), true);
  }

  private Applied laid(
      Target target, ObjectNode live, Configuration configuration, WriteOptions options) {
    Kind kind = target.kind();
    Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
    ManagedFields.Claim claim =
        new ManagedFields.Claim(chain.conversions().versions(kind), target, options.manager(), now);
    try {
      return Applying.apply(
          new Applying.Application(
              claim.versions(),
              live,
              configuration.fields(),
              ManagedFields.of(live),
              claim.writer(Operation.APPLY),
              options.insistence(),
              lastApplied(kind, live, configuration, options)),
          now);
    } catch (Conflict conflict) {
      throw refusal(conflict);
    } catch (Unfit unfit) {
      throw unfit(target, unfit.why());
    }
  }

  private Optional<LastApplied> lastApplied(
      Kind kind, ObjectNode live, Configuration configuration, WriteOptions options) {
    if (!LastApplied.concerns(options.manager())) {
      return Optional.empty();
    }
    Optional<ObjectNode> last = LastApplied.read(live);
    last.ifPresent(document -> chain.settle(kind, document));
    return Optional.of(new LastApplied(configuration.whole(), last));
  }

  private static Refusal refusal(Conflict conflict) {
    return new Refusal(
        Reason.CONFLICT,
        conflict.words(),
        Subject.NONE,
        conflict.places().stream()
            .map(place ->
                new FieldError(
                    place.path(), FieldError.Cause.FIELD_MANAGER_CONFLICT, place.message()))
            .toList());
  }
}
