package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class RememberedTest {

  private final AtomicReference<Duration> uptime = new AtomicReference<>(Duration.ZERO);
  private final AtomicInteger asked = new AtomicInteger();
  private final Remembered<Integer> remembered =
      new Remembered<>(this::answer, Duration.ofSeconds(30), uptime::get);

  private int answer() {
    if (asked.incrementAndGet() == 1) {
      throw new IllegalStateException("not yet");
    }
    return asked.get();
  }

  @Test
  void anAnswerLastsAndAFailureDoesNot() {
    assertThrows(IllegalStateException.class, remembered::get);
    assertEquals(2, remembered.get());
    uptime.set(Duration.ofSeconds(29));
    assertEquals(2, remembered.get());
    uptime.set(Duration.ofSeconds(30));
    assertEquals(3, remembered.get());
  }
}
