package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.apply.Noting;
import cairn.appliance.apply.Ownership;
import cairn.appliance.apply.Versions;
import cairn.appliance.apply.Writer;
import cairn.appliance.apply.Writer.Operation;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Keeps {@code metadata.managedFields} of a document true, write by write. */
final class ManagedFields {

  private static final String FIELD = "managedFields";

  private ManagedFields() {}

  /**
   * Who claims the fields of a write.
   *
   * @param at whole seconds
   */
  record Claim(Versions versions, Target target, String manager, Instant at) {
    Claim {
      requireNonNull(versions, "versions is null");
      requireNonNull(target, "target is null");
      requireNonNull(manager, "manager is null");
      requireNonNull(at, "at is null");
    }

    Writer writer(Operation operation) {
      String subresource =
          switch (target.part()) {
            case MAIN -> "";
            case STATUS -> "status";
            case SCALE -> "scale";
          };
      return new Writer(manager, operation, target.kind().apiVersion(), subresource);
    }
  }

  /** Who owns what of a stored document. */
  static Ownership of(ObjectNode document) {
    return Ownership.decode(document.path("metadata").path(FIELD)).orElse(Ownership.NONE);
  }

  /** Notes in a new document, in place, that its writer set all of it. */
  static void created(Claim claim, ObjectNode now) {
    set(
        now,
        Noting.update(
            claim.versions(),
            Ownership.NONE,
            Json.object(),
            now,
            claim.writer(Operation.UPDATE),
            claim.at()));
  }

  /**
   * Notes in {@code now}, in place, what an update changed. An object whose owners somebody asked
   * to forget goes without until somebody applies.
   *
   * @param sent what the writer wants the owners to be; what cannot be read is not listened to
   */
  static void updated(Claim claim, ObjectNode old, ObjectNode now, JsonNode sent) {
    boolean main = claim.target().part() == Target.Part.MAIN;
    if (main && Ownership.asksToForget(sent)) {
      metadata(now).remove(FIELD);
      return;
    }
    Ownership live = of(old);
    Ownership before =
        main ? Ownership.decode(sent).filter(owners -> !owners.isEmpty()).orElse(live) : live;
    if (before.isEmpty()) {
      return;
    }
    Ownership after =
        Noting.update(
            claim.versions(), before, old, now, claim.writer(Operation.UPDATE), claim.at());
    // What did not change keeps its very bytes.
    if (!after.equals(live)) {
      set(now, after);
    }
  }

  /** Notes in {@code now}, in place, who owns what after a configuration was applied. */
  static void applied(Claim claim, ObjectNode old, ObjectNode now, Ownership after) {
    Writer writer = claim.writer(Operation.APPLY);
    boolean news =
        !after.isSameFor(writer, of(old)) || !withoutOwners(now).equals(withoutOwners(old));
    set(now, news ? after.renewed(writer, claim.at()) : after);
  }

  private static ObjectNode withoutOwners(ObjectNode document) {
    ObjectNode shown = Json.object();
    shown.setAll(document);
    if (document.path("metadata") instanceof ObjectNode metadata) {
      ObjectNode rest = Json.object();
      rest.setAll(metadata);
      rest.remove(FIELD);
      shown.set("metadata", rest);
    }
    return shown;
  }

  private static void set(ObjectNode document, Ownership owners) {
    if (owners.isEmpty()) {
      metadata(document).remove(FIELD);
    } else {
      metadata(document).set(FIELD, owners.encode());
    }
  }

  private static ObjectNode metadata(ObjectNode document) {
    return Documents.metadata(document);
  }
}
