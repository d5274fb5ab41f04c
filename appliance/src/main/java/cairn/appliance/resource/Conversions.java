package cairn.appliance.resource;

import cairn.appliance.apply.FieldType;
import cairn.appliance.apply.Versions;
import cairn.appliance.schema.Kind;
import cairn.appliance.schema.Kinds;
import cairn.appliance.schema.Schemas;
import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.Stored;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/**
 * Documents between what is stored and what a request speaks of. Kinds that are stored as they are
 * pass through untouched. Any thread.
 */
final class Conversions {

  private final Kinds kinds;
  private final Schemas schemas;
  private final Map<String, Conversion> conversions;
  private final Map<String, Versions> versionsByResource = new ConcurrentHashMap<>();

  Conversions(Kinds kinds, Schemas schemas, Map<String, Conversion> conversions) {
    this.kinds = kinds;
    this.schemas = schemas;
    this.conversions = Map.copyOf(conversions);
  }

  /** The stored document as the kind shows it; shared with the store if it is the same. */
  byte[] shown(Kind kind, byte[] stored) {
    return kind.storedAsItIs() ? stored : Json.encode(shown(kind, Json.decode(stored)));
  }

  Stored shown(Kind kind, Stored stored) {
    return kind.storedAsItIs()
        ? stored
        : new Stored(
            stored.key(),
            stored.uid(),
            stored.revision(),
            shown(kind, stored.document()),
            stored.privateDocument());
  }

  Change shown(Kind kind, Change change) {
    return kind.storedAsItIs()
        ? change
        : new Change(
            change.type(),
            change.before().map(before -> shown(kind, before)),
            shown(kind, change.now()));
  }

  /** The stored document as the kind shows it; may be changed in place. */
  ObjectNode shown(Kind kind, ObjectNode stored) {
    if (!kind.storedAsItIs()) {
      of(kind).show(stored);
      identify(stored, kind.apiVersion(), kind.kind());
    }
    return stored;
  }

  /** The document as it is stored; a copy if that is something else. */
  ObjectNode stored(Kind kind, ObjectNode shown) {
    if (kind.storedAsItIs()) {
      return shown;
    }
    Kind truth = kinds.stored(kind);
    ObjectNode document = shown.deepCopy();
    of(kind).store(document);
    identify(document, truth.apiVersion(), truth.kind());
    return document;
  }

  /** The versions of what the kind is stored as. */
  Versions versions(Kind kind) {
    return versionsByResource.computeIfAbsent(kind.storedIn(), ignored -> read(kind));
  }

  private Versions read(Kind kind) {
    List<Kind> readings =
        kinds.served().stream().filter(each -> each.storedIn().equals(kind.storedIn())).toList();
    return readings.size() == 1 ? Versions.only(schemas.fieldType(kind)) : new Readings(readings);
  }

  private Conversion of(Kind kind) {
    Conversion conversion = conversions.get(kind.apiVersion() + "/" + kind.kind());
    if (conversion == null) {
      throw new IllegalStateException(
          "nobody says how " + kind.apiVersion() + " " + kind.kind() + " is stored");
    }
    return conversion;
  }

  /** Parts of documents have neither. */
  private static void identify(ObjectNode document, String apiVersion, String kind) {
    if (document.has("apiVersion")) {
      document.put("apiVersion", apiVersion);
    }
    if (document.has("kind")) {
      document.put("kind", kind);
    }
  }

  /** The kinds that are one in the store. */
  private final class Readings implements Versions {

    private final List<Kind> readings;

    Readings(List<Kind> readings) {
      this.readings = readings;
    }

    @Override
    public Optional<FieldType> type(String apiVersion) {
      return find(apiVersion).map(schemas::fieldType);
    }

    @Override
    public ObjectNode translated(ObjectNode document, String from, String to) {
      if (from.equals(to)) {
        return document;
      }
      Kind source = find(from).orElseThrow();
      // What is stored as it is, is still the caller's own.
      ObjectNode truth = source.storedAsItIs() ? document.deepCopy() : stored(source, document);
      return shown(find(to).orElseThrow(), truth);
    }

    private Optional<Kind> find(String apiVersion) {
      return readings.stream().filter(kind -> kind.apiVersion().equals(apiVersion)).findFirst();
    }
  }
}
