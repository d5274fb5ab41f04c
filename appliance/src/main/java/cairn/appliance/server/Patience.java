package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How long a client may hold what it does not take, or does not send.
 *
 * @param stalled a client that has taken nothing for so long, while something waits for it, is
 *     given up; far more than a slow link needs for what the kernel buffers
 * @param betweenPings how often an HTTP/2 client is asked for a sign of life; the connection ends
 *     after {@link #MISSED_PINGS} without one
 * @param body the body of a request must be here so long after its head, as in Kubernetes
 */
record Patience(Duration stalled, Duration betweenPings, Duration body) {

  static final int MISSED_PINGS = 3;
  static final Patience STANDARD =
      new Patience(Duration.ofSeconds(60), Duration.ofSeconds(30), Duration.ofSeconds(60));

  Patience {
    requireNonNull(stalled, "stalled is null");
    requireNonNull(betweenPings, "betweenPings is null");
    requireNonNull(body, "body is null");
  }

  /**
   * For one stream among others on a connection; longer, so that a connection that is stalled as a
   * whole ends as a whole.
   */
  Duration stalledStream() {
    return stalled.multipliedBy(3);
  }
}
