package cairn.appliance.events;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class EventConversionTest {

  private static final List<String> OLD =
      List.of(
          "metadata",
          "involvedObject",
          "reason",
          "message",
          "source",
          "firstTimestamp",
          "lastTimestamp",
          "count",
          "type",
          "eventTime",
          "series",
          "action",
          "related",
          "reportingComponent",
          "reportingInstance");

  private final EventConversion conversion = new EventConversion();

  @Test
  void fieldsHaveTheNamesOfKubernetes() {
    ObjectNode event = JsonMapper.shared().createObjectNode();
    OLD.forEach(field -> event.put(field, field));

    conversion.show(event);

    assertEquals(
        "{\"metadata\":\"metadata\",\"regarding\":\"involvedObject\",\"reason\":\"reason\","
            + "\"note\":\"message\",\"deprecatedSource\":\"source\","
            + "\"deprecatedFirstTimestamp\":\"firstTimestamp\","
            + "\"deprecatedLastTimestamp\":\"lastTimestamp\",\"deprecatedCount\":\"count\","
            + "\"type\":\"type\",\"eventTime\":\"eventTime\",\"series\":\"series\","
            + "\"action\":\"action\",\"related\":\"related\","
            + "\"reportingController\":\"reportingComponent\","
            + "\"reportingInstance\":\"reportingInstance\"}",
        event.toString());
  }

  @RepeatedTest(200)
  void nothingIsLostThereAndBack(RepetitionInfo run) {
    Random random = new Random(run.getCurrentRepetition());
    ObjectNode stored = JsonMapper.shared().createObjectNode();
    List<String> fields = new ArrayList<>(OLD);
    Collections.shuffle(fields, random);
    fields.stream()
        .filter(field -> random.nextBoolean())
        .forEach(field -> stored.put(field, random.nextInt()));

    ObjectNode shown = stored.deepCopy();
    conversion.show(shown);
    ObjectNode back = shown.deepCopy();
    conversion.store(back);
    ObjectNode again = back.deepCopy();
    conversion.show(again);

    assertEquals(stored.toString(), back.toString());
    assertEquals(shown.toString(), again.toString());
  }
}
