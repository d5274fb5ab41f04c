package cairn.appliance.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class TableTextTest {

  private static final JsonNode TABLE =
      Documents.one(
          """
          columnDefinitions:
            - {name: Name, priority: 0}
            - {name: Phase, priority: 0}
            - {name: Cores, priority: 1}
          rows:
            - {cells: [front, Running, 2], object: {metadata: {namespace: web}}}
            - {cells: [a-longer-name, null, 16], object: {metadata: {namespace: web}}}
          """);

  @Test
  void columnsAreAsWideAsTheirWidestCell() {
    assertEquals(
        """
        NAME            PHASE
        front           Running
        a-longer-name
        """,
        TableText.of(TABLE, false, false));
  }

  @Test
  void wideShowsColumnsOfLowerPriorityToo() {
    assertEquals(
        """
        NAMESPACE   NAME            PHASE     CORES
        web         front           Running   2
        web         a-longer-name             16
        """,
        TableText.of(TABLE, true, true));
  }
}
