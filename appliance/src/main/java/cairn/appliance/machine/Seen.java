package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineObservation.Power;
import cairn.network.Ipv4Address;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What a pass over a machine saw and did; everything that its status is made of.
 *
 * @param machine as it is stored when the report is made: history goes on from its status
 * @param generation of the spec that the pass read; {@code machine} may have a newer one
 * @param node the host it runs on
 * @param applied spec that the running instance was started with; the present one without instance
 * @param starting whether an instance is to be made, dependencies permitting
 * @param trouble why an instance could not be made although everything was there
 * @param leased address that the guest asked for and got
 * @param turn why an instance is not made yet although it may be: others come before it
 * @param pendingChanges what waits for a restart
 * @param lost devices that the instance was given and that are gone
 * @param attached devices that the instance has beyond its spec
 * @param agent what the agent in the guest said last
 */
record Seen(
    Resource machine,
    long generation,
    NodeFacts node,
    MachineManifest manifest,
    JsonNode applied,
    Needs needs,
    PowerMemory memory,
    Optional<MachineObservation> observation,
    boolean starting,
    Optional<String> trouble,
    Optional<String> turn,
    Optional<Ipv4Address> leased,
    PendingChanges pendingChanges,
    Set<BlockDeviceRef> lost,
    List<AttachedDevice> attached,
    GuestAgent agent) {
  Seen {
    requireNonNull(machine, "machine is null");
    requireNonNull(node, "node is null");
    requireNonNull(manifest, "manifest is null");
    requireNonNull(applied, "applied is null");
    requireNonNull(needs, "needs is null");
    requireNonNull(memory, "memory is null");
    requireNonNull(observation, "observation is null");
    requireNonNull(trouble, "trouble is null");
    requireNonNull(turn, "turn is null");
    requireNonNull(leased, "leased is null");
    requireNonNull(pendingChanges, "pendingChanges is null");
    lost = Set.copyOf(lost);
    attached = List.copyOf(attached);
    requireNonNull(agent, "agent is null");
  }

  /** Whether the host runs, pauses or ends an instance. */
  boolean instance() {
    return observation().filter(PowerPlan::hasInstance).isPresent();
  }

  MachinePhase phase() {
    if (machine.deleting()) {
      return MachinePhase.TERMINATING;
    }
    Optional<Power> power =
        observation().filter(PowerPlan::hasInstance).map(MachineObservation::power);
    if (power.isEmpty()) {
      if (!starting()) {
        return MachinePhase.STOPPED;
      }
      boolean may = needs().met() && trouble().isEmpty() && turn().isEmpty();
      return may ? MachinePhase.STARTING : MachinePhase.PENDING;
    }
    return switch (power.get()) {
      case Power.Running _ ->
          memory().ending().isPresent() ? MachinePhase.STOPPING : MachinePhase.RUNNING;
      case Power.Paused _ -> MachinePhase.PAUSE;
      case Power.ShuttingDown _ -> MachinePhase.STOPPING;
      case Power.Stopped _ -> MachinePhase.STOPPED;
    };
  }
}
