package cairn.appliance.controller;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** How a pass over one object ended; the runtime turns it into queueing. */
public sealed interface Outcome {

  Outcome SETTLED = new Settled();

  /** Nothing to do until something changes. */
  record Settled() implements Outcome {}

  /** Work goes on; look again after this time even if nothing changes. */
  record LookAgain(Duration after) implements Outcome {
    public LookAgain {
      if (after.isNegative()) {
        throw new IllegalArgumentException("after is " + after + ", expected zero or more");
      }
    }
  }

  /**
   * Something else must happen first, and wakes the object when it does.
   *
   * @param what in words, for the log: {@code disk hello/root is not Ready}
   */
  record WaitingFor(String what) implements Outcome {
    public WaitingFor {
      requireNonNull(what, "what is null");
    }
  }

  /** The pass failed; the kind of fault decides about trying again. */
  record Failed(Fault fault) implements Outcome {
    public Failed {
      requireNonNull(fault, "fault is null");
    }
  }
}
