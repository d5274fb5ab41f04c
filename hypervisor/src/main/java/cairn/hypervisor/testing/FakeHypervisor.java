package cairn.hypervisor.testing;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.CallFigures;
import cairn.hypervisor.DiskDevice;
import cairn.hypervisor.DiskDevice.Source;
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
import cairn.hypervisor.MachineObservation.StopCause;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineUsage;
import cairn.hypervisor.MachineUsage.Flow;
import cairn.hypervisor.MachineUsage.Traffic;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Machines that exist in memory only. The {@code guest...} and {@code host...} methods are the
 * script: they do what a guest or a host would.
 */
public final class FakeHypervisor implements Hypervisor {

  private final Map<MachineId, Machine> machines = new LinkedHashMap<>();
  private final Map<MachineId, GuestAgent> agents = new HashMap<>();
  private final List<Consumer<MachineId>> listeners = new CopyOnWriteArrayList<>();
  private long nextPid = 1000;
  private boolean daemonLost;
  private @Nullable HypervisorFault nextStart;
  private @Nullable HypervisorFault everyStart;

  /** What a guest does when its power button is pressed. */
  public enum Temper {
    /** It goes at once. */
    OBEDIENT,
    /** It goes when {@link #guestPowersOff} says so. */
    SLOW
  }

  private static final class Machine {
    MachineSpec spec;
    Temper temper = Temper.OBEDIENT;
    Power power = new Power.Stopped(StopCause.UNKNOWN);
    OptionalLong pid = OptionalLong.empty();
    int launches;
    Optional<StopCause> shortLife = Optional.empty();
    @Nullable FakePort serial;
    @Nullable FakePort screen;
    GuestAgent agent = GuestAgent.ABSENT;
    final Map<String, DiskDevice> plugged = new LinkedHashMap<>();
    final Set<String> asked = new HashSet<>();
    boolean clings;

    Machine(MachineSpec spec) {
      this.spec = spec;
    }

    boolean active() {
      return pid.isPresent();
    }

    void stop(StopCause cause) {
      power = new Power.Stopped(cause);
      pid = OptionalLong.empty();
      agent = GuestAgent.ABSENT;
      plugged.clear();
      asked.clear();
      if (serial != null) {
        serial.hangUp();
        serial = null;
      }
      if (screen != null) {
        screen.hangUp();
        screen = null;
      }
    }
  }

  // ---- the script

  /** The guest powers itself off. */
  public void guestPowersOff(MachineId machine) {
    change(machine, running -> running.stop(StopCause.GUEST_POWER_OFF));
  }

  /** The guest resets itself, which ends its instance. */
  public void guestReboots(MachineId machine) {
    change(machine, running -> running.stop(StopCause.GUEST_REBOOT));
  }

  /** From now on the guest ends like this as soon as it is started. */
  public synchronized void guestLivesShortly(MachineId machine, Optional<StopCause> end) {
    required(machine).shortLife = end;
  }

  /** How often it was tried to start the machine. */
  public synchronized int launches(MachineId machine) {
    return required(machine).launches;
  }

  /** The instance dies. */
  public void guestCrashes(MachineId machine) {
    change(machine, running -> running.stop(StopCause.CRASHED));
  }

  /** The instance stands still, as when its disk is full. */
  public void guestIsPaused(MachineId machine, PauseCause cause) {
    guestIsPaused(machine, new Power.Paused(cause));
  }

  /** The same, with what QEMU says beyond the cause. */
  public void guestIsPaused(MachineId machine, Power.Paused paused) {
    change(machine, running -> running.power = paused);
  }

  /** What is heard from the agent of every instance that is started from now on. */
  public synchronized void guestBringsAgent(MachineId machine, GuestAgent agent) {
    agents.put(machine, agent);
  }

  /** What is heard from the agent in the running guest from now on. */
  public void guestAgentIs(MachineId machine, GuestAgent agent) {
    change(machine, running -> running.agent = agent);
  }

  public void guestTemper(MachineId machine, Temper temper) {
    change(machine, running -> running.temper = temper);
  }

  /** From now on the guest does not let go of devices it is asked for, until it does. */
  public synchronized void guestClings(MachineId machine) {
    required(machine).clings = true;
  }

  /** The guest lets go of the devices that it was asked for. */
  public void guestLetsGo(MachineId machine) {
    change(
        machine,
        running -> {
          running.clings = false;
          running.plugged.keySet().removeAll(running.asked);
          running.asked.clear();
        });
  }

  /** The guest prints on its serial port; lost when nobody has it open. */
  public void guestPrints(MachineId machine, String text) {
    FakePort serial;
    synchronized (this) {
      serial = required(machine).serial;
    }
    if (serial != null) {
      serial.print(text);
    }
  }

  /** Every call fails as when the daemon is gone, until {@link #hostFindsDaemon}. */
  public synchronized void hostLosesDaemon() {
    daemonLost = true;
  }

  /** The daemon is back; all machines are reported once. */
  public void hostFindsDaemon() {
    List<MachineId> known;
    synchronized (this) {
      daemonLost = false;
      known = List.copyOf(machines.keySet());
    }
    known.forEach(this::tell);
  }

  /** The next start fails like this. */
  public synchronized void hostFailsNextStart(HypervisorFault fault) {
    nextStart = fault;
  }

  /** From now on every start fails like this. */
  public synchronized void hostFailsEveryStart(HypervisorFault fault) {
    everyStart = fault;
  }

  /** What the machine was defined as last, if it is defined. */
  public synchronized Optional<MachineSpec> defined(MachineId machine) {
    return Optional.ofNullable(machines.get(machine)).map(found -> found.spec);
  }

  // ---- the port

  @Override
  public synchronized HostCapabilities capabilities(MachineSpec.Acceleration acceleration) {
    reach("asking what the host offers");
    return new HostCapabilities(
        "10.0.0",
        "11.3.0",
        "Nehalem",
        Set.of("Nehalem", "qemu64"),
        Set.of("sse4.2", "popcnt"),
        4,
        8L << 30);
  }

  @Override
  public void define(MachineSpec spec) {
    synchronized (this) {
      reach("defining machine " + spec.id());
      Machine known = machines.get(spec.id());
      if (known == null) {
        machines.put(spec.id(), new Machine(spec));
      } else {
        known.spec = spec;
      }
    }
    tell(spec.id());
  }

  @Override
  public void start(MachineId machine) {
    synchronized (this) {
      reach("starting machine " + machine);
      Machine found = required(machine);
      if (found.active()) {
        return;
      }
      found.launches++;
      HypervisorFault planned = nextStart == null ? everyStart : nextStart;
      nextStart = null;
      if (planned != null) {
        found.stop(StopCause.START_FAILED);
        throw planned;
      }
      requireFiles(found.spec);
      found.power = new Power.Running();
      found.agent = agents.getOrDefault(machine, GuestAgent.ABSENT);
      found.pid = OptionalLong.of(nextPid++);
      found.spec.disks().forEach(disk -> found.plugged.put(disk.name(), disk));
      found.serial = new FakePort();
      found.screen = new FakePort();
      found.shortLife.ifPresent(found::stop);
    }
    tell(machine);
  }

  private static void requireFiles(MachineSpec spec) {
    spec.disks().forEach(disk -> requireFiles(spec.id(), disk));
  }

  private static void requireFiles(MachineId machine, DiskDevice disk) {
    for (Path file : files(disk.source())) {
      if (!Files.exists(file)) {
        throw new HypervisorFault(
            Kind.MISSING,
            "DiskFileMissing",
            "machine " + machine + " cannot start: the disk file " + file + " is not there",
            null);
      }
    }
  }

  private static List<Path> files(Source source) {
    return switch (source) {
      case Source.Raw(Path file) -> List.of(file);
      case Source.Overlay(Path file, Path base) -> List.of(file, base);
    };
  }

  @Override
  public void pressPowerButton(MachineId machine) {
    synchronized (this) {
      reach("pressing the power button of machine " + machine);
      Machine found = required(machine);
      if (!found.active()) {
        return;
      }
      switch (found.temper) {
        case OBEDIENT -> found.stop(StopCause.GUEST_POWER_OFF);
        case SLOW -> found.power = new Power.ShuttingDown();
      }
    }
    tell(machine);
  }

  @Override
  public void pullPlug(MachineId machine) {
    synchronized (this) {
      reach("pulling the plug of machine " + machine);
      Machine found = machines.get(machine);
      if (found == null || !found.active()) {
        return;
      }
      found.stop(StopCause.PLUG_PULLED);
    }
    tell(machine);
  }

  @Override
  public void resume(MachineId machine) {
    synchronized (this) {
      reach("resuming machine " + machine);
      Machine found = required(machine);
      if (!(found.power instanceof Power.Paused paused)) {
        return;
      }
      if (paused.cause() == PauseCause.INTERNAL_ERROR) {
        throw new HypervisorFault(
            Kind.REJECTED,
            "ResetRequired",
            "machine " + machine + " was given up by KVM and cannot go on: start it anew",
            null);
      }
      found.power = new Power.Running();
    }
    tell(machine);
  }

  @Override
  public synchronized void growDisk(MachineId machine, Path file, long bytes) {
    reach("growing disk " + file + " of machine " + machine);
    Machine found = required(machine);
    Source source =
        found.plugged.values().stream()
            .map(DiskDevice::source)
            .filter(each -> writable(each).equals(file))
            .findFirst()
            .orElseThrow(() ->
                new HypervisorFault(
                    Kind.MISSING,
                    "DiskNotInUse",
                    "machine " + machine + " does not run with the disk " + file,
                    null));
    try (RandomAccessFile opened = new RandomAccessFile(file.toFile(), "rw")) {
      switch (source) {
        case Source.Raw _ -> opened.setLength(bytes);
        case Source.Overlay _ -> {
          // Where qcow2 has its size.
          opened.seek(24);
          opened.writeLong(bytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path writable(Source source) {
    return switch (source) {
      case Source.Raw(Path file) -> file;
      case Source.Overlay(Path file, Path _) -> file;
    };
  }

  @Override
  public void plug(MachineId machine, DiskDevice device) {
    synchronized (this) {
      reach("plugging %s into machine %s".formatted(device.name(), machine));
      Machine found = required(machine);
      if (!found.active()) {
        throw new HypervisorFault(
            Kind.MISSING, "MachineNotRunning", "machine " + machine + " does not run", null);
      }
      requireFiles(machine, device);
      found.plugged.putIfAbsent(device.name(), device);
    }
    tell(machine);
  }

  @Override
  public void unplug(MachineId machine, String device) {
    synchronized (this) {
      reach("pulling %s out of machine %s".formatted(device, machine));
      Machine found = machines.get(machine);
      if (found == null || !found.plugged.containsKey(device)) {
        return;
      }
      if (found.clings) {
        found.asked.add(device);
      } else {
        found.plugged.remove(device);
      }
    }
    tell(machine);
  }

  @Override
  public synchronized Set<String> plugged(MachineId machine) {
    reach("asking what is plugged into machine " + machine);
    Machine found = machines.get(machine);
    return found == null ? Set.of() : Set.copyOf(found.plugged.keySet());
  }

  @Override
  public void undefine(MachineId machine) {
    synchronized (this) {
      reach("forgetting machine " + machine);
      Machine found = machines.remove(machine);
      if (found == null) {
        return;
      }
      found.stop(StopCause.PLUG_PULLED);
    }
    tell(machine);
  }

  @Override
  public synchronized Optional<MachineObservation> observe(MachineId machine) {
    reach("observing machine " + machine);
    return Optional.ofNullable(machines.get(machine)).map(found -> observation(machine, found));
  }

  @Override
  public synchronized List<MachineObservation> observeAll() {
    reach("observing all machines");
    return machines.entrySet().stream()
        .map(entry -> observation(entry.getKey(), entry.getValue()))
        .toList();
  }

  @Override
  public synchronized List<MachineUsage> usage() {
    reach("asking what all machines use");
    return machines.entrySet().stream()
        .filter(entry -> entry.getValue().active())
        .map(entry -> usage(entry.getKey(), entry.getValue()))
        .toList();
  }

  private static MachineUsage usage(MachineId id, Machine machine) {
    long memory = machine.spec.memoryBytes();
    Traffic idle = new Traffic(0, 0, Duration.ZERO);
    Flow quiet = new Flow(0, 0, 0, 0);
    return new MachineUsage(
        id,
        Duration.ofMillis(1),
        new MachineUsage.Memory(
            memory, memory, memory / 2, OptionalLong.empty(), OptionalLong.empty()),
        machine.spec.disks().stream()
            .map(disk -> new MachineUsage.Disk(disk.name(), idle, idle, idle, 0, 0))
            .toList(),
        machine.spec.links().stream()
            .map(link -> new MachineUsage.Card(link.tap(), quiet, quiet))
            .toList());
  }

  @Override
  public List<CallFigures> calls() {
    return List.of(new CallFigures("fake", 0, 0, Duration.ZERO, 0));
  }

  @Override
  public synchronized Set<Path> filesInUse() {
    reach("asking for the files of running machines");
    Set<Path> used = new HashSet<>();
    for (Machine machine : machines.values()) {
      machine.plugged.values().forEach(disk -> used.addAll(files(disk.source())));
    }
    return used;
  }

  private static MachineObservation observation(MachineId id, Machine machine) {
    Optional<String> launch =
        machine.active() || machine.launches == 0
            ? Optional.empty()
            : Optional.of("launch " + machine.launches);
    return new MachineObservation(id, machine.power, machine.pid, true, launch);
  }

  @Override
  public synchronized GuestAgent agent(MachineId machine) {
    Machine found = machines.get(machine);
    return found == null ? GuestAgent.ABSENT : found.agent;
  }

  @Override
  public synchronized GuestStream openSerial(MachineId machine, Duration patience) {
    reach("opening the serial port of machine " + machine);
    FakePort serial = required(machine).serial;
    if (serial == null) {
      throw new HypervisorFault(
          Kind.MISSING,
          "MachineNotRunning",
          "machine " + machine + " does not run, so its serial port is closed",
          null);
    }
    return serial.open(machine);
  }

  @Override
  public GuestStream openScreen(MachineId machine) {
    FakePort screen;
    synchronized (this) {
      reach("opening the screen of machine " + machine);
      screen = required(machine).screen;
    }
    if (screen == null) {
      throw new HypervisorFault(
          Kind.MISSING,
          "MachineNotRunning",
          "machine " + machine + " does not run, so its screen is closed",
          null);
    }
    screen.hangUp();
    GuestStream open = screen.open(machine);
    screen.print("RFB 003.008\n");
    return open;
  }

  @Override
  public Subscription onChange(Consumer<MachineId> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  @Override
  public synchronized boolean isConnected() {
    return !daemonLost;
  }

  @Override
  public void close() {
    listeners.clear();
  }

  private void change(MachineId machine, Consumer<Machine> change) {
    synchronized (this) {
      change.accept(required(machine));
    }
    tell(machine);
  }

  private void tell(MachineId machine) {
    listeners.forEach(listener -> listener.accept(machine));
  }

  private void reach(String what) {
    if (daemonLost) {
      throw new HypervisorFault(
          Kind.TRANSIENT, "LibvirtUnavailable", what + ": the daemon does not answer", null);
    }
  }

  private Machine required(MachineId machine) {
    Machine found = machines.get(machine);
    if (found == null) {
      throw new HypervisorFault(
          Kind.MISSING,
          "MachineNotDefined",
          "machine " + machine + " is not defined on this host",
          null);
    }
    return found;
  }

  /** A port of a machine; what is sent to the guest is thrown away. */
  private static final class FakePort {

    private @Nullable PipedOutputStream toReader;

    synchronized GuestStream open(MachineId machine) {
      if (toReader != null) {
        throw new HypervisorFault(
            Kind.REJECTED,
            "SerialPortBusy",
            "the serial port of machine " + machine + " is in use: close the other console first",
            null);
      }
      PipedOutputStream out = new PipedOutputStream();
      PipedInputStream in;
      try {
        in = new PipedInputStream(out, 1 << 16);
      } catch (IOException impossible) {
        throw new IllegalStateException(impossible);
      }
      toReader = out;
      return new GuestStream() {
        @Override
        public InputStream fromGuest() {
          return in;
        }

        @Override
        public OutputStream toGuest() {
          return OutputStream.nullOutputStream();
        }

        @Override
        public void close() {
          hangUp();
        }
      };
    }

    synchronized void print(String text) {
      if (toReader != null) {
        try {
          requireNonNull(toReader).write(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
          toReader.flush();
        } catch (IOException readerGone) {
          toReader = null;
        }
      }
    }

    synchronized void hangUp() {
      if (toReader != null) {
        try {
          toReader.close();
        } catch (IOException _) {
          // The reader is gone already.
        }
        toReader = null;
      }
    }
  }
}
