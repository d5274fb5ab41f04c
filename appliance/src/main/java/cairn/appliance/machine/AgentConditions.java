package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestReport;
import java.util.TreeSet;

/**
 * What is known of the guest's agent; absent while no guest runs that could have one. That it is
 * too old is said only when it is. A service that has just begun leaves what the last one knew.
 */
final class AgentConditions {

  private static final String READY = "AgentReady";
  private static final String UNSUPPORTED = "AgentVersionNotSupported";

  private AgentConditions() {}

  static void write(Conditions conditions, Seen seen) {
    if (seen.phase().quiet()) {
      conditions.drop(READY).drop(UNSUPPORTED);
      return;
    }
    if (seen.agent() instanceof GuestAgent.Unknown && known(seen)) {
      return;
    }
    switch (seen.agent()) {
      case GuestAgent.Unknown(), GuestAgent.Absent() ->
          notReady(conditions, "No guest agent has answered.");
      case GuestAgent.Silent(String why) -> notReady(conditions, why);
      case GuestAgent.Answering(GuestReport report) -> {
        conditions.set(READY, Status.TRUE, READY, "");
        // Dropped only if it no longer holds: set anew, it would seem to have come now.
        if (report.missing().isEmpty()) {
          conditions.drop(UNSUPPORTED);
        } else {
          conditions.set(UNSUPPORTED, Status.TRUE, UNSUPPORTED, unsupported(report));
        }
      }
    }
  }

  /** Whether there is a word from before the service began. */
  private static boolean known(Seen seen) {
    return Conditions.find(seen.machine().document(), READY).isPresent();
  }

  private static void notReady(Conditions conditions, String why) {
    conditions.drop(UNSUPPORTED);
    conditions.set(READY, Status.FALSE, "AgentNotReady", why);
  }

  private static String unsupported(GuestReport report) {
    return "The guest agent (version \"%s\") lacks or forbids %s; install a newer qemu-guest-agent or allow them."
        .formatted(report.agentVersion(), String.join(", ", new TreeSet<>(report.missing())));
  }
}
