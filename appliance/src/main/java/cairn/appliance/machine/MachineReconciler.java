package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Finalizers;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.blockdevice.BlockDeviceRef;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.Declaration.Aspect;
import cairn.appliance.controller.Declaration.Write;
import cairn.appliance.controller.Fault;
import cairn.appliance.controller.Outcome;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.machine.PowerPlan.Action;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.HostCapabilities;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineObservation.Power;
import cairn.network.ManagedNetwork;
import cairn.network.NetworkFault;
import cairn.storage.DiskPool;
import cairn.storage.ImageCache;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes machines run as their manifests say, and tells the truth about them. */
public final class MachineReconciler implements Reconciler {

  public static final Declaration DECLARATION =
      new Declaration(
          "machine",
          ResourceNames.MACHINES,
          Optional.of(Finalizers.MACHINE_CLEANUP),
          MachineWakers.ALL,
          Set.of(
              new Write(ResourceNames.MACHINES, Aspect.STATUS),
              new Write(ResourceNames.MACHINES, Aspect.PRIVATE),
              new Write(ResourceNames.DISKS, Aspect.PRIVATE),
              new Write(ResourceNames.IMAGES, Aspect.PRIVATE),
              new Write(ResourceNames.CLUSTER_IMAGES, Aspect.PRIVATE),
              new Write(ResourceNames.ADDRESSES, Aspect.PRIVATE),
              new Write(ResourceNames.ADDRESSES, Aspect.CREATE),
              new Write(ResourceNames.ADDRESSES, Aspect.DELETE)),
          List.of("hypervisor events", "DHCP leases"));

  private static final String APPLIED = "applied";

  /** How often a machine is looked at while the hypervisor does not answer. */
  private static final Duration WITHOUT_DAEMON = Duration.ofSeconds(1);

  /** Collaborators. */
  public record Tools(
      Resources resources,
      Hypervisor hypervisor,
      ManagedNetwork network,
      DiskPool pool,
      ImageCache cache,
      Supplier<HostCapabilities> capabilities,
      NodeFacts node,
      HostPaths paths,
      EventRecorder events,
      Clock clock) {
    public Tools {
      requireNonNull(resources, "resources is null");
      requireNonNull(hypervisor, "hypervisor is null");
      requireNonNull(network, "network is null");
      requireNonNull(pool, "pool is null");
      requireNonNull(cache, "cache is null");
      requireNonNull(capabilities, "capabilities is null");
      requireNonNull(node, "node is null");
      requireNonNull(paths, "paths is null");
      requireNonNull(events, "events is null");
      requireNonNull(clock, "clock is null");
    }
  }

  /** How carrying out went. */
  private record Done(Needs needs, Outcome outcome, Optional<String> trouble) {}

  private final Tools tools;
  private final MachineHost host;
  private final NeedsReader needsReader;
  private final AddressClaim addresses;
  private final MachineDevices devices;

  public MachineReconciler(Tools tools) {
    this.tools = requireNonNull(tools, "tools is null");
    this.host = new MachineHost(tools.hypervisor(), tools.network(), tools.paths(), tools.node());
    this.needsReader =
        new NeedsReader(
            tools.resources(), tools.pool(), tools.cache(), tools.node(), tools.capabilities());
    this.addresses = new AddressClaim(tools.resources());
    this.devices = new MachineDevices(tools.resources());
  }

  /** The key of a machine known by its uid, for what happens on the host. */
  public Optional<Key> find(UUID uid) {
    return tools
        .resources()
        .mentioning(uid.toString(), new Selection(ResourceNames.MACHINES, "", ""))
        .stream()
        .filter(machine -> machine.uid().equals(uid))
        .map(Resource::key)
        .findFirst();
  }

  /** The key of the machine that a network card belongs to. */
  public Optional<Key> find(cairn.network.MacAddress card) {
    return tools
        .resources()
        .identified(MachineSpecs.having(card), new Selection(ResourceNames.MACHINES, "", ""));
  }

  /** Removes from the host what belongs to no machine; once, before the first pass. */
  public void sweep() {
    host.sweep(
        tools.resources().list(new Selection(ResourceNames.MACHINES, "", "")).stream()
            .map(Resource::uid)
            .toList());
  }

  @Override
  public Outcome reconcile(Resource machine) {
    MachineManifest manifest = MachineManifest.read(machine.document());
    Optional<String> claim = addresses.ensure(machine, manifest);
    Needs needs = needsReader.of(machine, manifest, claim);
    try {
      Optional<MachineObservation> seen = host.observe(machine);
      if (seen.filter(PowerPlan::hasInstance).isEmpty()) {
        addresses.keepOnly(machine, claim);
      }
      PowerPlan plan = PowerPlan.decide(situation(machine, manifest, seen));
      remember(machine, plan);
      Done done = carryOut(machine, manifest, needs, plan, seen);
      report(machine, manifest, done, plan);
      return done.outcome();
    } catch (HypervisorFault fault) {
      return failed(machine, manifest, needs, fault.reason(), fault);
    } catch (NetworkFault fault) {
      return failed(machine, manifest, needs, fault.reason(), fault);
    }
  }

  @Override
  public Outcome release(Resource machine) {
    try {
      return takeDown(machine);
    } catch (HypervisorFault fault) {
      return retry(fault.reason(), fault.getMessage() + "", fault);
    } catch (NetworkFault fault) {
      return new Outcome.Failed(
          new Fault.Transient(fault.reason(), fault.getMessage() + "", Optional.of(fault)));
    }
  }

  /** Nobody is left to ask for a grace period: the instance ends at once. */
  @Override
  public Outcome bury(Resource last) {
    try {
      host.forget(last);
    } catch (HypervisorFault fault) {
      return retry(fault.reason(), fault.getMessage() + "", fault);
    } catch (NetworkFault fault) {
      return new Outcome.Failed(
          new Fault.Transient(fault.reason(), fault.getMessage() + "", Optional.of(fault)));
    }
    devices.letGo(last);
    addresses.release(last);
    return Outcome.SETTLED;
  }

  private Outcome takeDown(Resource machine) {
    MachineManifest manifest = MachineManifest.read(machine.document());
    Needs needs = needsReader.of(machine, manifest, claimName(machine));
    Optional<MachineObservation> seen = host.observe(machine);
    PowerPlan plan = PowerPlan.decide(situation(machine, manifest, seen));
    remember(machine, plan);
    Done done = carryOut(machine, manifest, needs, plan, seen);
    if (plan.action() instanceof Action.Nothing) {
      host.forget(machine);
      devices.letGo(machine);
      addresses.release(machine);
      return Outcome.SETTLED;
    }
    report(machine, manifest, done, plan);
    return done.outcome();
  }

  private PowerPlan.Situation situation(
      Resource machine, MachineManifest manifest, Optional<MachineObservation> seen) {
    boolean exists = seen.filter(PowerPlan::hasInstance).isPresent();
    ArrayNode pending = pending(machine, exists);
    Duration grace = MachineManifest.read(wrapped(applied(machine, exists))).grace();
    return new PowerPlan.Situation(
        manifest.runPolicy(),
        PowerMemory.read(machine.privateDocument()),
        seen,
        grace,
        machine.deleting(),
        manifest.restartsItself() && !pending.isEmpty(),
        tools.clock().instant());
  }

  /** Writes down what was decided before it is acted on, and tells people what was noticed. */
  private void remember(Resource machine, PowerPlan plan) {
    if (!plan.memory().equals(PowerMemory.read(machine.privateDocument()))) {
      PowerMemory before = PowerMemory.read(machine.privateDocument());
      tools
          .resources()
          .amend(
              machine,
              object -> {
                merged(before, PowerMemory.read(object.privateDocument()), plan.memory())
                    .writeTo(object.privateDocument());
                return object;
              });
    }
    for (PowerPlan.Happening each : plan.happened()) {
      tools.events().normal(machine, each.reason(), each.message());
    }
  }

  /** What operations asked for or took back since the machine was read stands for the next pass. */
  private static PowerMemory merged(PowerMemory read, PowerMemory now, PowerMemory decided) {
    return now.request().equals(read.request())
        ? decided
        : now.request().map(decided::asked).orElseGet(decided::done);
  }

  /**
   * @param seen what the plan rests on: a guest that ended since is the next pass's to judge, and
   *     must find its devices still held for the instance that may follow
   */
  private Done carryOut(
      Resource machine,
      MachineManifest manifest,
      Needs needs,
      PowerPlan plan,
      Optional<MachineObservation> seen) {
    return switch (plan.action()) {
      case Action.Start _ -> start(machine, manifest, needs, plan);
      case Action.HoldBack wait -> {
        String why =
            "The machine ended by itself %d times in a row soon after its start; the next start is at %s."
                .formatted(
                    wait.shortLives(),
                    plan.memory().backOff().notBefore().map(Conditions::time).orElse("once"));
        yield new Done(needs, new Outcome.LookAgain(wait.lookAgain()), Optional.of(why));
      }
      case Action.Nothing _ -> {
        if (seen.filter(PowerPlan::hasInstance).isEmpty()) {
          host.unplug(machine);
          devices.forget(machine);
        }
        yield new Done(needs, Outcome.SETTLED, Optional.empty());
      }
      case Action.PressButton press -> {
        host.pressButton(machine);
        yield new Done(needs, new Outcome.LookAgain(press.lookAgain()), Optional.empty());
      }
      case Action.AwaitEnd wait ->
          new Done(needs, new Outcome.LookAgain(wait.lookAgain()), Optional.empty());
      case Action.PullPlug _ -> {
        host.pullPlug(machine);
        yield new Done(needs, new Outcome.LookAgain(Duration.ZERO), Optional.empty());
      }
    };
  }

  private Done start(Resource machine, MachineManifest manifest, Needs needs, PowerPlan plan) {
    if (!needs.met()) {
      host.unplug(machine);
      if (devices.replaced(machine, manifest).isEmpty()) {
        devices.forget(machine);
      }
      return new Done(needs, new Outcome.WaitingFor(needs.missing().orElse("")), Optional.empty());
    }
    Optional<String> obstacle = devices.hold(machine, manifest);
    if (obstacle.isPresent()) {
      Needs unmet = needs.withDevices(new Need.Unmet<>("BlockDevicesNotReady", obstacle.get()));
      return new Done(unmet, new Outcome.WaitingFor(obstacle.get()), Optional.empty());
    }
    Map<BlockDeviceRef, UUID> given = devices.present(machine, manifest);
    host.prepare(machine, manifest, needs);
    tools
        .resources()
        .amend(
            machine,
            object -> {
              object.privateDocument().set(APPLIED, machine.document().path("spec").deepCopy());
              UsedDevices.write(object.privateDocument(), given);
              return object;
            });
    if (!failedBefore(machine, plan)) {
      // Said before it is done: a start takes its time, and the instance that was is gone.
      report(machine, manifest, new Done(needs, Outcome.SETTLED, Optional.empty()), plan);
    }
    host.start(machine);
    tools.events().normal(machine, "Started", "The machine was started.");
    // The next pass sees the instance and remembers it.
    return new Done(needs, new Outcome.LookAgain(Duration.ZERO), Optional.empty());
  }

  /** Whether the host refused the last start: the machine stays Pending while that is retried. */
  private static boolean failedBefore(Resource machine, PowerPlan plan) {
    boolean trouble =
        machine
            .document()
            .path("status")
            .path("conditions")
            .valueStream()
            .anyMatch(
                each -> each.path("reason").asString("").equals("InternalVirtualMachineError"));
    return trouble && plan.memory().backOff().shortLives() == 0;
  }

  private Outcome failed(
      Resource machine,
      MachineManifest manifest,
      Needs needs,
      String reason,
      RuntimeException fault) {
    String message = fault.getMessage() + "";
    PowerMemory memory = PowerMemory.read(machine.privateDocument());
    Seen seen =
        new Seen(
            fresh(machine),
            tools.node(),
            manifest,
            spec(machine),
            needs,
            memory,
            Optional.empty(),
            memory.wish() != PowerMemory.Wish.REST,
            Optional.of(message),
            Optional.empty(),
            JsonNodeFactory.instance.arrayNode(),
            Set.of(),
            GuestAgent.ABSENT);
    if (!unreachable(fault)) {
      tools.events().warning(machine, "Failed", message);
      write(machine, seen);
    }
    return retry(reason, message, fault);
  }

  /** A daemon that is away is soon back, and then tells: there is nothing to back off from. */
  private static Outcome retry(String reason, String message, RuntimeException fault) {
    return unreachable(fault)
        ? new Outcome.LookAgain(WITHOUT_DAEMON)
        : new Outcome.Failed(new Fault.Transient(reason, message, Optional.of(fault)));
  }

  /** A daemon that is away says nothing about the machine: its status stays as it was. */
  private static boolean unreachable(RuntimeException fault) {
    return fault instanceof HypervisorFault hypervisor
        && hypervisor.kind() == HypervisorFault.Kind.TRANSIENT;
  }

  private void report(Resource machine, MachineManifest manifest, Done done, PowerPlan plan) {
    Optional<MachineObservation> seen = host.observe(machine);
    boolean exists = seen.filter(PowerPlan::hasInstance).isPresent();
    Resource fresh = fresh(machine);
    tellOfStandstill(fresh, seen);
    write(
        machine,
        new Seen(
            fresh,
            tools.node(),
            manifest,
            applied(fresh, exists),
            done.needs(),
            plan.memory(),
            seen,
            plan.action() instanceof Action.Start || coming(plan),
            done.trouble(),
            exists ? host.leased(machine) : Optional.empty(),
            pending(fresh, exists),
            devices.lost(fresh, manifest),
            exists ? host.agent(machine) : GuestAgent.ABSENT));
  }

  /** Once, when the guest comes to stand still. */
  private void tellOfStandstill(Resource machine, Optional<MachineObservation> seen) {
    boolean known = MachinePhase.of(machine) == MachinePhase.PAUSE;
    if (known || seen.isEmpty() || !(seen.get().power() instanceof Power.Paused paused)) {
      return;
    }
    String message = Standstill.sentence(paused);
    if (Standstill.isTrouble(paused)) {
      tools.events().warning(machine, "Paused", message);
    } else {
      tools.events().normal(machine, "Paused", message);
    }
  }

  /** Whether another instance follows the one that is going. */
  private static boolean coming(PowerPlan plan) {
    return plan.memory().wish() == PowerMemory.Wish.RUN;
  }

  /** A pass may write more than once: history goes on from the status that stands. */
  private Resource fresh(Resource machine) {
    return tools.resources().get(machine.key()).orElse(machine);
  }

  private void write(Resource machine, Seen seen) {
    ObjectNode status = MachineReport.of(seen, tools.capabilities().get(), tools.clock().instant());
    // What was observed is the spec that the pass read.
    status.put("observedGeneration", machine.generation());
    tools
        .resources()
        .updateStatus(
            machine,
            object -> {
              object.document().set("status", status);
              return object;
            });
  }

  private static ArrayNode pending(Resource machine, boolean exists) {
    return exists
        ? PendingChanges.between(applied(machine, true), spec(machine))
        : JsonNodeFactory.instance.arrayNode();
  }

  private static JsonNode applied(Resource machine, boolean exists) {
    JsonNode applied = machine.privateDocument().path(APPLIED);
    return exists && !applied.isMissingNode() ? applied : spec(machine);
  }

  private static JsonNode wrapped(JsonNode spec) {
    ObjectNode document = JsonNodeFactory.instance.objectNode();
    document.set("spec", spec);
    return document;
  }

  private static Optional<String> claimName(Resource machine) {
    String name =
        machine.document().path("status").path("virtualMachineIPAddressName").asString("");
    return name.isEmpty() ? Optional.empty() : Optional.of(name);
  }

  private static JsonNode spec(Resource machine) {
    return machine.document().path("spec");
  }
}
