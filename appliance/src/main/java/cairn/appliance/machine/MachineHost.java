package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.node.NodeFacts;
import cairn.appliance.placement.Size;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.NetworkDevice;
import cairn.hypervisor.cpu.CpuGroups;
import cairn.hypervisor.cpu.CpuShare;
import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork;
import java.util.Collection;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What a machine is on the host: a definition, a tap, a reservation, a seed. Every method may be
 * repeated, and a crash between two of its steps is repaired by the next call.
 */
final class MachineHost {

  private final Hypervisor hypervisor;
  private final ManagedNetwork network;
  private final MachineFiles files;
  private final HostPaths paths;
  private final NodeFacts node;
  private final CpuGroups processors;

  MachineHost(
      Hypervisor hypervisor,
      ManagedNetwork network,
      HostPaths paths,
      NodeFacts node,
      CpuGroups processors) {
    this.hypervisor = requireNonNull(hypervisor, "hypervisor is null");
    this.network = requireNonNull(network, "network is null");
    this.files = new MachineFiles(paths);
    this.paths = requireNonNull(paths, "paths is null");
    this.node = requireNonNull(node, "node is null");
    this.processors = requireNonNull(processors, "processors is null");
  }

  Optional<MachineObservation> observe(Resource machine) {
    return hypervisor.observe(id(machine));
  }

  /** What the agent in the guest said last. */
  GuestAgent agent(Resource machine) {
    return hypervisor.agent(id(machine));
  }

  Optional<Ipv4Address> leased(Resource machine) {
    return network.leased(MachineSpecs.mac(machine.uid()));
  }

  /** Makes everything an instance needs on the host. */
  void prepare(Resource machine, MachineManifest manifest, Needs needs) {
    Needs.Address address = needs.address().found().orElseThrow();
    String hostName = hostName(machine);
    MacAddress mac = MachineSpecs.mac(machine.uid());
    Optional<MachineSpecs.Seed> seed = seed(machine, needs.firstBoot().found().orElseThrow());
    network.reserve(new ManagedNetwork.Reservation(mac, address.address(), hostName));
    String tap =
        network.attach(new ManagedNetwork.Port(tap(machine.uid()), mac, address.address()));
    MachineSpec spec =
        MachineSpecs.of(
            machine,
            manifest,
            new MachineSpecs.Given(
                node.kvm().runsGuests() ? Acceleration.KVM : Acceleration.EMULATION,
                needs.machineClass().found().orElseThrow(),
                needs.devices().found().orElseThrow(),
                seed,
                new NetworkDevice(tap, mac.text()),
                paths));
    hypervisor.define(spec);
  }

  /**
   * Writes what the guest is told at its first boot; a secret of an earlier start does not stay.
   */
  private Optional<MachineSpecs.Seed> seed(Resource machine, FirstBoot firstBoot) {
    Optional<SeedImage> image = firstBoot.image(machine.uid(), hostName(machine));
    if (image.isEmpty()) {
      files.removeSeed(machine.uid());
    }
    return image.map(
        volume -> new MachineSpecs.Seed(files.writeSeed(machine.uid(), volume), firstBoot.role()));
  }

  void start(Resource machine) {
    hypervisor.start(id(machine));
  }

  /** Gives a running instance its share of the processors. */
  void limit(Resource machine, MachineObservation seen, Size size) {
    seen.instancePid()
        .ifPresent(process ->
            processors.limit(id(machine), process, new CpuShare(size.cores(), size.percent())));
  }

  /** Lets a guest that stands still go on. */
  void resume(Resource machine) {
    hypervisor.resume(id(machine));
  }

  void pressButton(Resource machine) {
    hypervisor.pressPowerButton(id(machine));
  }

  void pullPlug(Resource machine) {
    hypervisor.pullPlug(id(machine));
  }

  /** Takes back what only an instance needs. */
  void unplug(Resource machine) {
    network.detach(tap(machine.uid()));
    processors.release(id(machine));
  }

  /** Takes back everything. */
  void forget(Resource machine) {
    hypervisor.undefine(id(machine));
    unplug(machine);
    network.release(MachineSpecs.mac(machine.uid()));
    files.remove(machine.uid());
  }

  /**
   * Removes from the host what belongs to machines that no longer exist.
   *
   * @return those of the machines that have an instance
   */
  Set<UUID> sweep(Collection<UUID> machines) {
    Set<UUID> running = new HashSet<>();
    Set<String> taps = new HashSet<>();
    Set<MacAddress> cards = new HashSet<>();
    for (UUID machine : machines) {
      taps.add(tap(machine));
      cards.add(MachineSpecs.mac(machine));
    }
    for (MachineObservation seen : hypervisor.observeAll()) {
      if (!machines.contains(seen.id().uuid())) {
        hypervisor.undefine(seen.id());
      } else if (PowerPlan.hasInstance(seen)) {
        running.add(seen.id().uuid());
      }
    }
    network.taps().stream().filter(tap -> !taps.contains(tap)).forEach(network::detach);
    network.reservations().stream()
        .map(ManagedNetwork.Reservation::mac)
        .filter(mac -> !cards.contains(mac))
        .forEach(network::release);
    files.removeAllBut(machines);
    processors.keepOnly(machines);
    return running;
  }

  private String tap(UUID machine) {
    return network
        .plan()
        .tapName(machine.getMostSignificantBits() ^ machine.getLeastSignificantBits(), 0);
  }

  private static MachineId id(Resource machine) {
    return new MachineId(machine.uid());
  }

  /** A DNS label: names of machines may hold dots. */
  private static String hostName(Resource machine) {
    return machine.name().replace('.', '-');
  }
}
