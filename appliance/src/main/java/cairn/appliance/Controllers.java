package cairn.appliance;

import static java.util.Objects.requireNonNull;

import cairn.appliance.address.AddressAdmission;
import cairn.appliance.address.AddressReconciler;
import cairn.appliance.address.LeaseAdmission;
import cairn.appliance.address.LeaseReconciler;
import cairn.appliance.api.ResourceNames;
import cairn.appliance.attachment.AttachmentAdmission;
import cairn.appliance.attachment.AttachmentReconciler;
import cairn.appliance.controller.Declaration;
import cairn.appliance.controller.ReconcileFigures;
import cairn.appliance.controller.ReconcileLoop;
import cairn.appliance.controller.Reconciler;
import cairn.appliance.controller.StoredAge;
import cairn.appliance.coordination.CoordinationAdmission;
import cairn.appliance.disk.DiskAdmission;
import cairn.appliance.disk.DiskReconciler;
import cairn.appliance.events.EventAdmission;
import cairn.appliance.events.EventConversion;
import cairn.appliance.events.EventRecorder;
import cairn.appliance.image.ClusterImageReconciler;
import cairn.appliance.image.ImageAdmission;
import cairn.appliance.image.ImageCleaning;
import cairn.appliance.image.ImageReconciler;
import cairn.appliance.image.ImageTools;
import cairn.appliance.image.Imports;
import cairn.appliance.image.Uploads;
import cairn.appliance.machine.DeviceReader;
import cairn.appliance.machine.HostPaths;
import cairn.appliance.machine.MachineAdmission;
import cairn.appliance.machine.MachineReconciler;
import cairn.appliance.machineclass.ClassAdmission;
import cairn.appliance.machineclass.ClassReconciler;
import cairn.appliance.machineclass.PercentConversion;
import cairn.appliance.namespace.NamespaceAdmission;
import cairn.appliance.namespace.NamespaceReconciler;
import cairn.appliance.node.HostMemory;
import cairn.appliance.node.NodeFacts;
import cairn.appliance.node.NodeReconciler;
import cairn.appliance.operation.OperationAdmission;
import cairn.appliance.operation.OperationReconciler;
import cairn.appliance.ownership.GarbageCollector;
import cairn.appliance.placement.HostRoom;
import cairn.appliance.placement.NodeView;
import cairn.appliance.platform.SettingsAdmission;
import cairn.appliance.platform.StorageClassAdmission;
import cairn.appliance.resource.Admission;
import cairn.appliance.resource.Conversion;
import cairn.appliance.resource.KindRules;
import cairn.appliance.resource.ResourceEngine;
import cairn.appliance.resource.Resources;
import cairn.appliance.resource.StoreReader;
import cairn.appliance.schema.Kinds;
import cairn.appliance.secret.ConfigMapAdmission;
import cairn.appliance.secret.SecretAdmission;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.UptimeClock;
import cairn.hypervisor.HostCapabilities;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.cpu.CpuGroups;
import cairn.network.ManagedNetwork;
import cairn.storage.DiskId;
import cairn.storage.DiskLocation;
import cairn.storage.DiskPool;
import cairn.storage.ImageCache;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The controllers of all kinds, put together over one host. Stopping leaves machines running; the
 * next start looks at everything anew and adopts it.
 */
public final class Controllers implements AutoCloseable {

  /**
   * The host that is ruled.
   *
   * @param capabilities for the way guests run here: by KVM or in emulation
   */
  public record Host(
      Hypervisor hypervisor,
      Supplier<HostCapabilities> capabilities,
      ManagedNetwork network,
      DiskPool pool,
      ImageCache cache,
      NodeFacts node,
      CpuGroups processors,
      HostPaths paths) {
    public Host {
      requireNonNull(hypervisor, "hypervisor is null");
      requireNonNull(capabilities, "capabilities is null");
      requireNonNull(network, "network is null");
      requireNonNull(pool, "pool is null");
      requireNonNull(cache, "cache is null");
      requireNonNull(node, "node is null");
      requireNonNull(processors, "processors is null");
      requireNonNull(paths, "paths is null");
    }
  }

  /**
   * Where objects are.
   *
   * @param engine whose rules are {@link #rules}
   * @param uploads where files for images and disks are handed in
   */
  public record Objects(
      ResourceStore store,
      Kinds kinds,
      ResourceEngine engine,
      EventRecorder events,
      Uploads uploads) {
    public Objects {
      requireNonNull(store, "store is null");
      requireNonNull(kinds, "kinds is null");
      requireNonNull(engine, "engine is null");
      requireNonNull(events, "events is null");
      requireNonNull(uploads, "uploads is null");
    }
  }

  private static final Logger LOG = LoggerFactory.getLogger(Controllers.class);

  private final Host host;
  private final Objects objects;
  private final Resources resources;
  private final Imports imports;
  private final MachineReconciler machines;
  private final Map<String, ReconcileLoop> loops = new HashMap<>();
  private final GarbageCollector garbage;
  private final Hypervisor.Subscription subscription;

  public Controllers(Host host, Objects objects, Clock clock, UptimeClock uptime) {
    this.host = requireNonNull(host, "host is null");
    this.objects = requireNonNull(objects, "objects is null");
    this.resources = objects.engine().resources("cairn");
    this.imports = new Imports(host.cache(), uptime);
    EventRecorder events = objects.events();
    ImageCleaning cleaning = new ImageCleaning(resources, host.cache(), imports, objects.uploads());
    ImageTools images =
        new ImageTools(
            resources,
            host.cache(),
            host.pool(),
            imports,
            objects.uploads(),
            cleaning,
            events,
            clock);
    HostRoom room = new HostRoom(host.node().budget(), this::labelsOfNamespace, this::wake);
    this.machines =
        new MachineReconciler(
            new MachineReconciler.Tools(
                resources,
                host.hypervisor(),
                host.network(),
                host.pool(),
                host.cache(),
                host.capabilities(),
                host.node(),
                room,
                host.processors(),
                host.paths(),
                events,
                clock,
                uptime));
    add(
        ClassReconciler.DECLARATION,
        new ClassReconciler(resources, host.capabilities(), host.node(), events, clock));
    add(
        NodeReconciler.DECLARATION,
        new NodeReconciler(
            resources, host.node(), host.capabilities(), room, HostMemory::now, clock));
    add(ImageReconciler.DECLARATION, new ImageReconciler(images, this::wake));
    add(ClusterImageReconciler.DECLARATION, new ClusterImageReconciler(images, this::wake));
    add(
        DiskReconciler.DECLARATION,
        new DiskReconciler(
            new DiskReconciler.Tools(
                resources,
                host.pool(),
                imports,
                objects.uploads(),
                cleaning,
                events,
                host.hypervisor(),
                clock),
            this::wake));
    add(AddressReconciler.DECLARATION, new AddressReconciler(resources, events, clock));
    add(
        LeaseReconciler.DECLARATION,
        new LeaseReconciler(resources, events, new StoredAge(uptime), clock));
    add(MachineReconciler.DECLARATION, machines);
    add(
        AttachmentReconciler.DECLARATION,
        new AttachmentReconciler(
            resources,
            new DeviceReader(resources, host.pool(), host.cache()),
            host.hypervisor(),
            events,
            clock));
    add(
        OperationReconciler.DECLARATION,
        new OperationReconciler(resources, events, new StoredAge(uptime), clock));
    add(
        NamespaceReconciler.DECLARATION,
        new NamespaceReconciler(objects.kinds(), resources, clock));
    this.garbage =
        new GarbageCollector(
            objects.store(),
            objects.kinds(),
            new StoreReader(objects.store(), objects.kinds()),
            resources);
    this.subscription =
        host.hypervisor()
            .onChange(machine ->
                Thread.ofVirtual()
                    .start(() -> machines.find(machine.uuid()).ifPresent(this::nudgeWithDevices)));
    host.network()
        .onLeaseChange(
            card -> Thread.ofVirtual().start(() -> machines.find(card).ifPresent(this::wake)));
  }

  /** What the kinds bring along, for the engine. */
  public static KindRules rules() {
    return new KindRules(admissions(), conversions());
  }

  private static Map<String, Conversion> conversions() {
    return Map.of(
        ResourceNames.GROUP + "/v1alpha3/VirtualMachineClass",
        new PercentConversion(),
        "events.k8s.io/v1/Event",
        new EventConversion());
  }

  private static Map<String, Admission> admissions() {
    return Map.ofEntries(
        Map.entry(ResourceNames.CLASSES, new ClassAdmission()),
        Map.entry(ResourceNames.IMAGES, new ImageAdmission()),
        Map.entry(ResourceNames.CLUSTER_IMAGES, new ImageAdmission()),
        Map.entry(ResourceNames.DISKS, new DiskAdmission()),
        Map.entry(ResourceNames.MACHINES, new MachineAdmission()),
        Map.entry(ResourceNames.OPERATIONS, new OperationAdmission()),
        Map.entry(ResourceNames.ATTACHMENTS, new AttachmentAdmission()),
        Map.entry(ResourceNames.ADDRESSES, new AddressAdmission()),
        Map.entry(ResourceNames.LEASES, new LeaseAdmission()),
        Map.entry(ResourceNames.MODULE_CONFIGS, new SettingsAdmission()),
        Map.entry(ResourceNames.NAMESPACES, new NamespaceAdmission()),
        Map.entry(ResourceNames.EVENTS, new EventAdmission()),
        Map.entry(ResourceNames.CONFIG_MAPS, new ConfigMapAdmission()),
        Map.entry(ResourceNames.SECRETS, new SecretAdmission()),
        Map.entry(ResourceNames.COORDINATION, new CoordinationAdmission()),
        Map.entry(
            ResourceNames.STORAGE_CLASSES, new StorageClassAdmission(Set.of(LinuxHost.POOL))));
  }

  /** Removes what no object owns from the host, and begins. */
  public void start() {
    machines.sweep();
    sweepDisks();
    loops.values().forEach(ReconcileLoop::start);
    garbage.start();
  }

  /** What each controller did, by name. */
  public List<ReconcileFigures> figures() {
    return loops.values().stream()
        .map(ReconcileLoop::figures)
        .sorted(Comparator.comparing(ReconcileFigures::controller))
        .toList();
  }

  /**
   * The host goes down: ends all machines in the order that is the reverse of their start. What is
   * ended so comes back with the host, as its run policy says.
   *
   * @param limit how long guests may take together to power off
   */
  public void shutDownMachines(Duration limit) {
    machines.shutDown(limit, this::wake);
  }

  @Override
  public void close() {
    subscription.close();
    garbage.close();
    loops.values().forEach(ReconcileLoop::close);
    imports.close();
  }

  private Map<String, String> labelsOfNamespace(String name) {
    return resources
        .get(new Key(ResourceNames.NAMESPACES, "", name))
        .map(found -> NodeView.texts(found.document().path("metadata").path("labels")))
        .orElse(Map.of());
  }

  private void sweepDisks() {
    Set<DiskId> owned = new HashSet<>();
    resources
        .list(new Selection(ResourceNames.DISKS, "", ""))
        .forEach(disk -> owned.add(DiskReconciler.id(disk)));
    List<DiskLocation> ownerless =
        host.pool().disks().stream().filter(disk -> !owned.contains(disk.id())).toList();
    if (ownerless.isEmpty()) {
      return;
    }
    Set<Path> used = host.hypervisor().filesInUse();
    for (DiskLocation disk : ownerless) {
      if (used.contains(disk.file())) {
        LOG.warn("{} belongs to no object, and stays: a running machine has it open", disk.file());
      } else {
        host.pool().remove(disk.id());
      }
    }
  }

  private void add(Declaration declaration, Reconciler reconciler) {
    loops.put(
        declaration.owns(),
        new ReconcileLoop(
            declaration,
            reconciler,
            objects.store(),
            new StoreReader(objects.store(), objects.kinds()),
            resources));
  }

  /** The host tells of every start that it refuses, which must not be the reason for the next. */
  private void nudge(Key key) {
    ReconcileLoop loop = loops.get(key.resource());
    if (loop != null) {
      loop.nudge(key);
    }
  }

  /** A device that a guest let go of is seen on the host alone. */
  private void nudgeWithDevices(Key machine) {
    nudge(machine);
    AttachmentReconciler.toMachine(machine, resources).forEach(this::nudge);
  }

  private void wake(Key key) {
    ReconcileLoop loop = loops.get(key.resource());
    if (loop != null) {
      loop.wake(key);
    }
  }
}
