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
import cairn.appliance.machine.UsedDevices.Used;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.placement.HostRoom;
import cairn.appliance.resource.Resource;
import cairn.appliance.resource.Resources;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.UptimeClock;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.HostCapabilities;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.cpu.CpuGroups;
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
import java.util.function.Consumer;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
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

  /** No event tells that a paused instance is gone, if the daemon missed its end. */
  private static final Outcome LOOK_AT_PAUSED = new Outcome.LookAgain(Duration.ofSeconds(10));

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
      HostRoom room,
      CpuGroups processors,
      HostPaths paths,
      EventRecorder events,
      Clock clock,
      UptimeClock uptime) {
    public Tools {
      requireNonNull(resources, "resources is null");
      requireNonNull(hypervisor, "hypervisor is null");
      requireNonNull(network, "network is null");
      requireNonNull(pool, "pool is null");
      requireNonNull(cache, "cache is null");
      requireNonNull(capabilities, "capabilities is null");
      requireNonNull(node, "node is null");
      requireNonNull(room, "room is null");
      requireNonNull(processors, "processors is null");
      requireNonNull(paths, "paths is null");
      requireNonNull(events, "events is null");
      requireNonNull(clock, "clock is null");
      requireNonNull(uptime, "uptime is null");
    }
  }

  /** How carrying out went. */
  private record Done(
      Needs needs, Outcome outcome, Optional<String> trouble, Optional<String> turn) {

    static Done well(Needs needs, Outcome outcome) {
      return new Done(needs, outcome, Optional.empty(), Optional.empty());
    }
  }

  private final Tools tools;
  private final MachineHost host;
  private final DeviceReader reader;
  private final NeedsReader needsReader;
  private final AddressClaim addresses;
  private final MachineDevices devices;
  private final HotPlug hotPlug;
  private final HostPower hostPower;
  private final MachineRoom place;

  public MachineReconciler(Tools tools) {
    this.tools = requireNonNull(tools, "tools is null");
    this.host =
        new MachineHost(
            tools.hypervisor(), tools.network(), tools.paths(), tools.node(), tools.processors());
    this.place = new MachineRoom(tools.resources(), tools.room(), tools.node());
    this.reader = new DeviceReader(tools.resources(), tools.pool(), tools.cache());
    this.needsReader =
        new NeedsReader(tools.resources(), reader, tools.node(), tools.capabilities());
    this.hotPlug = new HotPlug(tools.resources(), reader, tools.hypervisor(), tools.events());
    this.addresses = new AddressClaim(tools.resources());
    this.devices = new MachineDevices(tools.resources());
    this.hostPower = new HostPower(tools.uptime());
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

  /**
   * Before the first pass, once: removes from the host what belongs to no machine, and sets the
   * order in which those that do not run come up.
   */
  public void sweep() {
    List<Resource> all = all();
    Set<UUID> running = host.sweep(all.stream().map(Resource::uid).toList());
    // Before anybody asks for room: those that run have theirs.
    for (Resource machine : all) {
      host.observe(machine).ifPresent(seen -> settle(machine, seen));
    }
    hostPower.begin(all.stream().filter(machine -> !running.contains(machine.uid())).toList());
  }

  /**
   * The host goes down: ends all machines, which is no stop by hand. Returns when they are gone, or
   * when the limit is over and they could not be ended by force either.
   *
   * @param limit how long guests may take together to power off
   * @param wake makes the loop look at a machine
   */
  public void shutDown(Duration limit, Consumer<Key> wake) {
    hostPower.shutDown(
        all(), limit, machine -> running(machine.key()), machine -> wake.accept(machine.key()));
  }

  private List<Resource> all() {
    return tools.resources().list(new Selection(ResourceNames.MACHINES, "", ""));
  }

  /** Whether the machine has an instance, or had one whose end was not noticed yet. */
  private boolean running(Key key) {
    return tools
        .resources()
        .get(key)
        .filter(machine -> {
          PowerMemory memory = PowerMemory.read(machine.privateDocument());
          return memory.instance().isPresent()
              || memory.launching().isPresent()
              || MachinePhase.of(machine).hasInstance();
        })
        .isPresent();
  }

  /** A running instance has its place on the host and its share of the processors. */
  private void settle(Resource machine, MachineObservation seen) {
    if (PowerPlan.hasInstance(seen)) {
      host.limit(machine, seen, place.occupy(machine, AppliedSpec.of(machine, true)));
    }
  }

  @Override
  public Outcome reconcile(Resource machine) {
    try {
      return pass(machine);
    } catch (HypervisorFault fault) {
      // Not even what the host offers is known: there is nothing to say of the machine.
      return retry(fault.reason(), fault.getMessage() + "", fault);
    }
  }

  private Outcome pass(Resource machine) {
    MachineManifest manifest = MachineManifest.read(machine.document());
    Optional<String> claim = addresses.ensure(machine, manifest);
    Needs needs = needsReader.of(machine, manifest, claim);
    try {
      Optional<MachineObservation> seen = host.observe(machine);
      seen.ifPresent(observation -> settle(machine, observation));
      if (seen.filter(PowerPlan::hasInstance).isEmpty()) {
        addresses.keepOnly(machine, claim);
      }
      PowerPlan plan = PowerPlan.decide(situation(machine, manifest, seen));
      remember(machine, plan);
      Done done = carryOut(machine, manifest, needs, plan, seen);
      boolean starting = plan.action() instanceof Action.Start;
      // Devices that are being claimed are there in a moment: the others go on waiting for it.
      boolean claiming = starting && needs.met() && !done.needs().met();
      if (!claiming && !(plan.action() instanceof Action.AwaitTurn)) {
        hostPower.passed(machine, starting && needs.met());
      }
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
    place.leave(last);
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
    PendingChanges pending = pending(machine, exists);
    Duration grace = MachineManifest.read(AppliedSpec.document(machine, exists)).grace();
    return new PowerPlan.Situation(
        manifest.runPolicy(),
        PowerMemory.read(machine.privateDocument()),
        seen,
        grace,
        machine.deleting(),
        manifest.restartsItself() && !pending.isEmpty(),
        hostPower.of(machine),
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
        yield new Done(
            needs, new Outcome.LookAgain(wait.lookAgain()), Optional.of(why), Optional.empty());
      }
      case Action.AwaitTurn wait ->
          new Done(
              needs,
              new Outcome.LookAgain(wait.lookAgain()),
              Optional.empty(),
              Optional.of("Machines that come before it are being started first."));
      case Action.Nothing _ -> {
        if (seen.filter(PowerPlan::hasInstance).isEmpty()) {
          host.unplug(machine);
          place.leave(machine);
          devices.forget(machine);
        }
        yield Done.well(needs, meanwhile(machine, manifest, seen));
      }
      case Action.PressButton press -> {
        host.pressButton(machine);
        yield Done.well(needs, new Outcome.LookAgain(press.lookAgain()));
      }
      case Action.AwaitEnd wait -> Done.well(needs, new Outcome.LookAgain(wait.lookAgain()));
      case Action.PullPlug _ -> {
        host.pullPlug(machine);
        yield Done.well(needs, new Outcome.LookAgain(Duration.ZERO));
      }
    };
  }

  /** What there is to do for an instance that is to go on as it is. */
  private Outcome meanwhile(
      Resource machine, MachineManifest manifest, Optional<MachineObservation> seen) {
    boolean runs = seen.filter(it -> it.power() instanceof Power.Running).isPresent();
    return runs && !machine.deleting()
        ? hotPlug.follow(machine, manifest)
        : standingStill(machine, seen);
  }

  /** Nobody tells when there is room again, or when an instance is lost that stands still. */
  private Outcome standingStill(Resource machine, Optional<MachineObservation> seen) {
    if (seen.isEmpty() || !(seen.get().power() instanceof Power.Paused paused)) {
      return Outcome.SETTLED;
    }
    if (!Standstill.goesOn(paused, tools.pool().space().free())) {
      return LOOK_AT_PAUSED;
    }
    host.resume(machine);
    tools.events().normal(machine, "Resumed", "There is room for its disks again: it goes on.");
    return new Outcome.LookAgain(Duration.ZERO);
  }

  private Done start(Resource machine, MachineManifest manifest, Needs needs, PowerPlan plan) {
    if (!needs.met()) {
      place.leave(machine);
      return waiting(machine, manifest, needs);
    }
    Optional<String> noRoom = place.ask(machine, tools.clock().instant());
    if (noRoom.isPresent()) {
      Need<Boolean> unmet = new Need.Unmet<>("PodNotStarted", noRoom.get());
      return waiting(machine, manifest, needs.withPlacement(unmet));
    }
    Optional<String> obstacle = devices.hold(machine, manifest);
    if (obstacle.isPresent()) {
      place.leave(machine);
      Needs unmet = needs.withDevices(new Need.Unmet<>("BlockDevicesNotReady", obstacle.get()));
      return Done.well(unmet, new Outcome.WaitingFor(obstacle.get()));
    }
    Map<BlockDeviceRef, Used> given = devices.given(machine, manifest);
    host.prepare(machine, manifest, needs);
    tools
        .resources()
        .amend(
            machine,
            object -> {
              AppliedSpec.write(object.privateDocument(), spec(machine));
              AppliedClass.note(
                  object.privateDocument(), manifest.machineClass(), machineClass(machine));
              UsedDevices.write(object.privateDocument(), given);
              return object;
            });
    if (!failedBefore(machine, plan)) {
      // Said before it is done: a start takes its time, and the instance that was is gone.
      report(machine, manifest, Done.well(needs, Outcome.SETTLED), plan);
    }
    host.start(machine);
    tools.events().normal(machine, "Started", "The machine was started.");
    // The next pass sees the instance and remembers it.
    return Done.well(needs, new Outcome.LookAgain(Duration.ZERO));
  }

  /** A machine that was up or coming, and now waits for something, is told of; a new one is not. */
  private void interrupted(Resource machine, String missing) {
    MachinePhase phase = MachinePhase.of(machine);
    if (phase.hasInstance() || phase == MachinePhase.STARTING || phase == MachinePhase.STOPPED) {
      tools.events().warning(machine, "Failed", "The start is interrupted: " + missing);
    }
  }

  /** Something is missing: until it is there, nothing is held that others may need. */
  private Done waiting(Resource machine, MachineManifest manifest, Needs needs) {
    host.unplug(machine);
    if (devices.replaced(machine, manifest).isEmpty()) {
      devices.forget(machine);
    }
    interrupted(machine, needs.missing().orElse(""));
    return Done.well(needs, new Outcome.WaitingFor(needs.missing().orElse("")));
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
    hostPower.passed(machine, false);
    if (unreachable(fault)) {
      return retry(reason, message, fault);
    }
    tools.events().warning(machine, "Failed", message);
    Resource fresh = fresh(machine);
    PowerMemory memory = PowerMemory.read(fresh.privateDocument());
    Optional<MachineObservation> observation = glimpse(machine);
    boolean exists = observation.filter(PowerPlan::hasInstance).isPresent();
    Seen seen =
        new Seen(
            fresh,
            machine.generation(),
            tools.node(),
            manifest,
            AppliedSpec.of(fresh, exists),
            needs,
            memory,
            observation,
            memory.wish() != PowerMemory.Wish.REST,
            Optional.of(message),
            Optional.empty(),
            Optional.empty(),
            pending(fresh, exists),
            Set.of(),
            AttachedDevice.of(fresh, tools.resources(), reader),
            exists ? host.agent(machine) : GuestAgent.ABSENT);
    write(machine, seen);
    return retry(reason, message, fault);
  }

  /** What runs after something went wrong; nothing is said of a host that does not answer. */
  private Optional<MachineObservation> glimpse(Resource machine) {
    try {
      return host.observe(machine);
    } catch (HypervisorFault silent) {
      return Optional.empty();
    }
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
            machine.generation(),
            tools.node(),
            manifest,
            AppliedSpec.of(fresh, exists),
            done.needs(),
            plan.memory(),
            seen,
            plan.action() instanceof Action.Start || coming(plan, hostPower.of(machine)),
            done.trouble(),
            done.turn(),
            exists ? host.leased(machine) : Optional.empty(),
            pending(fresh, exists),
            devices.lost(fresh, manifest),
            AttachedDevice.of(fresh, tools.resources(), reader),
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
  private static boolean coming(PowerPlan plan, HostMoment host) {
    return plan.memory().wish() == PowerMemory.Wish.RUN && !host.closing();
  }

  /** A pass may write more than once: history goes on from the status that stands. */
  private Resource fresh(Resource machine) {
    return tools.resources().get(machine.key()).orElse(machine);
  }

  private void write(Resource machine, Seen seen) {
    ObjectNode status = MachineReport.of(seen, tools.capabilities().get(), tools.clock().instant());
    ChangeEvents.between(seen.machine().document().path("status"), seen)
        .ifPresent(each -> tools.events().normal(machine, each.reason(), each.message()));
    tools
        .resources()
        .updateStatus(
            machine,
            object -> {
              object.document().set("status", status);
              return object;
            });
  }

  private PendingChanges pending(Resource machine, boolean exists) {
    if (!exists) {
      return PendingChanges.NONE;
    }
    String name = spec(machine).path("virtualMachineClassName").asString("");
    return new PendingChanges(
        PendingChanges.between(AppliedSpec.of(machine, true), spec(machine)),
        AppliedClass.change(machine.privateDocument(), name, machineClass(machine)));
  }

  private Optional<JsonNode> machineClass(Resource machine) {
    String name = spec(machine).path("virtualMachineClassName").asString("");
    return tools.resources().get(new Key(ResourceNames.CLASSES, "", name)).map(Resource::document);
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
