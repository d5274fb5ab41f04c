package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.api.Conditions;
import cairn.appliance.api.Conditions.Status;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.CpuTopology;
import cairn.hypervisor.HostCapabilities;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.network.Ipv4Address;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The status of a machine: one writer, one pure function of what a pass saw. */
final class MachineReport {

  private MachineReport() {}

  /**
   * What a pass saw and did.
   *
   * @param applied spec that the running instance was started with; the present one without
   *     instance
   * @param starting whether an instance is to be made, dependencies permitting
   * @param trouble why an instance could not be made although everything was there
   * @param lost devices that the instance was given and that are gone
   * @param leased address that the guest asked for and got
   */
  record Seen(
      MachineManifest manifest,
      JsonNode applied,
      Needs needs,
      PowerMemory memory,
      Optional<MachineObservation> observation,
      boolean starting,
      Optional<String> trouble,
      Optional<Ipv4Address> leased,
      ArrayNode pendingChanges,
      Set<BlockDeviceRef> lost) {
    Seen {
      requireNonNull(manifest, "manifest is null");
      requireNonNull(applied, "applied is null");
      requireNonNull(needs, "needs is null");
      requireNonNull(memory, "memory is null");
      requireNonNull(observation, "observation is null");
      requireNonNull(trouble, "trouble is null");
      requireNonNull(leased, "leased is null");
      requireNonNull(pendingChanges, "pendingChanges is null");
      lost = Set.copyOf(lost);
    }
  }

  static MachinePhase phase(Resource machine, Seen seen) {
    if (machine.deleting()) {
      return MachinePhase.TERMINATING;
    }
    Optional<Power> power =
        seen.observation().filter(PowerPlan::hasInstance).map(MachineObservation::power);
    if (power.isEmpty()) {
      if (!seen.starting()) {
        return MachinePhase.STOPPED;
      }
      boolean may = seen.needs().met() && seen.trouble().isEmpty();
      return may ? MachinePhase.STARTING : MachinePhase.PENDING;
    }
    return switch (power.get()) {
      case Power.Running _ ->
          seen.memory().ending().isPresent() ? MachinePhase.STOPPING : MachinePhase.RUNNING;
      case Power.Paused _ -> MachinePhase.PAUSE;
      case Power.ShuttingDown _ -> MachinePhase.STOPPING;
      case Power.Stopped _ -> MachinePhase.STOPPED;
    };
  }

  /** All of the status but the generation that it is about. */
  static ObjectNode of(
      Resource machine, Seen seen, NodeFacts node, HostCapabilities host, Instant now) {
    MachinePhase phase = phase(machine, seen);
    boolean instance = seen.observation().filter(PowerPlan::hasInstance).isPresent();
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("phase", phase.word());
    status.put("nodeName", instance ? node.name() : "");
    seen.needs()
        .address()
        .found()
        .ifPresent(address -> {
          status.put("virtualMachineIPAddressName", address.claim());
          status.put("ipAddress", address.address().toString());
        });
    if (phase == MachinePhase.RUNNING) {
      ObjectNode versions = status.putObject("versions");
      versions.put("qemu", host.qemuVersion());
      versions.put("libvirt", host.libvirtVersion());
    }
    status.set("resources", resources(seen.applied()));
    status.set("blockDeviceRefs", devices(machine, seen, instance));
    status.set("stats", stats(machine, seen, phase, now));
    status.putArray("virtualMachinePods");
    status.set("conditions", conditions(machine, seen, phase, node, now));
    if (!seen.pendingChanges().isEmpty()) {
      status.set("restartAwaitingChanges", seen.pendingChanges());
    }
    return status;
  }

  private static ObjectNode resources(JsonNode spec) {
    ObjectNode wrapped = JsonNodeFactory.instance.objectNode();
    wrapped.set("spec", spec);
    MachineManifest applied = MachineManifest.read(wrapped);
    CpuTopology topology = CoreLayout.of(applied.cores());
    ObjectNode resources = JsonNodeFactory.instance.objectNode();
    ObjectNode cpu = resources.putObject("cpu");
    cpu.put("cores", applied.cores());
    cpu.put("coreFraction", applied.coreFraction());
    cpu.put("requestedCores", requested(applied));
    cpu.put("runtimeOverhead", "0");
    cpu.putObject("topology")
        .put("sockets", topology.sockets())
        .put("coresPerSocket", topology.coresPerSocket());
    ObjectNode memory = resources.putObject("memory");
    memory.put("size", ByteCount.quantity(applied.memoryBytes()));
    memory.put("runtimeOverhead", "0");
    return resources;
  }

  /** Guaranteed processor time, in thousandths of a core. */
  private static String requested(MachineManifest applied) {
    String digits = applied.coreFraction().replace("%", "");
    int percent = digits.chars().allMatch(Character::isDigit) ? Integer.parseInt(digits) : 100;
    int thousandths = applied.cores() * percent * 10;
    return thousandths % 1000 == 0 ? Integer.toString(thousandths / 1000) : thousandths + "m";
  }

  private static ArrayNode devices(Resource machine, Seen seen, boolean instance) {
    ArrayNode devices = JsonNodeFactory.instance.arrayNode();
    JsonNode before = machine.document().path("status").path("blockDeviceRefs");
    for (var ref : seen.manifest().devices()) {
      ObjectNode device = devices.addObject();
      device.put("kind", ref.kind().word());
      device.put("name", ref.name());
      device.put(
          "size",
          seen.needs()
              .devices()
              .found()
              .flatMap(all -> all.stream().filter(each -> each.ref().equals(ref)).findFirst())
              .map(Needs.Device::size)
              .or(() -> size(before, ref.kind().word(), ref.name()))
              .orElse(""));
      device.put(
          "attached",
          instance
              && !seen.lost().contains(ref)
              && applied(seen.applied(), ref.kind().word(), ref.name()));
      ref.bootOrder().ifPresent(order -> device.put("bootOrder", order));
    }
    return devices;
  }

  private static Optional<String> size(JsonNode before, String kind, String name) {
    for (JsonNode device : before) {
      if (device.path("kind").asString("").equals(kind)
          && device.path("name").asString("").equals(name)
          && device.has("size")) {
        return Optional.of(device.path("size").asString(""));
      }
    }
    return Optional.empty();
  }

  private static boolean applied(JsonNode spec, String kind, String name) {
    for (JsonNode ref : spec.path("blockDeviceRefs")) {
      if (ref.path("kind").asString("").equals(kind)
          && ref.path("name").asString("").equals(name)) {
        return true;
      }
    }
    return false;
  }

  private static ObjectNode stats(Resource machine, Seen seen, MachinePhase phase, Instant now) {
    JsonNode old = machine.document().path("status").path("stats");
    ObjectNode stats = JsonNodeFactory.instance.objectNode();
    ArrayNode transitions =
        old.path("phasesTransitions") instanceof ArrayNode known
            ? known.deepCopy()
            : JsonNodeFactory.instance.arrayNode();
    String last =
        transitions.isEmpty()
            ? ""
            : transitions.get(transitions.size() - 1).path("phase").asString("");
    if (!last.equals(phase.word())) {
      transitions.addObject().put("phase", phase.word()).put("timestamp", Conditions.time(now));
    }
    while (transitions.size() > 20) {
      transitions.remove(0);
    }
    stats.set("phasesTransitions", transitions);
    seen.memory()
        .started()
        .ifPresent(started -> stats.put("lastStartTime", Conditions.time(started)));
    launch(transitions).ifPresent(durations -> stats.set("launchTimeDuration", durations));
    return stats;
  }

  /** How long the last way from Pending to Running took, by its steps. */
  private static Optional<ObjectNode> launch(ArrayNode transitions) {
    ObjectNode durations = JsonNodeFactory.instance.objectNode();
    for (int at = 1; at < transitions.size(); at++) {
      String from = transitions.get(at - 1).path("phase").asString("");
      String to = transitions.get(at).path("phase").asString("");
      Duration lasted = Duration.between(time(transitions.get(at - 1)), time(transitions.get(at)));
      boolean launched = to.equals("Starting") || to.equals("Running");
      if (from.equals("Pending") && launched) {
        durations.put("waitingForDependencies", lasted.toSeconds() + "s");
      }
      if (from.equals("Starting") && to.equals("Running")) {
        durations.put("virtualMachineStarting", lasted.toSeconds() + "s");
      }
    }
    return durations.isEmpty() ? Optional.empty() : Optional.of(durations);
  }

  private static Instant time(JsonNode transition) {
    return Instant.parse(transition.path("timestamp").asString(""));
  }

  private static ArrayNode conditions(
      Resource machine, Seen seen, MachinePhase phase, NodeFacts node, Instant now) {
    Conditions conditions = new Conditions(machine.document(), now);
    Needs needs = seen.needs();
    need(conditions, "VirtualMachineClassReady", needs.machineClass(), "VirtualMachineClassReady");
    address(conditions, seen);
    conditions.set(
        "VirtualMachineMACAddressReady", Status.TRUE, "VirtualMachineMACAddressReady", "");
    need(conditions, "BlockDevicesReady", needs.devices(), "BlockDevicesReady");
    need(conditions, "ProvisioningReady", needs.seed(), "ProvisioningReady");
    running(conditions, seen, phase, node);
    conditions.set(
        "Migratable",
        Status.FALSE,
        "VirtualMachineNonMigratable",
        "There is one node; a machine cannot move.");
    switch (needs.sizing()) {
      case Need.Met<Boolean> _ -> conditions.drop("SizingPolicyMatched");
      case Need.Unmet<Boolean> unmet ->
          conditions.set("SizingPolicyMatched", Status.FALSE, unmet.reason(), unmet.message());
    }
    whileRunning(conditions, seen, phase);
    return conditions.toJson();
  }

  private static void whileRunning(Conditions conditions, Seen seen, MachinePhase phase) {
    boolean quiet =
        phase == MachinePhase.PENDING
            || phase == MachinePhase.STARTING
            || phase == MachinePhase.STOPPED;
    if (quiet) {
      conditions.drop("AgentReady");
    } else {
      conditions.set("AgentReady", Status.FALSE, "AgentNotReady", "No guest agent has answered.");
    }
    if (quiet || seen.pendingChanges().isEmpty()) {
      conditions.drop("ConfigurationApplied").drop("AwaitingRestartToApplyConfiguration");
      return;
    }
    conditions.set(
        "ConfigurationApplied",
        Status.FALSE,
        "ConfigurationNotApplied",
        "The running machine does not have all of its spec yet.");
    conditions.set(
        "AwaitingRestartToApplyConfiguration",
        Status.TRUE,
        "ChangesPendingRestart",
        "A restart applies what is listed in status.restartAwaitingChanges.");
  }

  private static void address(Conditions conditions, Seen seen) {
    String type = "VirtualMachineIPAddressReady";
    Optional<Needs.Address> claimed = seen.needs().address().found();
    boolean other =
        claimed.isPresent()
            && seen.leased().isPresent()
            && !seen.leased().get().equals(claimed.get().address());
    if (other) {
      conditions.set(
          type,
          Status.FALSE,
          "VirtualMachineIPAddressNotAssigned",
          "The guest took %s instead of %s."
              .formatted(seen.leased().get(), claimed.get().address()));
      return;
    }
    need(conditions, type, seen.needs().address(), type);
  }

  private static void need(Conditions conditions, String type, Need<?> need, String reason) {
    switch (need) {
      case Need.Met<?> _ -> conditions.set(type, Status.TRUE, reason, "");
      case Need.Unmet<?> unmet ->
          conditions.set(type, Status.FALSE, unmet.reason(), unmet.message());
    }
  }

  private static void running(
      Conditions conditions, Seen seen, MachinePhase phase, NodeFacts node) {
    boolean instance = seen.observation().filter(PowerPlan::hasInstance).isPresent();
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
      conditions.set("Running", Status.FALSE, "PodNotStarted", seen.needs().missing().orElse(""));
    } else if (phase == MachinePhase.STARTING) {
      conditions.set("Running", Status.FALSE, "PodNotStarted", "The machine is being started.");
    } else {
      conditions.set("Running", Status.FALSE, "NotRunning", "");
    }
  }

  private static Optional<String> paused(Seen seen) {
    return seen.observation()
        .map(MachineObservation::power)
        .flatMap(power ->
            power instanceof Power.Paused paused ? Optional.of(paused.cause()) : Optional.empty())
        .map(MachineReport::sentence);
  }

  private static String sentence(PauseCause cause) {
    return switch (cause) {
      case REQUESTED -> "The guest is paused.";
      case DISK_ERROR -> "The guest is paused: a disk has no room or failed.";
      case INTERNAL_ERROR -> "The guest is paused: KVM gave up; only a restart helps.";
      case OTHER -> "The guest is paused by the hypervisor.";
    };
  }
}
