package cairn.appliance.apply;

import static java.util.Objects.requireNonNull;

import cairn.appliance.apply.Writer.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
   * @param live the document as it stands, in the version of {@code writer}; without fields for one
   *     that is to be made
   * @param configuration without what nobody owns, such as its name
   * @param ownership who owns what of the document
   * @param writer who applies
   * @param lastApplied what the writer keeps of its applying by itself
   */
  public record Application(
      Versions versions,
      ObjectNode live,
      ObjectNode configuration,
      Ownership ownership,
      Writer writer,
      Insistence insistence,
      Optional<LastApplied> lastApplied) {
    public Application {
      requireNonNull(versions, "versions is null");
      requireNonNull(live, "live is null");
      requireNonNull(configuration, "configuration is null");
      requireNonNull(ownership, "ownership is null");
      requireNonNull(writer, "writer is null");
      requireNonNull(insistence, "insistence is null");
      requireNonNull(lastApplied, "lastApplied is null");
    }

    private String version() {
      return writer.apiVersion();
    }

    private FieldType type() {
      return versions
          .type(version())
          .orElseThrow(() -> new IllegalStateException("unknown version " + version()));
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
    Entry mine = new Entry(application.writer(), last.flatMap(Entry::time), own);
    ObjectNode left =
        last.map(entry ->
                Abandoning.abandon(
                    application.versions(),
                    application.version(),
                    merged,
                    entry,
                    others.with(mine)))
            .orElse(merged);

    Ownership after = disowned(application, others, live, left).with(mine);
    ObjectNode document = Document.withOwnable(application.live(), left);
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
              application.version(),
              application.writer().subresource());
      return Noting.update(
          application.versions(), Ownership.NONE, live.objectNode(), live, writer, at);
    }
    Step still = new Step(application.versions(), application.version(), live, live);
    List<Entry> known = new ArrayList<>();
    for (Entry entry : before.entries()) {
      still
          .in(entry.writer().apiVersion())
          .map(seen -> entry.with(Fields.fitted(seen.type(), entry.fields(), seen.now())))
          .ifPresent(known::add);
    }
    return new Ownership(known);
  }

  /**
   * What the application means to the owners of one version.
   *
   * @param wanted places whose values it wants
   * @param excused those of them that nobody minds
   * @param removed places it takes away
   */
  private record Wishes(FieldSet wanted, FieldSet excused, FieldSet removed) {

    static Wishes of(Application application, Step.Seen seen, String version) {
      ObjectNode configuration =
          application
              .versions()
              .translated(application.configuration(), application.version(), version);
      // What makes room for a value of another shape is taken from its owner as well.
      FieldSet cleared =
          seen.changes()
              .removed()
              .within(Nulls.of(seen.type(), configuration).union(seen.changes().modified()));
      FieldSet excused =
          application
              .lastApplied()
              .map(kept ->
                  kept.excused(
                      application.versions(), application.live(), application.version(), version))
              .orElse(FieldSet.EMPTY);
      return new Wishes(seen.changes().set().union(cleared), excused, seen.changes().removed());
    }
  }

  /** What is left to the others, if they must bear with it. */
  private static Ownership disowned(
      Application application, Ownership others, ObjectNode live, ObjectNode now) {
    Step step = new Step(application.versions(), application.version(), live, now);
    Map<String, Wishes> wishesByVersion = new HashMap<>();
    List<Entry> left = new ArrayList<>();
    List<Conflict.Place> conflicts = new ArrayList<>();
    for (Entry entry : byName(others)) {
      String version = entry.writer().apiVersion();
      Step.Seen seen = step.in(version).orElseThrow();
      Wishes wishes =
          wishesByVersion.computeIfAbsent(version, each -> Wishes.of(application, seen, each));
      FieldSet contested = entry.fields().intersection(wishes.wanted());
      for (List<PathElement> path : contested.minus(wishes.excused()).paths()) {
        conflicts.add(new Conflict.Place(entry.writer().shown(), FieldSet.shown(path)));
      }
      left.add(entry.with(entry.fields().minus(contested).minus(wishes.removed())));
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
