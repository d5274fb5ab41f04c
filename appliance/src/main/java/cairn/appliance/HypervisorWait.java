package cairn.appliance;

import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The service and libvirt start together after a boot, in any order: the service waits. */
final class HypervisorWait {

  private static final Logger LOG = LoggerFactory.getLogger(HypervisorWait.class);
  private static final Duration PAUSE = Duration.ofMillis(200);

  private HypervisorWait() {}

  /**
   * Returns as soon as the hypervisor answers.
   *
   * @throws HypervisorFault the last one, when the time is over or the fault is none of waiting
   */
  static void until(Hypervisor hypervisor, Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    boolean said = false;
    while (true) {
      try {
        hypervisor.observeAll();
        if (said) {
          LOG.info("the hypervisor answers");
        }
        return;
      } catch (HypervisorFault fault) {
        boolean hopeless = fault.kind() != HypervisorFault.Kind.TRANSIENT;
        if (hopeless || System.nanoTime() >= deadline) {
          throw fault;
        }
        if (!said) {
          LOG.warn("waiting up to {} s: {}", patience.toSeconds(), fault.getMessage());
          said = true;
        }
      }
      Thread.sleep(PAUSE);
    }
  }
}
