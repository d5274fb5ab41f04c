package cairn.appliance.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class StartQueueTest {

  private static final UUID FIRST = new UUID(0, 1);
  private static final UUID SECOND = new UUID(0, 2);
  private static final UUID LAST = new UUID(0, 3);

  private Duration now = Duration.ofHours(1);
  private final StartQueue queue =
      new StartQueue(
          Map.of(
              FIRST, new StartOrder(-5, Duration.ofSeconds(30)),
              SECOND, StartOrder.USUAL,
              LAST, new StartOrder(7, Duration.ZERO)),
          () -> now);

  @Test
  void thoseOfAPlaceWaitForAllBeforeThemAndForTheirDelay() {
    assertTrue(may(FIRST));
    assertFalse(may(SECOND));
    assertFalse(may(LAST));

    queue.passed(FIRST, true);

    assertFalse(may(SECOND), "before the delay is over");
    now = now.plusSeconds(30);
    assertTrue(may(SECOND));
    assertFalse(may(LAST));
    queue.passed(SECOND, true);
    assertTrue(may(LAST));
  }

  @Test
  void oneThatIsNotStartedHoldsNobody() {
    queue.passed(LAST, false);
    queue.passed(FIRST, false);

    assertTrue(may(SECOND));
  }

  @Test
  void oneThatNobodyHearsOfHoldsTheOthersNoLongerThanPatience() {
    now = now.plus(StartQueue.PATIENCE);

    assertTrue(may(SECOND));
    assertFalse(may(LAST));
  }

  @Test
  void whoIsNotInTheQueueMayAlwaysCome() {
    assertTrue(may(new UUID(0, 9)));
  }

  @ParameterizedTest
  @CsvSource({
    "cairn.io/start-order, 7,     true",
    "cairn.io/start-order, -1000, true",
    "cairn.io/start-order, 1001,  false",
    "cairn.io/start-order, soon,  false",
    "cairn.io/start-order, '',    false",
    "cairn.io/start-delay, 30s,   true",
    "cairn.io/start-delay, 1h,    true",
    "cairn.io/start-delay, 61m,   false",
    "cairn.io/start-delay, 5,     false",
    "example.org/other,    soon,  true",
  })
  void annotationsThatAreTaken(String name, String value, boolean taken) {
    ObjectNode machine = JsonMapper.shared().createObjectNode();
    machine.withObject("/metadata").withObject("annotations").put(name, value);

    assertEquals(taken, StartOrder.refusals(machine).isEmpty());
  }

  private boolean may(UUID machine) {
    return queue.left(machine).isEmpty();
  }
}
