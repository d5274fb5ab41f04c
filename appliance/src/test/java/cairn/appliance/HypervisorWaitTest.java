package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.testing.FakeHypervisor;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class HypervisorWaitTest {

  private final FakeHypervisor hypervisor = new FakeHypervisor();

  @Test
  void aDaemonThatComesLaterIsWaitedFor() throws Exception {
    hypervisor.hostLosesDaemon();
    CompletableFuture<Boolean> waiting =
        CompletableFuture.supplyAsync(() -> waited(Duration.ofMinutes(1)));
    assertThrows(TimeoutException.class, () -> waiting.get(500, TimeUnit.MILLISECONDS));

    hypervisor.hostFindsDaemon();

    assertEquals(true, waiting.get(10, TimeUnit.SECONDS));
  }

  @Test
  void oneThatDoesNotComeEndsTheStart() {
    hypervisor.hostLosesDaemon();

    assertThrows(HypervisorFault.class, () -> waited(Duration.ZERO));
    assertFalse(Thread.currentThread().isInterrupted());
  }

  private boolean waited(Duration patience) {
    try {
      HypervisorWait.until(hypervisor, patience);
      return true;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
