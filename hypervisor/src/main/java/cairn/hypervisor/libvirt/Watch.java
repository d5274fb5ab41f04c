package cairn.hypervisor.libvirt;

import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.domain.DomainNames;
import cairn.hypervisor.domain.DomainXmlReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.libvirt.Domain;
import org.libvirt.LibvirtException;
import org.libvirt.event.AgentLifecycleListener;
import org.libvirt.event.ConnectionCloseListener;
import org.libvirt.event.DomainEventType;
import org.libvirt.event.IOErrorListener;
import org.libvirt.event.LifecycleListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells listeners which machines may have changed, and which guest agents have their port open. It
 * keeps a connection for events alone; when that is lost it opens another and, since events in
 * between are lost too, reports every machine it ever knew and every machine it finds.
 *
 * <p>libvirt calls back on its event loop (or on any thread that notices a dead connection), so a
 * callback only puts a word into the queue. One thread of our own empties it and calls the
 * listeners.
 */
final class Watch implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watch.class);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

  /** {@code VIR_CONNECT_DOMAIN_EVENT_AGENT_LIFECYCLE_STATE_CONNECTED}; the other state is 2. */
  private static final int AGENT_CONNECTED = 1;

  /** {@code VIR_DOMAIN_EVENT_ID_DEVICE_REMOVED}: the guest has let go. */
  private static final int DEVICE_REMOVED = 15;

  /** {@code VIR_DOMAIN_EVENT_ID_DEVICE_REMOVAL_FAILED}: it says that it will not. */
  private static final int DEVICE_REMOVAL_FAILED = 22;

  private final String uri;
  private final DomainNames names;
  private final Agents agents;
  private final List<Consumer<MachineId>> listeners = new CopyOnWriteArrayList<>();
  private final Set<MachineId> known = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<Word> words = new LinkedBlockingQueue<>();
  private final Thread thread;
  private volatile boolean connected;

  Watch(String uri, DomainNames names, Agents agents) {
    this.uri = uri;
    this.names = names;
    this.agents = agents;
    this.thread = Thread.ofPlatform().daemon().name("libvirt-watch").unstarted(this::run);
  }

  /** Who wants to know what becomes of agents. Called on this watch's thread. */
  interface Agents {

    void opened(MachineId machine);

    void closed(MachineId machine);

    /** The instance is gone, and its agent with it. */
    void ended(MachineId machine);

    /** Every machine was looked at. */
    void looked();
  }

  private sealed interface Word {
    record Changed(MachineId machine) implements Word {}

    record Ended(MachineId machine) implements Word {}

    record Agent(MachineId machine, boolean open) implements Word {}

    /** The connection of this number is gone. */
    record Lost(int connection, String why) implements Word {}

    record Stop() implements Word {}
  }

  void start() {
    thread.start();
  }

  Hypervisor.Subscription subscribe(Consumer<MachineId> listener) {
    listeners.add(listener);
    return () -> listeners.remove(listener);
  }

  boolean isConnected() {
    return connected;
  }

  /** Says that we changed a machine ourselves: libvirt has no event for, say, a new title. */
  void changed(MachineId machine) {
    known.add(machine);
    words.add(new Word.Changed(machine));
  }

  private void run() {
    Duration pause = FIRST_PAUSE;
    for (int connection = 1; ; connection++) {
      try (Ears ears = new Ears(connection)) {
        connected = true;
        resync(ears.link);
        pause = FIRST_PAUSE;
        if (!listen(connection)) {
          return;
        }
      } catch (LibvirtException | LibvirtError refused) {
        connected = false;
        LOG.debug("libvirt does not answer yet: {}", refused.getMessage());
        if (!rest(pause)) {
          return;
        }
        pause =
            pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0
                ? pause.multipliedBy(2)
                : LONGEST_PAUSE;
      }
    }
  }

  private void resync(Link link) throws LibvirtError {
    Set<MachineId> all = new HashSet<>(known);
    for (DomainHandle domain : DomainHandle.all(link)) {
      try (domain) {
        names.machineOf(domain.name()).ifPresent(all::add);
      }
    }
    known.addAll(all);
    all.forEach(machine -> resyncAgent(link, machine));
    agents.looked();
    all.forEach(this::tell);
  }

  /** Whether the agent has its port open is written in the XML of the instance, and only there. */
  private void resyncAgent(Link link, MachineId machine) {
    try {
      Optional<DomainHandle> found = DomainHandle.find(link, machine.toString());
      if (found.isEmpty()) {
        agents.ended(machine);
        return;
      }
      try (DomainHandle domain = found.get()) {
        if (!domain.state().active()) {
          agents.ended(machine);
        } else if (DomainXmlReader.agentConnected(domain.liveXml())) {
          agents.opened(machine);
        } else {
          agents.closed(machine);
        }
      }
    } catch (LibvirtError gone) {
      LOG.debug("machine {} went while it was looked at: {}", machine, gone.getMessage());
    }
  }

  /** Returns false when we are to stop, true when the connection was lost. */
  private boolean listen(int connection) {
    for (; ; ) {
      switch (next(Duration.ofDays(1))) {
        case Word.Changed(MachineId machine) -> tell(machine);
        case Word.Ended(MachineId machine) -> {
          agents.ended(machine);
          tell(machine);
        }
        case Word.Agent(MachineId machine, boolean open) -> tell(machine, open);
        case Word.Lost(int lost, String why) -> {
          if (lost == connection) {
            connected = false;
            LOG.warn("lost the connection to libvirt ({}); connecting again", why);
            return true;
          }
        }
        case Word.Stop() -> {
          return false;
        }
        case null -> {}
      }
    }
  }

  /** Waits without a connection; what we say ourselves is still passed on. */
  private boolean rest(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    for (; ; ) {
      switch (next(Duration.ofNanos(end - System.nanoTime()))) {
        case Word.Changed(MachineId machine) -> tell(machine);
        case Word.Ended(MachineId machine) -> {
          agents.ended(machine);
          tell(machine);
        }
        case Word.Agent(MachineId machine, boolean open) -> tell(machine, open);
        case Word.Lost _ -> {}
        case Word.Stop() -> {
          return false;
        }
        case null -> {
          return true;
        }
      }
    }
  }

  private @Nullable Word next(Duration patience) {
    try {
      return words.poll(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException stop) {
      return new Word.Stop();
    }
  }

  private void tell(MachineId machine, boolean open) {
    if (open) {
      agents.opened(machine);
    } else {
      agents.closed(machine);
    }
  }

  private void tell(MachineId machine) {
    for (Consumer<MachineId> listener : listeners) {
      try {
        listener.accept(machine);
      } catch (RuntimeException broken) {
        LOG.error("a listener failed on machine {}", machine, broken);
      }
    }
  }

  @Override
  public void close() {
    words.add(new Word.Stop());
  }

  /** One connection with its listeners; all of them must go before libvirt really closes it. */
  private final class Ears implements AutoCloseable {

    private final Link link;
    private final LifecycleListener lifecycle =
        (domain, event) -> {
          boolean ended =
              event.getType() == DomainEventType.STOPPED
                  || event.getType() == DomainEventType.UNDEFINED;
          heard(domain, ended ? Word.Ended::new : Word.Changed::new);
          return 0;
        };
    private final IOErrorListener failures =
        (domain, source, alias, action) -> heard(domain, Word.Changed::new);
    private final AgentLifecycleListener ports =
        (domain, state, reason) ->
            heard(domain, machine -> new Word.Agent(machine, state == AGENT_CONNECTED));

    /** JNA keeps a callback only as long as we do. */
    private final Api.DeviceEvent devices =
        (connection, domain, alias, opaque) ->
            names
                .machineOf(Api.LIBVIRT.virDomainGetName(domain))
                .ifPresent(machine -> words.add(new Word.Changed(machine)));

    private final List<Integer> deviceEvents = new ArrayList<>();

    Ears(int number) throws LibvirtException {
      link = Link.open(uri);
      ConnectionCloseListener closed =
          (connection, reason) -> words.add(new Word.Lost(number, reason.name()));
      try {
        link.registerCloseListener(closed);
        link.addLifecycleListener(lifecycle);
        link.addIOErrorListener(failures);
        link.addAgentLifecycleListener(ports);
        listen(DEVICE_REMOVED);
        listen(DEVICE_REMOVAL_FAILED);
      } catch (LibvirtException failed) {
        close();
        throw failed;
      }
    }

    /** libvirt-java knows no events of devices. */
    private void listen(int event) {
      int number =
          Api.LIBVIRT.virConnectDomainEventRegisterAny(
              link.pointer(), null, event, devices, null, null);
      if (number >= 0) {
        deviceEvents.add(number);
      } else {
        LOG.warn("libvirt tells nothing of devices that go (event {})", event);
      }
    }

    private void heard(Domain domain, Function<MachineId, Word> word) {
      try {
        Optional<MachineId> machine = names.machineOf(domain.getName());
        machine.ifPresent(ours -> {
          known.add(ours);
          words.add(word.apply(ours));
        });
      } catch (LibvirtException failed) {
        LOG.warn("an event of a domain that has no name: {}", failed.getMessage());
      } finally {
        free(domain);
      }
    }

    private static void free(Domain domain) {
      try {
        domain.free();
      } catch (LibvirtException _) {
        // Nothing is left to free then.
      }
    }

    @Override
    public void close() {
      quietly(() -> link.removeLifecycleListener(lifecycle));
      quietly(() -> link.removeIOErrorListener(failures));
      quietly(() -> link.removeAgentLifecycleListener(ports));
      deviceEvents.forEach(
          number -> Api.LIBVIRT.virConnectDomainEventDeregisterAny(link.pointer(), number));
      quietly(link::unregisterCloseListener);
      link.closeQuietly();
    }

    private static void quietly(Step step) {
      try {
        step.run();
      } catch (LibvirtException _) {
        // On a dead connection; the client side of the listener is gone all the same.
      }
    }
  }

  private interface Step {
    void run() throws LibvirtException;
  }
}
