package cairn.appliance.schema;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Renders objects as {@code meta.k8s.io/v1} Tables, the form kubectl prints. Any thread. */
public final class TableRendering {

  /** What a row carries of its object. */
  public enum IncludeObject {
    NONE,
    METADATA,
    OBJECT
  }

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final CrdKinds kinds;
  private final Clock clock;
  private final Map<Kind, List<Column>> columns = new ConcurrentHashMap<>();

  /**
   * @param clock for ages
   */
  public TableRendering(CrdKinds kinds, Clock clock) {
    this.kinds = kinds;
    this.clock = clock;
  }

  /**
   * A Table of the objects.
   *
   * @param listMetadata put on the Table as it is: resourceVersion, continue, remainingItemCount
   */
  public ObjectNode table(
      Kind kind,
      List<? extends JsonNode> documents,
      IncludeObject includeObject,
      ObjectNode listMetadata) {
    ObjectNode table = NODES.objectNode();
    table.put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
    table.set("metadata", listMetadata);
    table.set("columnDefinitions", definitions(kind));
    ArrayNode rows = table.putArray("rows");
    documents.forEach(document -> rows.add(row(kind, document, includeObject)));
    return table;
  }

  /** The column definitions alone; a watch sends them with its first event only. */
  public ArrayNode definitions(Kind kind) {
    ArrayNode definitions = NODES.arrayNode();
    for (Column column : columns(kind)) {
      definitions
          .addObject()
          .put("name", column.name())
          .put("type", column.type())
          .put("format", column.format())
          .put("description", column.description())
          .put("priority", column.priority());
    }
    return definitions;
  }

  /** One row of a Table. */
  public ObjectNode row(Kind kind, JsonNode document, IncludeObject includeObject) {
    Instant now = clock.instant();
    ObjectNode row = NODES.objectNode();
    ArrayNode cells = row.putArray("cells");
    columns(kind).forEach(column -> cells.add(column.value(document, now)));
    switch (includeObject) {
      case NONE -> {}
      case METADATA -> row.set("object", partial(document));
      case OBJECT -> row.set("object", document);
    }
    return row;
  }

  /** The object's metadata alone, as {@code meta.k8s.io/v1} PartialObjectMetadata. */
  public static ObjectNode partial(JsonNode document) {
    ObjectNode partial = NODES.objectNode();
    partial.put("kind", "PartialObjectMetadata").put("apiVersion", "meta.k8s.io/v1");
    partial.set("metadata", document.path("metadata"));
    return partial;
  }

  private List<Column> columns(Kind kind) {
    return columns.computeIfAbsent(kind, asked -> Column.read(kinds.definition(asked).columns()));
  }
}
