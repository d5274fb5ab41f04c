package cairn.appliance.store;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

/** Time that passes when a test says so. */
final class TurnedClock implements UptimeClock {

  private final AtomicReference<Duration> uptime = new AtomicReference<>(Duration.ZERO);

  @Override
  public Duration uptime() {
    return uptime.get();
  }

  void turn(Duration by) {
    uptime.accumulateAndGet(by, Duration::plus);
  }
}
