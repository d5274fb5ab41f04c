package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Optional;

/**
 * What the host's own coming and going means for one machine.
 *
 * @param closing whether the host is going down: nothing is started any more
 * @param leaving time that the guest still has to power off, once it is the machine's turn to go;
 *     zero or less: none
 * @param turn when to look again whether the machine may come, while others come before it
 */
record HostMoment(boolean closing, Optional<Duration> leaving, Optional<Duration> turn) {

  /** The host is up, and the machine's turn has come. */
  static final HostMoment USUAL = new HostMoment(false, Optional.empty(), Optional.empty());

  HostMoment {
    requireNonNull(leaving, "leaving is null");
    requireNonNull(turn, "turn is null");
  }

  static HostMoment waiting(Duration turn) {
    return new HostMoment(false, Optional.empty(), Optional.of(turn));
  }

  static HostMoment goingDown(Optional<Duration> leaving) {
    return new HostMoment(true, leaving, Optional.empty());
  }
}
