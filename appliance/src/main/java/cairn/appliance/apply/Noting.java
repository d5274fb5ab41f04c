package cairn.appliance.apply;

import cairn.appliance.apply.Writer.Operation;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Notes who owns what after a write that is no application of a configuration: whoever writes owns
 * what it changed, alone; what is gone belongs to nobody.
 */
public final class Noting {

  /** More entries of updaters are put together, the oldest first. */
  private static final int MOST_UPDATERS = 10;

  private static final String ANCIENT = "ancient-changes";

  private Noting() {}

  /**
   * @param before who owned what; who owned it in a version that nobody knows is forgotten
   * @param old the document before, in the version of {@code writer}; without fields for one that
   *     is new
   * @param writer who writes; an update
   */
  public static Ownership update(
      Versions versions,
      Ownership before,
      ObjectNode old,
      ObjectNode now,
      Writer writer,
      Instant at) {
    Step step = new Step(versions, writer.apiVersion(), old, now);
    Comparison changes = step.given().changes();
    FieldSet taken = Document.ownable(changes.set());
    if (changes.places().isEmpty()) {
      return before;
    }
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : before.entries()) {
      step.in(entry.writer().apiVersion())
          .map(seen ->
              Fields.fitted(seen.type(), entry.fields(), seen.old()).minus(seen.changes().places()))
          .ifPresent(fields -> entries.add(entry.with(fields)));
    }
    Ownership left = new Ownership(entries);
    if (taken.isEmpty()) {
      return left;
    }
    FieldSet own = left.of(writer).map(Entry::fields).orElse(FieldSet.EMPTY).union(taken);
    return capped(left.with(new Entry(writer, Optional.of(at), own)));
  }

  /** Puts the oldest updaters of one version into one entry until few enough are left. */
  private static Ownership capped(Ownership all) {
    List<Entry> updaters =
        new ArrayList<>(
            all.entries().stream()
                .filter(entry -> entry.writer().operation() == Operation.UPDATE)
                .sorted(
                    Comparator.comparingLong(Entry::seconds)
                        .thenComparing(Entry::writer, Writer.BY_NAME))
                .toList());
    int tooMany = updaters.size() - MOST_UPDATERS;
    if (tooMany <= 0) {
      return all;
    }
    Ownership capped = all;
    Map<String, Entry> bucketByVersion = new LinkedHashMap<>();
    for (Entry oldest : updaters) {
      String version = oldest.writer().apiVersion();
      Entry bucket = bucketByVersion.get(version);
      if (tooMany > 0 && bucket != null) {
        Writer ancient = new Writer(ANCIENT, Operation.UPDATE, version, "");
        Entry together = new Entry(ancient, oldest.time(), bucket.fields().union(oldest.fields()));
        capped = capped.without(bucket.writer()).without(oldest.writer()).with(together);
        bucketByVersion.put(version, together);
        tooMany--;
      } else if (bucket == null) {
        bucketByVersion.put(version, oldest);
      }
    }
    return capped;
  }
}
