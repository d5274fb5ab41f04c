package cairn.appliance.apply;

import cairn.appliance.apply.Applying.Application;
import cairn.appliance.apply.Applying.Applied;
import cairn.appliance.apply.Applying.Insistence;
import cairn.appliance.apply.Writer.Operation;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** One document that several writers work on, of a type with every sort of place. */
final class Desk {

  static final JsonMapper MAPPER = JsonMapper.builder().build();
  static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");

  private static final FieldType WHOLE = new FieldType.Whole();
  private static final FieldType TEXTS = new FieldType.Parts(Map.of(), Optional.of(WHOLE));

  static final FieldType TYPE =
      new FieldType.Parts(
          Map.of(
              "metadata",
              new FieldType.Parts(
                  Map.of("labels", TEXTS, "annotations", TEXTS, "name", WHOLE), Optional.empty()),
              "scalar",
              WHOLE,
              "map",
              TEXTS,
              "wholeMap",
              WHOLE,
              "named",
              new FieldType.Parts(Map.of("a", WHOLE, "b", WHOLE, "texts", TEXTS), Optional.empty()),
              "keyed",
              new FieldType.Keyed(
                  List.of("port", "protocol"),
                  Map.of("protocol", tree("'TCP'")),
                  new FieldType.Parts(
                      Map.of("port", WHOLE, "protocol", WHOLE, "value", WHOLE, "texts", TEXTS),
                      Optional.empty())),
              "set",
              new FieldType.Values(),
              "wholeList",
              WHOLE,
              "free",
              new FieldType.Deduced()),
          Optional.empty());

  ObjectNode document = MAPPER.createObjectNode();
  Ownership ownership = Ownership.NONE;
  Instant now = NOON;

  /** Anything in JSON with single quotes; a backquote is a quote inside of quotes. */
  static JsonNode tree(String text) {
    return MAPPER.readTree(text.replace("`", "\\\"").replace('\'', '"'));
  }

  static ObjectNode object(String text) {
    return (ObjectNode) tree(text);
  }

  static Writer applier(String name) {
    return new Writer(name, Operation.APPLY, "v1", "");
  }

  static Writer updater(String name) {
    return new Writer(name, Operation.UPDATE, "v1", "");
  }

  Desk apply(String name, String configuration) {
    return apply(name, object(configuration), Insistence.YIELD);
  }

  Desk force(String name, String configuration) {
    return apply(name, object(configuration), Insistence.FORCE);
  }

  Desk apply(String name, ObjectNode configuration, Insistence insistence) {
    Writer writer = applier(name);
    Optional<LastApplied> last =
        LastApplied.concerns(name)
            ? Optional.of(new LastApplied(configuration, LastApplied.read(document)))
            : Optional.empty();
    Applied applied =
        Applying.apply(
            new Application(
                Versions.only(TYPE), document, configuration, ownership, writer, insistence, last),
            now);
    document = applied.document();
    ownership = applied.ownership();
    return this;
  }

  Desk update(String name, String document) {
    return update(name, object(document));
  }

  Desk update(String name, ObjectNode changed) {
    ownership =
        Noting.update(Versions.only(TYPE), ownership, document, changed, updater(name), now);
    document = changed.deepCopy();
    return this;
  }

  /** What a writer owns, as {@code fieldsV1}. */
  FieldSet owned(Writer writer) {
    return ownership.of(writer).map(Entry::fields).orElse(FieldSet.EMPTY);
  }

  Desk copy() {
    Desk copy = new Desk();
    copy.document = document.deepCopy();
    copy.ownership = ownership;
    copy.now = now;
    return copy;
  }
}
