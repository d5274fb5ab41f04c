package cairn.network.linux;

import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork;
import cairn.network.NetworkFault;
import cairn.network.NetworkHealth;
import cairn.network.NetworkHealth.Concern;
import cairn.network.NetworkPlan;
import cairn.network.ProgramFigures;
import cairn.network.dhcp.DhcpServer;
import cairn.network.dhcp.LeaseWatch;
import cairn.network.filter.FilterFeature;
import cairn.network.filter.NetworkRules;
import cairn.network.filter.PacketFilter;
import cairn.network.filter.Table;
import cairn.network.link.Bridge;
import cairn.network.link.HostLinks;
import cairn.network.link.Link;
import cairn.network.link.LinkScript;
import cairn.network.link.Links;
import cairn.network.program.ProgramRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A network on this Linux host. Needs CAP_NET_ADMIN and CAP_NET_RAW, and the programs ip, nft,
 * dnsmasq and kill.
 *
 * <p>Changes happen one after the other; a tap's rules are in force before the tap is on the
 * bridge. Closing ends our watching only: bridge, taps, rules and the DHCP server stay as they are,
 * and the next object made from the same plan finds them.
 */
public final class LinuxNetwork implements ManagedNetwork, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(LinuxNetwork.class);

  /** So that a server which ends at once is not started without a pause. */
  private static final Duration BEFORE_MENDING = Duration.ofSeconds(1);

  private static final Path KERNEL = Path.of("/proc/sys");

  private final NetworkPlan plan;
  private final ProgramRunner programs = new ProgramRunner(Duration.ofSeconds(20));
  private final HostLinks host;
  private final LinkScript script;
  private final PacketFilter filter;
  private final DhcpServer dhcp;
  private final PortRecords ports;
  private final Forwarding forwarding;

  private final ReentrantLock turn = new ReentrantLock();
  private final List<Consumer<MacAddress>> listeners = new CopyOnWriteArrayList<>();
  private final Map<String, CompletableFuture<Void>> deletions = new ConcurrentHashMap<>();
  private volatile NetworkHealth health = new NetworkHealth(List.of());
  private @Nullable Set<FilterFeature> features;
  private @Nullable LeaseWatch watch;
  private @Nullable CompletableFuture<Void> mending;

  public LinuxNetwork(NetworkPlan plan) {
    this.plan = plan;
    this.host = new HostLinks(programs);
    this.script = new LinkScript(Files.isDirectory(KERNEL.resolve("net/ipv6")));
    this.filter = new PacketFilter(programs, plan.tableName());
    this.dhcp = new DhcpServer(programs, plan);
    this.ports = new PortRecords(plan.directory());
    this.forwarding =
        new Forwarding(KERNEL, plan.directory().resolve("forwarding"), plan.bridgeName());
  }

  @Override
  public NetworkPlan plan() {
    return plan;
  }

  @Override
  public void ensure() {
    inTurn(() -> {
      prepareDirectory();
      ports.removeDrafts();
      Links observed = host.observe();
      Forwarding.Before before = forwarding.before(observed.all());
      sweep(observed);
      loadRules();
      Collection<String> taps = ports.present().stream().map(Port::tap).toList();
      host.apply("make bridge " + plan.bridgeName(), script.mend(bridge(before), taps, observed));
      List<Concern> concerns = new ArrayList<>();
      forwarding.switchOn().ifPresent(concerns::add);
      dhcp.ensure(bridgeIndex(observed));
      if (watch == null) {
        watch = dhcp.watch(this::tell);
      }
      mendWhenTheServerEnds();
      concerns.addAll(dhcp.concerns());
      concerns.addAll(filter.foreign(plan.bridgeName()));
      missingFeatures().stream().map(FilterFeature::concern).forEach(concerns::add);
      report(new NetworkHealth(concerns));
      return true;
    });
  }

  @Override
  public String attach(Port port) {
    requireAssignable("tap " + port.tap(), port.address());
    CompletableFuture<Void> deletion = deletions.get(port.tap());
    if (deletion != null) {
      deletion.join();
    }
    return inTurn(() -> {
      ports.put(port);
      updateRules();
      plug(port.tap());
      return port.tap();
    });
  }

  @Override
  public void detach(String tap) {
    inTurn(() -> {
      // Asked for often in vain: the record answers without a program.
      if (ports.isPresent(tap)) {
        Links observed = host.observe();
        // Off the bridge first: it must not be there without its rules.
        host.apply("unplug tap " + tap, script.unplug(tap, observed));
        ports.leave(tap);
        updateRules();
        deleteLater(tap);
      }
      return true;
    });
  }

  @Override
  public List<String> taps() {
    return inTurn(() -> {
      Links observed = host.observe();
      Set<String> taps = new TreeSet<>();
      ports.present().stream().map(Port::tap).forEach(taps::add);
      taps.removeIf(tap -> observed.named(tap).isEmpty());
      return List.copyOf(taps);
    });
  }

  @Override
  public void reserve(Reservation reservation) {
    requireAssignable("reservation of " + reservation.mac(), reservation.address());
    inTurn(() -> {
      dhcp.reservations().stream()
          .filter(other -> other.address().equals(reservation.address()))
          .filter(other -> !other.mac().equals(reservation.mac()))
          .findFirst()
          .ifPresent(other -> {
            throw rejected(
                "AddressReserved",
                "Address %s cannot be reserved for %s: it is reserved for %s ('%s')."
                    .formatted(
                        reservation.address(), reservation.mac(), other.mac(), other.name()));
          });
      dhcp.reserve(reservation);
      return true;
    });
  }

  @Override
  public void release(MacAddress mac) {
    inTurn(() -> {
      dhcp.release(mac);
      return true;
    });
  }

  @Override
  public List<Reservation> reservations() {
    return dhcp.reservations();
  }

  @Override
  public Optional<Ipv4Address> leased(MacAddress mac) {
    return dhcp.leased(mac);
  }

  @Override
  public void onLeaseChange(Consumer<MacAddress> listener) {
    listeners.add(listener);
  }

  @Override
  public NetworkHealth health() {
    return health;
  }

  @Override
  public List<ProgramFigures> programs() {
    return programs.figures();
  }

  @Override
  public void remove() {
    inTurn(() -> {
      stopWatching();
      Links observed = host.observe();
      Set<String> ours = new TreeSet<>(ports.leaving());
      ports.present().stream().map(Port::tap).forEach(ours::add);
      ours.add(plan.bridgeName());
      List.copyOf(deletions.values()).forEach(CompletableFuture::join);
      // One part that cannot go must not keep the others here.
      Removal removal = new Removal(plan.bridgeName());
      removal.of("the DHCP server", dhcp::stop);
      removal.of(
          "bridge and taps " + String.join(", ", ours),
          () ->
              host.apply(
                  "remove network " + plan.bridgeName(), script.delete(ours, host.observe())));
      removal.of("packet rules", filter::remove);
      if (Files.isDirectory(plan.directory())) {
        removal.of("IPv4 forwarding", () -> forwarding.putBack(observed.all()));
      }
      // What is remembered is needed to try again.
      removal.orFault();
      if (Files.isDirectory(plan.directory())) {
        deleteTree(plan.directory());
      }
      return true;
    });
  }

  @Override
  public void close() {
    inTurn(() -> {
      stopWatching();
      return true;
    });
  }

  private void stopWatching() {
    if (mending != null) {
      mending.cancel(false);
      mending = null;
    }
    if (watch != null) {
      watch.close();
      watch = null;
    }
  }

  /** A server that is killed would be missed only when the next machine asks for its address. */
  private void mendWhenTheServerEnds() {
    if (mending != null) {
      mending.cancel(false);
    }
    mending =
        dhcp.end()
            .thenRunAsync(
                this::mend,
                CompletableFuture.delayedExecutor(
                    BEFORE_MENDING.toMillis(),
                    TimeUnit.MILLISECONDS,
                    task -> Thread.ofVirtual().name("network-mending").start(task)));
  }

  /** Unless somebody closed or removed the network while it waited for its turn. */
  private void mend() {
    inTurn(() -> {
      if (mending != null) {
        try {
          ensure();
        } catch (RuntimeException e) {
          log.error(
              "{} cannot be mended, and is tried again: {}", plan.bridgeName(), e.getMessage());
          mendWhenTheServerEnds();
        }
      }
      return true;
    });
  }

  private void tell(MacAddress mac) {
    listeners.forEach(listener -> listener.accept(mac));
  }

  /** Forgets ports whose tap is gone (nothing runs on them), and ends deletions begun before. */
  private void sweep(Links observed) {
    for (Port port : ports.present()) {
      if (observed.named(port.tap()).isEmpty()) {
        ports.forget(port.tap());
      }
    }
    ports.leaving().stream().filter(tap -> !deletions.containsKey(tap)).forEach(this::deleteLater);
  }

  private void loadRules() {
    if (filter.replace(rules())) {
      log.debug("{}: packet rules written", plan.bridgeName());
    }
  }

  private void updateRules() {
    filter.update(rules());
  }

  private List<Table> rules() {
    if (features == null) {
      features = filter.features();
    }
    return new NetworkRules(plan, features).tables(ports.present());
  }

  /** Nearly always there is no such tap yet, and asking first would cost another program. */
  private void plug(String tap) {
    try {
      host.apply("make tap " + tap, script.plug(tap, plan.bridgeName(), Links.NONE));
    } catch (NetworkFault fault) {
      Links observed = host.observe();
      if (observed.named(tap).isEmpty()) {
        throw fault;
      }
      host.apply("mend tap " + tap, script.plug(tap, plan.bridgeName(), observed));
    }
  }

  private Set<FilterFeature> missingFeatures() {
    Set<FilterFeature> missing = EnumSet.allOf(FilterFeature.class);
    missing.removeAll(features == null ? Set.of() : features);
    return missing;
  }

  private Bridge bridge(Forwarding.Before before) {
    return new Bridge(
        plan.bridgeName(),
        plan.bridgeMac(),
        plan.range().gateway() + "/" + plan.range().prefixLength(),
        "cairn/%s/%d/%s".formatted(plan.instance(), plan.number(), before.words()));
  }

  private int bridgeIndex(Links before) {
    return before
        .named(plan.bridgeName())
        .or(() -> host.observe().named(plan.bridgeName()))
        .map(Link::index)
        .orElseThrow(() ->
            new NetworkFault(
                NetworkFault.Kind.TRANSIENT,
                "BridgeVanished",
                "Bridge " + plan.bridgeName() + " vanished just after it was made.",
                null));
  }

  private void deleteLater(String tap) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    deletions.put(tap, done);
    Thread.ofVirtual()
        .name("delete " + tap)
        .start(() -> {
          try {
            host.apply("delete tap " + tap, script.delete(List.of(tap), host.observe()));
            ports.forget(tap);
          } catch (RuntimeException e) {
            // Its record stands: the next pass tries again.
            log.warn("Tap {} is not deleted yet: {}", tap, e.getMessage());
          } finally {
            deletions.remove(tap);
            done.complete(null);
          }
        });
  }

  private void report(NetworkHealth now) {
    if (!now.equals(health)) {
      now.concerns().forEach(concern -> log.warn("{}: {}", plan.bridgeName(), concern.message()));
      health = now;
    }
  }

  private void requireAssignable(String subject, Ipv4Address address) {
    if (!plan.range().assignable(address)) {
      throw rejected(
          "AddressOutOfRange",
          "Address %s of %s cannot be used: expected one of %s other than its first two and its last."
              .formatted(address, subject, plan.range()));
    }
  }

  private static NetworkFault rejected(String reason, String message) {
    return new NetworkFault(NetworkFault.Kind.REJECTED, reason, message, null);
  }

  private void prepareDirectory() throws IOException {
    Files.createDirectories(plan.directory());
    // The DHCP server's own user goes through it.
    Files.setPosixFilePermissions(plan.directory(), PosixFilePermissions.fromString("rwx--x--x"));
  }

  private <T> T inTurn(Work<T> work) {
    turn.lock();
    try {
      return work.call();
    } catch (IOException | UncheckedIOException e) {
      throw new NetworkFault(
          NetworkFault.Kind.BROKEN,
          "DirectoryUnusable",
          "Directory %s of network %s could not be used: %s"
              .formatted(plan.directory(), plan.bridgeName(), e.getMessage()),
          e);
    } finally {
      turn.unlock();
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T call() throws IOException;
  }

  private static void deleteTree(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path at, @Nullable IOException failure)
              throws IOException {
            if (failure != null) {
              throw failure;
            }
            Files.delete(at);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
