package cairn.hypervisor.kvm;

import java.time.Duration;

/** How a probe ended. */
sealed interface ProbeOutcome {

  /** The guest program did what it should. */
  record Ran(Duration time) implements ProbeOutcome {}

  /** KVM gave up at an instruction; its bytes in hexadecimal, empty where KVM did not say. */
  record GaveUp(String instruction) implements ProbeOutcome {}

  /** It had not ended when its time was over. */
  record TimedOut(Duration limit) implements ProbeOutcome {}

  /** Anything else, in words. */
  record Failed(String what) implements ProbeOutcome {}
}
