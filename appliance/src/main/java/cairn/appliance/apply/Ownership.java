package cairn.appliance.apply;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Who owns which fields of one document: {@code metadata.managedFields}. Immutable. */
public final class Ownership {

  private static final Comparator<Entry> IN_ORDER =
      Comparator.comparing((Entry entry) -> entry.writer().operation())
          .thenComparingLong(Entry::seconds)
          .thenComparing(Entry::writer, Writer.BY_NAME);

  /** Nobody owns anything, and nobody takes note. */
  public static final Ownership NONE = new Ownership(List.of());

  private final List<Entry> entries;

  Ownership(List<Entry> entries) {
    this.entries =
        entries.stream().filter(entry -> !entry.fields().isEmpty()).sorted(IN_ORDER).toList();
  }

  /**
   * Reads what stands in {@code metadata.managedFields}.
   *
   * @return empty if one of the entries cannot be read
   */
  public static Optional<Ownership> decode(JsonNode managedFields) {
    List<Entry> entries = new ArrayList<>();
    try {
      for (JsonNode entry : managedFields) {
        entries.add(Entry.decode(entry));
      }
    } catch (IllegalArgumentException unreadable) {
      return Optional.empty();
    }
    return Optional.of(new Ownership(entries));
  }

  /** Whether a writer asks to forget all owners: a list of nothing, or of one empty entry. */
  public static boolean asksToForget(JsonNode managedFields) {
    return managedFields.isArray()
        && (managedFields.isEmpty()
            || (managedFields.size() == 1
                && managedFields.path(0).isObject()
                && managedFields.path(0).isEmpty()));
  }

  /** The entries as Kubernetes sorts them. */
  public ArrayNode encode() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    entries.forEach(entry -> list.add(entry.encode()));
    return list;
  }

  public boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The same, with the present time at one writer's entry. */
  public Ownership renewed(Writer writer, Instant now) {
    return new Ownership(
        entries.stream()
            .map(entry -> entry.writer().isSame(writer) ? entry.at(now) : entry)
            .toList());
  }

  /** Whether the writer owns the same fields, in the same version, in both. */
  public boolean isSameFor(Writer writer, Ownership other) {
    return of(writer)
        .map(mine ->
            other
                .of(writer)
                .filter(
                    its -> its.writer().equals(mine.writer()) && its.fields().equals(mine.fields()))
                .isPresent())
        .orElseGet(() -> other.of(writer).isEmpty());
  }

  List<Entry> entries() {
    return entries;
  }

  Optional<Entry> of(Writer writer) {
    return entries.stream().filter(entry -> entry.writer().isSame(writer)).findFirst();
  }

  /** The same without the writer's own entry. */
  Ownership without(Writer writer) {
    return new Ownership(entries.stream().filter(entry -> !entry.writer().isSame(writer)).toList());
  }

  Ownership with(Entry entry) {
    List<Entry> all = new ArrayList<>(without(entry.writer()).entries);
    all.add(entry);
    return new Ownership(all);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Ownership ownership && entries.equals(ownership.entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return entries.toString();
  }
}
