package cairn.appliance.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/** Lays out rows of cells in columns, as people read them. */
final class TableText {

  private static final int GAP = 3;

  private TableText() {}

  /** A server-side Table; {@code wide} shows the columns of lower priority too. */
  static String of(JsonNode table, boolean wide, boolean withNamespace) {
    List<Integer> shown = new ArrayList<>();
    List<String> head = new ArrayList<>();
    if (withNamespace) {
      head.add("NAMESPACE");
    }
    int index = 0;
    for (JsonNode column : table.path("columnDefinitions")) {
      if (wide || column.path("priority").asInt(0) == 0) {
        shown.add(index);
        head.add(column.path("name").asString("").toUpperCase(Locale.ROOT));
      }
      index++;
    }
    List<List<String>> rows = new ArrayList<>(List.of(head));
    for (JsonNode row : table.path("rows")) {
      List<String> cells = new ArrayList<>();
      if (withNamespace) {
        cells.add(row.path("object").path("metadata").path("namespace").asString(""));
      }
      shown.forEach(column -> cells.add(text(row.path("cells").path(column))));
      rows.add(cells);
    }
    return layOut(rows);
  }

  /** Columns as wide as their widest cell; the last one is not padded. */
  static String layOut(List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] width = new int[columns];
    for (List<String> row : rows) {
      for (int column = 0; column < row.size(); column++) {
        width[column] = Math.max(width[column], row.get(column).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int column = 0; column < row.size(); column++) {
        String cell = row.get(column);
        line.append(cell).repeat(' ', width[column] - cell.length() + GAP);
      }
      text.append(line.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }

  private static String text(JsonNode cell) {
    return switch (cell.getNodeType()) {
      case NULL, MISSING -> "";
      case STRING -> cell.stringValue();
      case ARRAY, OBJECT, BINARY, BOOLEAN, NUMBER, POJO -> cell.toString();
    };
  }
}
