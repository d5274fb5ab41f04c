package cairn.appliance.apply;

import static java.util.Objects.requireNonNull;

import cairn.appliance.apply.Writer.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Applies a configuration to a document: what it names gets its values, what its writer named last
 * time and names no more goes unless somebody else owns it, and all else stays.
 */
public final class Applying {

  /** Owns what stood in a document before anybody took note, once somebody applies. */
  private static final String BEFORE_FIRST_APPLY = "before-first-apply";

  private Applying() {}

  /** What is done about fields that others own with other values. */
  public enum Insistence {
    /** The application is refused. */
    YIELD,
    /** They are taken from their owners. */
    FORCE
  }

  /**
   * What shall be applied to what.
   *
   * @param live the document as it stands; without fields for one that is to be made
   * @param configuration without what nobody owns, such as its name
   * @param ownership who owns what of the document
   * @param writer who applies
   * @param lastApplied what the writer keeps of its applying by itself
   */
  public record Application(
      FieldType type,
      ObjectNode live,
      ObjectNode configuration,
      Ownership ownership,
      Writer writer,
      Insistence insistence,
      Optional<LastApplied> lastApplied) {
    public Application {
      requireNonNull(type, "type is null");
      requireNonNull(live, "live is null");
      requireNonNull(configuration, "configuration is null");
      requireNonNull(ownership, "ownership is null");
      requireNonNull(writer, "writer is null");
      requireNonNull(insistence, "insistence is null");
      requireNonNull(lastApplied, "lastApplied is null");
    }
  }

  /**
   * What came of it.
   *
   * @param document the new state, before defaults
   * @param ownership who owns what then; the writer's entry bears the time it had, if any
   */
  public record Applied(ObjectNode document, Ownership ownership) {
    public Applied {
      requireNonNull(document, "document is null");
      requireNonNull(ownership, "ownership is null");
    }
  }

  /**
   * @param at the time of a first entry for what nobody took note of
   * @throws Conflict if others own fields with other values, and the application yields
   * @throws Unfit if the configuration cannot be laid over any document
   */
  public static Applied apply(Application application, Instant at) {
    FieldType type = application.type();
    ObjectNode live = Document.ownable(application.live());
    ObjectNode configuration = Document.ownable(application.configuration());
    Ownership before = noted(application, at);
    ObjectNode merged = (ObjectNode) Merging.merge(type, live, configuration);

    FieldSet own = Document.ownable(Fields.of(type, configuration));
    Optional<Entry> last = before.of(application.writer());
    Ownership others = before.without(application.writer());
    FieldSet owned = own;
    for (Entry entry : others.entries()) {
      owned = owned.union(entry.fields());
    }
    JsonNode pruned = last.isPresent() ? pruned(type, merged, last.get().fields(), owned) : merged;

    Ownership left = disowned(application, others, live, (ObjectNode) pruned, configuration);
    Ownership after = left.with(new Entry(application.writer(), last.flatMap(Entry::time), own));
    ObjectNode document = Document.withOwnable(application.live(), (ObjectNode) pruned);
    application.lastApplied().ifPresent(kept -> kept.refresh(document));
    return new Applied(document, after);
  }

  private static Ownership noted(Application application, Instant at) {
    Ownership before = application.ownership();
    ObjectNode live = application.live();
    if (before.isEmpty() && !live.isEmpty()) {
      Writer writer =
          new Writer(
              BEFORE_FIRST_APPLY,
              Operation.UPDATE,
              application.writer().apiVersion(),
              application.writer().subresource());
      return Noting.update(application.type(), Ownership.NONE, live.objectNode(), live, writer, at);
    }
    return new Ownership(
        before.entries().stream()
            .map(entry -> entry.with(Fields.fitted(application.type(), entry.fields(), live)))
            .toList());
  }

  /** Takes away what the writer owned last, owns no more, and nobody else owns. */
  private static JsonNode pruned(FieldType type, ObjectNode merged, FieldSet last, FieldSet owned) {
    FieldSet given = Fields.withNamed(type, last).minus(Fields.withNamed(type, owned));
    return Removing.remove(type, merged, given, owned);
  }

  /** What is left to the others, if they must bear with it. */
  private static Ownership disowned(
      Application application,
      Ownership others,
      ObjectNode live,
      ObjectNode now,
      ObjectNode configuration) {
    Comparison changes = Comparison.of(application.type(), live, now);
    // What makes room for a value of another shape is taken from its owner as well.
    FieldSet cleared =
        changes
            .removed()
            .within(Nulls.of(application.type(), configuration).union(changes.modified()));
    FieldSet wanted = changes.set().union(cleared);
    FieldSet excused =
        application
            .lastApplied()
            .map(kept -> kept.excused(application.type(), application.live(), application.writer()))
            .orElse(FieldSet.EMPTY);
    List<Entry> left = new ArrayList<>();
    List<Conflict.Place> conflicts = new ArrayList<>();
    for (Entry entry : byName(others)) {
      FieldSet contested = entry.fields().intersection(wanted);
      for (List<PathElement> path : contested.minus(excused).paths()) {
        conflicts.add(new Conflict.Place(entry.writer().shown(), FieldSet.shown(path)));
      }
      left.add(entry.with(entry.fields().minus(contested).minus(changes.removed())));
    }
    if (!conflicts.isEmpty() && application.insistence() == Insistence.YIELD) {
      throw new Conflict(conflicts);
    }
    return new Ownership(left);
  }

  private static List<Entry> byName(Ownership others) {
    return others.entries().stream()
        .sorted(Comparator.comparing(Entry::writer, Writer.BY_NAME))
        .toList();
  }
}
