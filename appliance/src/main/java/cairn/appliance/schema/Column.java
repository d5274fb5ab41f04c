package cairn.appliance.schema;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One printed column of a kind.
 *
 * @param type of the cells: string, integer, number, boolean or date
 * @param format {@code name} for the column that names the object, else usually empty
 * @param priority 0 is always shown, more only in wide tables
 */
record Column(
    String name, String type, String format, String description, int priority, Cell cell) {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /** Where the text of a cell comes from. */
  sealed interface Cell {}

  /** A place in the document. */
  record Place(JsonPath path) implements Cell {}

  /** What no path can express. */
  record Computed(ComputedCell cell) implements Cell {}

  Column {
    requireNonNull(name, "name is null");
    requireNonNull(type, "type is null");
    requireNonNull(format, "format is null");
    requireNonNull(description, "description is null");
    requireNonNull(cell, "cell is null");
  }

  /** The columns of a kind, the name first unless the kind places it itself. */
  static List<Column> read(JsonNode columns) {
    List<Column> read = new ArrayList<>();
    columns.forEach(column -> read.add(one(column)));
    if (read.stream().noneMatch(column -> column.format().equals("name"))) {
      read.addFirst(
          new Column(
              "Name",
              "string",
              "name",
              "Name of the object, unique among its kind in its namespace.",
              0,
              new Place(JsonPath.parse(".metadata.name"))));
    }
    return List.copyOf(read);
  }

  private static Column one(JsonNode column) {
    String path = column.path("jsonPath").asString("");
    String name = column.path("name").asString();
    return new Column(
        name,
        column.path("type").asString(),
        column.path("format").asString(""),
        column.path("description").asString(name + " of the object."),
        column.path("priority").asInt(0),
        column.has("x-cairn-computed")
            ? new Computed(ComputedCell.named(column.path("x-cairn-computed").asString()))
            : new Place(JsonPath.parse(path)));
  }

  /** The cell for a document; an absent value is null, which clients print as nothing. */
  JsonNode value(JsonNode document, Instant now) {
    return switch (cell) {
      case Place place ->
          place
              .path()
              .first(document)
              .flatMap(value -> printed(value, now))
              .orElseGet(NODES::nullNode);
      case Computed computed -> NODES.stringNode(computed.cell().text(document, now));
    };
  }

  /** As Kubernetes: a value that does not fit the column's type is left out. */
  private Optional<JsonNode> printed(JsonNode value, Instant now) {
    return switch (type) {
      case "date" ->
          value.isString()
              ? Optional.of(NODES.stringNode(Age.since(value.asString(), now)))
              : Optional.empty();
      case "integer", "number" -> Optional.of(value).filter(JsonNode::isNumber);
      case "boolean" -> Optional.of(value).filter(JsonNode::isBoolean);
      default ->
          Optional.of(NODES.stringNode(value.isString() ? value.asString() : value.toString()));
    };
  }
}
