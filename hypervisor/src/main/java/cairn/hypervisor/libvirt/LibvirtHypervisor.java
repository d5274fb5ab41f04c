package cairn.hypervisor.libvirt;

import cairn.hypervisor.CallFigures;
import cairn.hypervisor.DiskDevice;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestStream;
import cairn.hypervisor.HostCapabilities;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.HypervisorFault.Kind;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineUsage;
import cairn.hypervisor.domain.DomainNames;
import cairn.hypervisor.domain.DomainXmlReader;
import cairn.hypervisor.domain.DomainXmlReader.Needs;
import cairn.hypervisor.domain.DomainXmlWriter;
import cairn.hypervisor.domain.Domains;
import cairn.hypervisor.guest.GuestAgents;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Machines as domains of our own libvirtd (9.0 or newer).
 *
 * <p>Reads, jobs and guest agents have connections of their own, so that neither a start that takes
 * long nor an agent that hangs delays an observation. Nothing is cached but which power buttons
 * were pressed: libvirt does not tell a guest that is shutting down from one that runs.
 */
public final class LibvirtHypervisor implements Hypervisor {

  private static final int READ_THREADS = 4;
  private static final int JOB_THREADS = 8;
  private static final int PLUGGING_AT_ONCE = 64;
  private static final Duration LOG_PATIENCE = Duration.ofSeconds(1);
  private static final Duration END_PATIENCE = Duration.ofSeconds(1);
  private static final Duration LOG_PAUSE = Duration.ofMillis(10);

  private final DomainNames names;
  private final InstanceFiles files;
  private final FirmwareImages firmware = FirmwareImages.ofThisHost();
  private final Connection reads;
  private final Connection jobs;
  private final LibvirtAgentLine agentLine;
  private final GuestAgents agents;
  private final Watch watch;
  private final SerialPorts serialPorts = new SerialPorts();

  /** One of them is held while a place for a device is chosen and taken. */
  private final List<Object> plugging =
      Stream.generate(Object::new).limit(PLUGGING_AT_ONCE).toList();

  /** Process of the instance whose power button was pressed. */
  private final Map<MachineId, Long> buttonPressed = new ConcurrentHashMap<>();

  private LibvirtHypervisor(LibvirtSettings settings) {
    this.names = new DomainNames(settings.instance());
    this.files = new InstanceFiles(settings);
    this.reads = new Connection("reads", settings.uri(), READ_THREADS);
    this.jobs = new Connection("jobs", settings.uri(), JOB_THREADS);
    this.agentLine = new LibvirtAgentLine(settings, names);
    this.agents = new GuestAgents(agentLine, this::changed, GuestAgents.Pace.USUAL);
    this.watch = new Watch(settings.uri(), names, news(agents));
  }

  /**
   * Begins to watch the daemon. It need not be there yet: calls are {@code TRANSIENT} faults until
   * it is.
   */
  public static LibvirtHypervisor connect(LibvirtSettings settings) {
    LibvirtHypervisor hypervisor = new LibvirtHypervisor(settings);
    hypervisor.watch.start();
    return hypervisor;
  }

  private static Watch.Agents news(GuestAgents agents) {
    return new Watch.Agents() {
      @Override
      public void opened(MachineId machine) {
        agents.opened(machine);
      }

      @Override
      public void closed(MachineId machine) {
        agents.closed(machine);
      }

      @Override
      public void ended(MachineId machine) {
        agents.ended(machine);
      }

      @Override
      public void looked() {
        agents.looked();
      }
    };
  }

  private void changed(MachineId machine) {
    watch.changed(machine);
  }

  @Override
  public GuestAgent agent(MachineId machine) {
    return agents.of(machine);
  }

  @Override
  public HostCapabilities capabilities(MachineSpec.Acceleration acceleration) {
    return reads.call("asking what the host offers", link -> HostReport.of(link, acceleration));
  }

  @Override
  public void define(MachineSpec spec) {
    String xml = DomainXmlWriter.write(Domains.from(spec, names, firmware::image));
    jobs.call(
        "defining machine " + spec.id(),
        link -> {
          DomainHandle.define(link, xml).close();
          return true;
        });
    watch.changed(spec.id());
  }

  @Override
  public void start(MachineId machine) {
    jobs.call(
        "starting machine " + machine,
        link -> {
          try (DomainHandle domain = required(link, machine)) {
            if (!domain.state().active()) {
              start(machine, domain);
            }
          }
          return true;
        });
  }

  private static void start(MachineId machine, DomainHandle domain) throws LibvirtError {
    try {
      domain.create();
    } catch (LibvirtError error) {
      if (error.code() == Faults.OPERATION_INVALID && domain.state().active()) {
        return;
      }
      // libvirt has one number for "no such file" and many other things: look at what it needs.
      Needs needs = DomainXmlReader.needs(domain.definedXml());
      throw HostShortage.explains(machine, needs, error).orElseThrow(() -> error);
    }
  }

  @Override
  public void pressPowerButton(MachineId machine) {
    jobs.call(
        "pressing the power button of machine " + machine,
        link -> {
          try (DomainHandle domain = required(link, machine)) {
            if (domain.state().active()) {
              domain.pressPowerButton();
              files.pid(domain.name()).ifPresent(pid -> buttonPressed.put(machine, pid));
            }
          }
          return true;
        });
    watch.changed(machine);
  }

  @Override
  public void pullPlug(MachineId machine) {
    jobs.call(
        "pulling the plug of machine " + machine,
        link -> {
          Optional<DomainHandle> found = find(link, machine);
          if (found.isPresent()) {
            try (DomainHandle domain = found.get()) {
              end(domain);
            }
          }
          return true;
        });
  }

  /** Ends the instance if there is one, also when it ends by itself at this moment. */
  private static void end(DomainHandle domain) throws LibvirtError {
    if (!domain.state().active()) {
      return;
    }
    try {
      domain.destroy();
    } catch (LibvirtError error) {
      if (error.code() != Faults.OPERATION_INVALID || domain.state().active()) {
        throw error;
      }
    }
  }

  @Override
  public void resume(MachineId machine) {
    jobs.call(
        "resuming machine " + machine,
        link -> {
          try (DomainHandle domain = required(link, machine)) {
            DomainState state = domain.state();
            if (state.paused()) {
              if (power(domain, state) instanceof Power.Paused paused
                  && paused.cause() == PauseCause.INTERNAL_ERROR) {
                throw new HypervisorFault(
                    Kind.REJECTED,
                    "ResetRequired",
                    "machine " + machine + " was given up by KVM and cannot go on: start it anew",
                    null);
              }
              domain.resume();
            }
          }
          return true;
        });
  }

  @Override
  public void growDisk(MachineId machine, Path file, long bytes) {
    jobs.call(
        "growing disk " + file + " of machine " + machine,
        link -> {
          try (DomainHandle domain = required(link, machine)) {
            if (!filesInUse(domain).contains(file)) {
              throw new HypervisorFault(
                  Kind.MISSING,
                  "DiskNotInUse",
                  "machine " + machine + " does not run with the disk " + file,
                  null);
            }
            domain.resizeDisk(file.toString(), bytes);
          }
          return true;
        });
  }

  @Override
  public void plug(MachineId machine, DiskDevice device) {
    jobs.call(
        "plugging %s into machine %s".formatted(device.name(), machine),
        link -> {
          // Two at once would find the same place free.
          synchronized (plugging(machine)) {
            try (DomainHandle domain = required(link, machine)) {
              plug(machine, device, domain);
            }
          }
          return true;
        });
    watch.changed(machine);
  }

  private static void plug(MachineId machine, DiskDevice device, DomainHandle domain)
      throws LibvirtError {
    if (!domain.state().active()) {
      throw new HypervisorFault(
          Kind.MISSING, "MachineNotRunning", "machine " + machine + " does not run", null);
    }
    String live = domain.liveXml();
    if (DomainXmlReader.devices(live).contains(device.name())) {
      return;
    }
    DomainXmlReader.ScsiPlace place =
        DomainXmlReader.freeScsiPlace(live)
            .orElseThrow(() ->
                new HypervisorFault(
                    Kind.REJECTED,
                    "NoScsiBus",
                    "machine " + machine + " has no SCSI bus to plug a device into",
                    null));
    String xml = DomainXmlWriter.device(device, place);
    try {
      domain.attachDevice(xml);
    } catch (LibvirtError error) {
      Needs needs = DomainXmlReader.needs(xml);
      throw HostShortage.explains(machine, needs, error).orElseThrow(() -> error);
    }
  }

  private Object plugging(MachineId machine) {
    return plugging.get(Math.floorMod(machine.hashCode(), plugging.size()));
  }

  @Override
  public void unplug(MachineId machine, String device) {
    jobs.call(
        "pulling %s out of machine %s".formatted(device, machine),
        link -> {
          Optional<DomainHandle> found = find(link, machine);
          if (found.isPresent()) {
            try (DomainHandle domain = found.get()) {
              unplug(device, domain);
            }
          }
          return true;
        });
    watch.changed(machine);
  }

  private static void unplug(String device, DomainHandle domain) throws LibvirtError {
    if (!devices(domain).contains(device)) {
      return;
    }
    try {
      domain.detachDevice(DomainXmlWriter.alias(device));
    } catch (LibvirtError error) {
      // QEMU refuses to ask again while the guest takes its time, or it let go at this moment.
      boolean asked =
          error.code() == Faults.INTERNAL_ERROR || error.code() == Faults.OPERATION_FAILED;
      if (!asked && devices(domain).contains(device)) {
        throw error;
      }
    }
  }

  @Override
  public Set<String> plugged(MachineId machine) {
    return reads.call(
        "asking what is plugged into machine " + machine,
        link -> {
          Optional<DomainHandle> found = find(link, machine);
          if (found.isEmpty()) {
            return Set.of();
          }
          try (DomainHandle domain = found.get()) {
            return devices(domain);
          }
        });
  }

  private static Set<String> devices(DomainHandle domain) throws LibvirtError {
    try {
      return domain.state().active() ? DomainXmlReader.devices(domain.liveXml()) : Set.of();
    } catch (LibvirtError error) {
      if (error.code() == Faults.NO_DOMAIN) {
        return Set.of();
      }
      throw error;
    }
  }

  @Override
  public void undefine(MachineId machine) {
    jobs.call(
        "forgetting machine " + machine,
        link -> {
          Optional<DomainHandle> found = DomainHandle.find(link, machine.toString());
          if (found.isEmpty()) {
            // We may have been killed when libvirt had forgotten it and its files were still there.
            files.remove(machine, names.of(machine), Needs.NONE);
            return true;
          }
          try (DomainHandle domain = found.get()) {
            if (ours(machine, domain)) {
              forget(machine, domain);
            }
          }
          return true;
        });
    buttonPressed.remove(machine);
    agents.ended(machine);
    watch.changed(machine);
  }

  private void forget(MachineId machine, DomainHandle domain) throws LibvirtError {
    Needs needs = DomainXmlReader.needs(domain.liveXml());
    String name = domain.name();
    end(domain);
    // A domain that was not persistent is gone with its instance.
    try {
      domain.undefine();
    } catch (LibvirtError error) {
      if (error.code() != Faults.NO_DOMAIN) {
        throw error;
      }
    }
    files.remove(machine, name, needs);
  }

  @Override
  public Optional<MachineObservation> observe(MachineId machine) {
    return reads.call(
        "observing machine " + machine,
        link -> {
          Optional<DomainHandle> found = find(link, machine);
          if (found.isEmpty()) {
            return Optional.empty();
          }
          try (DomainHandle domain = found.get()) {
            return observe(machine, domain);
          }
        });
  }

  @Override
  public List<MachineObservation> observeAll() {
    return reads.call(
        "observing all machines",
        link -> {
          List<MachineObservation> all = new ArrayList<>();
          List<DomainHandle> domains = DomainHandle.all(link);
          try {
            for (DomainHandle domain : domains) {
              Optional<MachineId> machine = names.machineOf(domain.name());
              if (machine.isPresent()) {
                observe(machine.get(), domain).ifPresent(all::add);
              }
            }
          } finally {
            domains.forEach(DomainHandle::close);
          }
          return all;
        });
  }

  @Override
  public List<MachineUsage> usage() {
    return reads.call("asking what all machines use", link -> BulkStats.of(link, names));
  }

  @Override
  public List<CallFigures> calls() {
    return List.of(reads.figures(), jobs.figures(), agentLine.figures());
  }

  @Override
  public Set<Path> filesInUse() {
    return reads.call(
        "asking for the files of running machines",
        link -> {
          Set<Path> used = new HashSet<>();
          List<DomainHandle> domains = DomainHandle.all(link);
          try {
            for (DomainHandle domain : domains) {
              if (names.machineOf(domain.name()).isPresent()) {
                used.addAll(filesInUse(domain));
              }
            }
          } finally {
            domains.forEach(DomainHandle::close);
          }
          return used;
        });
  }

  private static List<Path> filesInUse(DomainHandle domain) throws LibvirtError {
    try {
      return domain.state().active() ? DomainXmlReader.needs(domain.liveXml()).files() : List.of();
    } catch (LibvirtError error) {
      if (error.code() == Faults.NO_DOMAIN) {
        return List.of();
      }
      throw error;
    }
  }

  private Optional<MachineObservation> observe(MachineId machine, DomainHandle domain)
      throws LibvirtError {
    try {
      DomainState state = domain.state();
      if (!state.active()) {
        return Optional.of(stopped(machine, domain, state));
      }
      OptionalLong pid = files.pid(domain.name());
      if (pid.isPresent() && InstanceFiles.isGone(pid.getAsLong())) {
        return ended(machine, domain, pid);
      }
      Power power = power(domain, state);
      if (power instanceof Power.Running && pid.isPresent()) {
        Long pressed = buttonPressed.get(machine);
        if (pressed != null && pressed == pid.getAsLong()) {
          power = new Power.ShuttingDown();
        }
      }
      return Optional.of(
          new MachineObservation(machine, power, pid, domain.persistent(), Optional.empty()));
    } catch (LibvirtError error) {
      if (error.code() == Faults.NO_DOMAIN) {
        return Optional.empty();
      }
      throw error;
    }
  }

  /**
   * libvirt hears of a process's end at once. But one that is itself started anew at that moment
   * may show the domain as paused for ever (9.0, after a kill of libvirtd while a guest rebooted).
   */
  private Optional<MachineObservation> ended(
      MachineId machine, DomainHandle domain, OptionalLong pid) throws LibvirtError {
    long end = System.nanoTime() + END_PATIENCE.toNanos();
    DomainState state = domain.state();
    while (state.active() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOG_PAUSE.toNanos());
      state = domain.state();
    }
    if (!state.active()) {
      return Optional.of(stopped(machine, domain, state));
    }
    if (!files.pid(domain.name()).equals(pid)) {
      return observe(machine, domain);
    }
    return Optional.of(
        new MachineObservation(
            machine,
            new Power.Paused(PauseCause.INSTANCE_LOST),
            pid,
            domain.persistent(),
            Optional.empty()));
  }

  private MachineObservation stopped(MachineId machine, DomainHandle domain, DomainState state)
      throws LibvirtError {
    InstanceLog log = state.endedByGuest() ? settledLog(domain.name()) : files.log(domain.name());
    return new MachineObservation(
        machine,
        new Power.Stopped(state.stopCause(log)),
        OptionalLong.empty(),
        domain.persistent(),
        log.launch());
  }

  /** The log with QEMU's last words; virtlogd may write them a moment after libvirt knew. */
  private InstanceLog settledLog(String domain) {
    long end = System.nanoTime() + LOG_PATIENCE.toNanos();
    InstanceLog log = files.log(domain);
    while (log.awaited() && System.nanoTime() < end) {
      LockSupport.parkNanos(LOG_PAUSE.toNanos());
      log = files.log(domain);
    }
    return log;
  }

  private Power power(DomainHandle domain, DomainState state) throws LibvirtError {
    if (state.pausedForReasonOfQemu()) {
      try {
        return standstill(domain, state);
      } catch (LibvirtError error) {
        if (error.code() != Faults.OPERATION_INVALID) {
          throw error;
        }
        // It ended meanwhile.
        return domain.state().power();
      }
    }
    return state.power();
  }

  private Power standstill(DomainHandle domain, DomainState state) throws LibvirtError {
    Optional<PauseCause> cause = QemuStatus.pauseCause(domain.monitor(QemuStatus.QUESTION));
    if (cause.isEmpty()) {
      // It goes on again, and libvirt is about to hear of it.
      return new Power.Running();
    }
    return switch (cause.get()) {
      case DISK_ERROR, DISK_FULL -> QemuStatus.diskError(domain.monitor(QemuStatus.DISKS_QUESTION));
      case INTERNAL_ERROR ->
          new Power.Paused(PauseCause.INTERNAL_ERROR, files.log(domain.name()).complaint());
      case GUEST_PANICKED -> new Power.Paused(PauseCause.GUEST_PANICKED);
      case REQUESTED, INSTANCE_LOST, OTHER -> state.power();
    };
  }

  @Override
  public GuestStream openSerial(MachineId machine, Duration patience) {
    Path socket =
        needsOfInstance(machine, "serial port")
            .serialSocket()
            .orElseThrow(() -> hasNo("serial port", "NoSerialPort", machine));
    return serialPorts.open(machine, socket, patience);
  }

  @Override
  public GuestStream openScreen(MachineId machine) {
    Path socket =
        needsOfInstance(machine, "screen")
            .screen()
            .orElseThrow(() -> hasNo("screen", "NoScreen", machine));
    long qemu =
        files
            .pid(names.of(machine))
            .orElseThrow(() ->
                new HypervisorFault(
                    Kind.TRANSIENT,
                    "NoInstanceProcess",
                    "the process of machine " + machine + " is not known",
                    null));
    return Screens.open(machine, socket, qemu);
  }

  private Needs needsOfInstance(MachineId machine, String port) {
    return reads.call(
        "opening the " + port + " of machine " + machine,
        link -> {
          try (DomainHandle domain = required(link, machine)) {
            if (!domain.state().active()) {
              throw new HypervisorFault(
                  Kind.MISSING,
                  "MachineNotRunning",
                  "machine " + machine + " does not run, so its " + port + " is closed",
                  null);
            }
            return DomainXmlReader.needs(domain.liveXml());
          }
        });
  }

  private static HypervisorFault hasNo(String port, String reason, MachineId machine) {
    return new HypervisorFault(
        Kind.MISSING, reason, "machine " + machine + " has no " + port, null);
  }

  @Override
  public Subscription onChange(Consumer<MachineId> listener) {
    return watch.subscribe(listener);
  }

  @Override
  public boolean isConnected() {
    return watch.isConnected();
  }

  @Override
  public void close() {
    watch.close();
    agents.close();
    agentLine.close();
    reads.close();
    jobs.close();
  }

  private DomainHandle required(Link link, MachineId machine) throws LibvirtError {
    return find(link, machine)
        .orElseThrow(() ->
            new HypervisorFault(
                Kind.MISSING,
                "MachineNotDefined",
                "machine " + machine + " is not defined on this host",
                null));
  }

  /** The machine's domain; one with its UUID and another name is somebody else's. */
  private Optional<DomainHandle> find(Link link, MachineId machine) throws LibvirtError {
    Optional<DomainHandle> found = DomainHandle.find(link, machine.toString());
    if (found.isPresent() && !ours(machine, found.get())) {
      found.get().close();
      return Optional.empty();
    }
    return found;
  }

  private boolean ours(MachineId machine, DomainHandle domain) {
    return domain.name().equals(names.of(machine));
  }
}
