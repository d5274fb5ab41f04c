package cairn.appliance.namespace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.resource.Bench;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class EmptyingTest {

  private static final int CONTENT_FAILURE = 2;
  private static final int CONTENT_REMAINING = 3;
  private static final int FINALIZERS_REMAINING = 4;

  private final ObjectNode namespace = JsonMapper.shared().createObjectNode();

  @Test
  void nothingLeftIsEmpty() {
    assertTrue(new Emptying().isEmpty());
  }

  @Test
  void whatWillNotGoIsNamedWithTheReason() {
    Emptying emptying = new Emptying();
    emptying.failed("secrets s: forbidden");

    JsonNode failure = conditions(emptying, 0).path(CONTENT_FAILURE);

    assertFalse(emptying.isEmpty());
    assertEquals("NamespaceDeletionContentFailure", failure.path("type").asString());
    assertEquals("True", failure.path("status").asString());
    assertEquals("ContentDeletionFailed", failure.path("reason").asString());
    assertEquals(
        "Failed to delete all resource types, 1 remaining: secrets s: forbidden",
        failure.path("message").asString());
  }

  @Test
  void aConditionKeepsItsTimeUntilItsStatusChanges() {
    Emptying held = new Emptying();
    held.left("disks", JsonMapper.shared().readTree("[\"a.io/x\"]"));
    namespace.putObject("status").set("conditions", conditions(held, 0));
    Emptying free = new Emptying();
    free.left("disks", JsonMapper.shared().readTree("[]"));

    JsonNode later = conditions(free, 60);

    assertEquals(
        "2026-11-22T10:00:00Z",
        later.path(CONTENT_REMAINING).path("lastTransitionTime").asString());
    assertEquals(
        "2026-11-22T10:01:00Z",
        later.path(FINALIZERS_REMAINING).path("lastTransitionTime").asString());
  }

  private JsonNode conditions(Emptying emptying, long seconds) {
    return emptying.conditions(namespace, Bench.NOW.plusSeconds(seconds));
  }
}
