package cairn.appliance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Conditions.Status;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class ConditionsTest {

  private static final Instant FIRST = Instant.parse("2026-01-01T10:00:00.9Z");
  private static final Instant LATER = Instant.parse("2026-01-01T11:00:00Z");

  @Test
  void aChangedMessageIsNoTransition() {
    ObjectNode document = with(Status.TRUE, "Fine", "one", FIRST, document(1));

    document = with(Status.TRUE, "Fine", "two", LATER, document);

    assertEquals("2026-01-01T10:00:00Z", transition(document));
  }

  @Test
  void aChangedReasonIsATransition() {
    ObjectNode document = with(Status.TRUE, "Fine", "one", FIRST, document(1));

    document = with(Status.TRUE, "Better", "one", LATER, document);

    assertEquals("2026-01-01T11:00:00Z", transition(document));
  }

  @Test
  void aConditionAboutAnOlderSpecDoesNotHold() {
    ObjectNode document = with(Status.TRUE, "Fine", "one", FIRST, document(1));
    assertTrue(Conditions.holds(document, "Ready"));

    document.withObject("/metadata").put("generation", 2);

    assertFalse(Conditions.holds(document, "Ready"));
  }

  private static ObjectNode document(long generation) {
    ObjectNode document = JsonMapper.shared().createObjectNode();
    document.putObject("metadata").put("generation", generation);
    return document;
  }

  private static ObjectNode with(
      Status status, String reason, String message, Instant now, ObjectNode document) {
    Conditions conditions = new Conditions(document, now).set("Ready", status, reason, message);
    document.withObject("/status").set("conditions", conditions.toJson());
    return document;
  }

  private static String transition(ObjectNode document) {
    return document.path("status").path("conditions").get(0).path("lastTransitionTime").asString();
  }
}
