package cairn.appliance;

import cairn.appliance.node.NodeFacts;
import cairn.appliance.settings.Settings;
import cairn.appliance.store.UptimeClock;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.cpu.CpuGroups;
import cairn.hypervisor.libvirt.LibvirtHypervisor;
import cairn.hypervisor.libvirt.LibvirtSettings;
import cairn.network.Ipv4Range;
import cairn.network.NetworkFault;
import cairn.network.NetworkPlan;
import cairn.network.address.FreeRange;
import cairn.network.address.HostRoutes;
import cairn.network.linux.LinuxNetwork;
import cairn.network.program.ProgramRunner;
import cairn.storage.ByteSize;
import cairn.storage.directory.DirectoryImageCache;
import cairn.storage.directory.DirectoryPool;
import cairn.storage.directory.FileAccess;
import cairn.storage.imports.AddressPolicy;
import cairn.storage.imports.ImageImport;
import cairn.storage.imports.ImportLimits;
import cairn.storage.qemuimg.QemuImg;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The real host under the controllers: libvirt, directories, a bridge. */
final class LinuxHost implements AutoCloseable {

  /** Name of the one pool, which is the default StorageClass. */
  static final String POOL = "local";

  private static final int REDIRECTS = ImportLimits.usual().redirects();
  private static final Duration PROGRAM_LIMIT = Duration.ofSeconds(10);
  private static final Duration LIBVIRT_PATIENCE = Duration.ofSeconds(60);

  /** They change with a newer QEMU; every pass over a machine reads them. */
  private static final Duration CAPABILITIES_LAST = Duration.ofSeconds(30);

  private static final Duration IMAGE_GRACE = Duration.ofMinutes(10);

  private final Hypervisor hypervisor;
  private final LinuxNetwork network;
  private final Controllers.Host parts;

  private LinuxHost(Hypervisor hypervisor, LinuxNetwork network, Controllers.Host parts) {
    this.hypervisor = hypervisor;
    this.network = network;
    this.parts = parts;
  }

  static LinuxHost open(
      Settings settings,
      Identity identity,
      Ipv4Range range,
      NodeFacts facts,
      CpuGroups processors) {
    HostFolders folders = HostFolders.make(settings);
    FileAccess access = FileAccess.sharedWith(settings.hypervisor().qemuGroup());
    QemuImg qemuImg = QemuImg.onThisHost();
    Acceleration acceleration =
        facts.kvm().runsGuests() ? Acceleration.KVM : Acceleration.EMULATION;
    LinuxNetwork network =
        new LinuxNetwork(
            new NetworkPlan(identity.instance(), 0, range, folders.network().resolve("main")));
    Hypervisor hypervisor = hypervisor(settings, identity);
    return new LinuxHost(
        hypervisor,
        network,
        new Controllers.Host(
            hypervisor,
            new Remembered<>(
                () -> hypervisor.capabilities(acceleration),
                CAPABILITIES_LAST,
                UptimeClock.system()),
            network,
            DirectoryPool.open(
                POOL, folders.pools().resolve(POOL), folders.images(), access, qemuImg),
            DirectoryImageCache.open(
                folders.images(),
                access,
                new ImageImport(
                    limits(settings.imports()),
                    new AddressPolicy(settings.imports().allowLoopback()),
                    qemuImg),
                IMAGE_GRACE),
            facts,
            processors,
            folders.machines()));
  }

  /** The range of the Main network when none was chosen before. */
  static Ipv4Range chooseRange(Settings.Network settings) {
    Optional<Ipv4Range> configured = settings.cidrs().stream().findFirst().map(Ipv4Range::parse);
    return configured
        .or(() -> FreeRange.beside(new HostRoutes(new ProgramRunner(PROGRAM_LIMIT)).observe()))
        .orElseThrow(() ->
            new IllegalStateException(
                "no private /24 is free on this host for the machines' network; name one as"
                    + " network.cidrs in cairn.yaml"));
  }

  Controllers.Host parts() {
    return parts;
  }

  /** Makes what all machines share; harmless when it is there. */
  boolean ensure() {
    network.ensure();
    return true;
  }

  /**
   * Waits for libvirt, which may come up after us.
   *
   * @throws cairn.hypervisor.HypervisorFault if it does not in time
   */
  void awaitHypervisor() {
    try {
      HypervisorWait.until(hypervisor, LIBVIRT_PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the start was interrupted", e);
    }
  }

  /**
   * Ends every machine of this installation and takes its network off the host. What fails keeps
   * nothing else from being done.
   *
   * @return what is left on the host and why, a sentence each; empty if nothing is
   */
  List<String> release() {
    List<String> left = new ArrayList<>();
    try {
      for (MachineObservation machine : hypervisor.observeAll()) {
        try {
          hypervisor.pullPlug(machine.id());
        } catch (HypervisorFault e) {
          left.add("machine %s runs: %s".formatted(machine.id(), e.getMessage()));
        }
      }
    } catch (HypervisorFault e) {
      left.add("machines may run, libvirt does not tell: " + e.getMessage());
    }
    try {
      network.remove();
    } catch (NetworkFault e) {
      left.add(String.valueOf(e.getMessage()));
    }
    return left;
  }

  @Override
  public void close() {
    network.close();
    hypervisor.close();
  }

  private static Hypervisor hypervisor(Settings settings, Identity identity) {
    Path socket = settings.hypervisor().libvirtSocket();
    Path run = Optional.ofNullable(socket.getParent()).orElse(Path.of("/run/libvirt"));
    return LibvirtHypervisor.connect(
        new LibvirtSettings(
            identity.instance(),
            socket,
            run,
            settings.hypervisor().libvirtLog(),
            settings.hypervisor().libvirtTpm()));
  }

  private static ImportLimits limits(Settings.Imports settings) {
    Settings.Limits limits = settings.limits();
    return new ImportLimits(
        new ByteSize(limits.virtualSize()),
        new ByteSize(limits.transferred()),
        limits.stall(),
        limits.total(),
        REDIRECTS,
        limits.parallel());
  }
}
