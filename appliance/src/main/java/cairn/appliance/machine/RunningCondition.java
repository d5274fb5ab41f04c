package cairn.appliance.machine;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.node.NodeFacts;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineObservation.Power;
import java.util.Optional;

/** Whether the guest runs, and if not, why not. Always present. */
final class RunningCondition {

  private RunningCondition() {}

  static void write(Conditions conditions, Seen seen) {
    MachinePhase phase = seen.phase();
    NodeFacts node = seen.node();
    boolean instance = seen.instance();
    if (instance && paused(seen).isPresent()) {
      conditions.set("Running", Status.FALSE, "GuestNotRunning", paused(seen).get());
    } else if (instance) {
      String how =
          node.kvm().runsGuests()
              ? ""
              : "Runs without KVM, in emulation: " + node.kvm().explanation();
      conditions.set("Running", Status.TRUE, "Running", how);
    } else if (seen.trouble().isPresent()) {
      conditions.set("Running", Status.FALSE, "InternalVirtualMachineError", seen.trouble().get());
    } else if (phase == MachinePhase.PENDING) {
      conditions.set(
          "Running",
          Status.FALSE,
          "PodNotStarted",
          seen.needs().missing().or(seen::turn).orElse(""));
    } else if (phase == MachinePhase.STARTING) {
      conditions.set("Running", Status.FALSE, "PodNotStarted", "The machine is being started.");
    } else {
      conditions.set("Running", Status.FALSE, "NotRunning", "");
    }
  }

  private static Optional<String> paused(Seen seen) {
    return seen.observation()
        .map(MachineObservation::power)
        .flatMap(
            power -> power instanceof Power.Paused paused ? Optional.of(paused) : Optional.empty())
        .map(Standstill::sentence);
  }
}
