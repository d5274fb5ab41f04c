package cairn.appliance.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.resource.Bench;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AllowanceTest {

  private final Allowance allowance = new Allowance();

  @Test
  void anObjectHasANumberAtOnceAndThenOneNowAndThen() {
    assertEquals(Allowance.AT_ONCE, taken("a", Bench.NOW));
    assertFalse(allowance.take("a", Bench.NOW.plus(Allowance.ONE_MORE).minusMillis(1)));
    assertEquals(1, taken("a", Bench.NOW.plus(Allowance.ONE_MORE)));
    assertEquals(2, taken("a", Bench.NOW.plus(Allowance.ONE_MORE.multipliedBy(3))));
  }

  @Test
  void objectsDoNotShareAndRestGivesEverythingBack() {
    taken("a", Bench.NOW);
    assertTrue(allowance.take("b", Bench.NOW));
    assertEquals(
        Allowance.AT_ONCE, taken("a", Bench.NOW.plus(Allowance.ONE_MORE.multipliedBy(1000))));
  }

  private int taken(String uid, Instant now) {
    int taken = 0;
    while (allowance.take(uid, now)) {
      taken++;
    }
    return taken;
  }
}
