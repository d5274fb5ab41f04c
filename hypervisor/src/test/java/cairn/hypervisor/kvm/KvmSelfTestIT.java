package cairn.hypervisor.kvm;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The self-test on the real device, whatever that is worth here. */
class KvmSelfTestIT {

  private static final Path DEVICE = Path.of("/dev/kvm");

  @Test
  void realModeCodeRunsWhereThereIsADevice() {
    try (KvmDevice kvm = KvmDevice.open(DEVICE)) {
      assumeTrue(kvm.absence().isEmpty(), () -> "SKIPPED: " + kvm.absence().orElse(""));

      assertInstanceOf(ProbeOutcome.Ran.class, kvm.run(Probe.REAL_MODE));
    }
  }

  @Test
  void aBrokenKvmIsSaidWithItsInstruction() {
    long begin = System.nanoTime();
    KvmVerdict verdict = new KvmSelfTest(DEVICE).run();
    System.out.printf("KVM self-test: %s in %.1f ms%n", verdict, (System.nanoTime() - begin) / 1e6);

    if (verdict instanceof KvmVerdict.Broken broken) {
      assertFalse(broken.instruction().isEmpty(), broken::reason);
    }
  }

  @Test
  void anEndlessGuestIsStopped() {
    try (KvmDevice kvm = KvmDevice.open(DEVICE)) {
      assumeTrue(kvm.absence().isEmpty(), () -> "SKIPPED: " + kvm.absence().orElse(""));

      // Interpreted or not, it ends: by itself or by the watchdog.
      ProbeOutcome outcome = kvm.run(Probe.SPEED);

      assertFalse(outcome instanceof ProbeOutcome.Failed, outcome::toString);
    }
  }
}
