package cairn.appliance.apply;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes out of a document what its writer applied last time, applies no more, and nobody else owns:
 * in the words of the version it was applied in. What somebody owns in the words of another version
 * is put back then.
 */
final class Abandoning {

  private Abandoning() {}

  /**
   * @param version that the document is given in
   * @param last what the writer owned before
   * @param after who owns what from now on, the writer among them
   */
  static ObjectNode abandon(
      Versions versions, String version, ObjectNode document, Entry last, Ownership after) {
    String then = last.writer().apiVersion();
    Optional<FieldType> type = versions.type(then);
    if (type.isEmpty()) {
      return document;
    }
    Map<String, FieldSet> keptByVersion = byVersion(after);
    FieldSet kept = keptByVersion.getOrDefault(then, FieldSet.EMPTY);
    FieldSet given =
        Fields.withNamed(type.get(), last.fields()).minus(Fields.withNamed(type.get(), kept));
    ObjectNode whole = versions.translated(document, version, then);
    ObjectNode left = removed(type.get(), whole, given, kept);
    keptByVersion.remove(then);
    for (Map.Entry<String, FieldSet> other : keptByVersion.entrySet()) {
      left = putBack(versions, version, document, then, left, other);
    }
    return versions.translated(left, then, version);
  }

  /** The rest, given in the version {@code then}, with what is owned in the other version. */
  private static ObjectNode putBack(
      Versions versions,
      String version,
      ObjectNode document,
      String then,
      ObjectNode left,
      Map.Entry<String, FieldSet> kept) {
    String other = kept.getKey();
    Optional<FieldType> type = versions.type(other);
    if (type.isEmpty()) {
      return left;
    }
    ObjectNode whole = versions.translated(document, version, other);
    ObjectNode rest = versions.translated(left, then, other);
    FieldSet gone =
        all(type.get(), whole)
            .minus(all(type.get(), rest))
            .minus(Fields.withNamed(type.get(), kept.getValue()));
    return versions.translated(removed(type.get(), whole, gone, kept.getValue()), other, then);
  }

  private static FieldSet all(FieldType type, ObjectNode document) {
    return Fields.withNamed(type, Fields.of(type, document));
  }

  private static ObjectNode removed(
      FieldType type, ObjectNode document, FieldSet places, FieldSet kept) {
    return (ObjectNode) Removing.remove(type, document, places, kept);
  }

  private static Map<String, FieldSet> byVersion(Ownership ownership) {
    Map<String, FieldSet> fields = new LinkedHashMap<>();
    for (Entry entry : ownership.entries()) {
      fields.merge(entry.writer().apiVersion(), entry.fields(), FieldSet::union);
    }
    return fields;
  }
}
