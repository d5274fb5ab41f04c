package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Calls to the host's daemon over one of its connections, counted since this process began.
 *
 * @param role what the connection is for, a word in lower case
 * @param calls that have ended
 * @param faults of these, that ended in a {@link HypervisorFault} or were lost with the daemon
 * @param spent time they took, waiting for a thread included, summed up
 * @param inFlight calls under way now
 */
public record CallFigures(String role, long calls, long faults, Duration spent, long inFlight) {

  public CallFigures {
    requireNonNull(role, "role is null");
    requireNonNull(spent, "spent is null");
  }
}
