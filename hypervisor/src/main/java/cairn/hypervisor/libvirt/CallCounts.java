package cairn.hypervisor.libvirt;

import cairn.hypervisor.CallFigures;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

/** Counts the calls over one connection. Any thread. */
final class CallCounts {

  private final String role;
  private final LongAdder begun = new LongAdder();
  private final LongAdder ended = new LongAdder();
  private final LongAdder faults = new LongAdder();
  private final LongAdder nanos = new LongAdder();

  CallCounts(String role) {
    this.role = role;
  }

  /** Returns the moment, for {@link #end}. */
  long begin() {
    begun.increment();
    return System.nanoTime();
  }

  void end(long begin, boolean well) {
    nanos.add(System.nanoTime() - begin);
    if (!well) {
      faults.increment();
    }
    ended.increment();
  }

  CallFigures figures() {
    long done = ended.sum();
    return new CallFigures(
        role,
        done,
        faults.sum(),
        Duration.ofNanos(nanos.sum()),
        // Read later, so never less than what has ended.
        Math.max(0, begun.sum() - done));
  }
}
