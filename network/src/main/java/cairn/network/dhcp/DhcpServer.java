package cairn.network.dhcp;

import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork.Reservation;
import cairn.network.NetworkFault;
import cairn.network.NetworkHealth.Concern;
import cairn.network.NetworkPlan;
import cairn.network.program.Output;
import cairn.network.program.ProgramRunner;
import cairn.network.program.RunningProgram;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The DHCP and DNS server of one network. It is a daemon of its own session that serves on when we
 * end; the next of us finds it by its command line. Threads: the caller takes turns.
 */
public final class DhcpServer {

  private static final Logger log = LoggerFactory.getLogger(DhcpServer.class);
  private static final long LOG_LIMIT = 1 << 20;

  /** Exit code of dnsmasq for all its problems with sockets. */
  private static final int ADDRESS_IN_USE = 2;

  private static final Duration PATIENCE = Duration.ofSeconds(1);
  private static final Duration PAUSE = Duration.ofMillis(5);

  private final ProgramRunner programs;
  private final NetworkPlan plan;
  private final DhcpFiles files;
  private final ReservationFiles reservations;
  private final LeaseFile leases;

  public DhcpServer(ProgramRunner programs, NetworkPlan plan) {
    this.programs = programs;
    this.plan = plan;
    this.files = new DhcpFiles(plan.directory());
    this.reservations = new ReservationFiles(files.hosts(), DnsmasqArguments.LEASE_TIME);
    this.leases = new LeaseFile(files.leases());
  }

  /**
   * Makes it run as the plan says, and bound to the bridge that is there now.
   *
   * @param bridgeIndex of the bridge: one made anew has another, and the server hears nothing on it
   */
  public void ensure(int bridgeIndex) {
    prepare();
    reservations.removeDrafts();
    List<String> wanted = arguments();
    Optional<RunningProgram> running = running();
    if (running.isPresent()
        && running.get().arguments().equals(wanted)
        && boundTo().equals(Integer.toString(bridgeIndex))) {
      trimLog();
      // A kill may have come between a reservation's end and word of it. The server would hold on
      // to it, and refuse the next reservation of that address as a duplicate.
      hangUp(running.get());
      return;
    }
    running.ifPresent(program -> {
      log.info("{}: restarting dnsmasq, its bridge or configuration is new", plan.bridgeName());
      program.stop();
    });
    start(wanted, bridgeIndex);
  }

  /** What does not work as it should. */
  public List<Concern> concerns() {
    return privileged()
        ? List.of(
            new Concern(
                "DhcpServerPrivileged",
                ("The DHCP server of %s runs as root, because its own user could not reach %s; make every"
                        + " directory above it searchable for others (mode 0711).")
                    .formatted(plan.bridgeName(), plan.directory())))
        : List.of();
  }

  public void reserve(Reservation reservation) {
    prepare();
    // A lease of an earlier holder would win over the reservation.
    leases
        .at(reservation.address())
        .filter(lease -> !lease.mac().equals(reservation.mac()))
        .ifPresent(this::withdraw);
    Optional<Reservation> before = reservations.of(reservation.mac());
    reservations.put(reservation);
    if (before.isPresent() && !before.get().equals(reservation)) {
      // The server would keep the old one beside the new one.
      running().ifPresent(this::hangUp);
    }
  }

  /** Takes the reservation back, so that its address can be given to another at once. */
  public void release(MacAddress mac) {
    if (reservations.delete(mac)) {
      // dnsmasq 2.90 notices a new file by itself, but forgets a deleted one only when told.
      running().ifPresent(this::hangUp);
    }
    leases.of(mac).ifPresent(this::withdraw);
  }

  public List<Reservation> reservations() {
    return reservations.all();
  }

  public Optional<Ipv4Address> leased(MacAddress mac) {
    return reservations.of(mac).isPresent() ? leases.of(mac).map(Lease::address) : Optional.empty();
  }

  /**
   * Watches for leases taken and given back.
   *
   * @param listener called on the watching thread; it must return soon
   */
  public LeaseWatch watch(Consumer<MacAddress> listener) {
    prepare();
    return new LeaseWatch(leases, listener);
  }

  /**
   * Completes once it does not run, whoever ended it. It is no child of ours, so the JDK looks
   * every few seconds.
   */
  public CompletableFuture<Boolean> end() {
    return running()
        .flatMap(program -> ProcessHandle.of(program.id()))
        .map(process -> process.onExit().thenApply(_ -> true))
        .orElseGet(() -> CompletableFuture.completedFuture(true));
  }

  /** Ends it; its files stay. */
  public void stop() {
    running().ifPresent(RunningProgram::stop);
  }

  private Optional<RunningProgram> running() {
    return RunningProgram.find("dnsmasq", DnsmasqArguments.marker(plan.bridgeName()));
  }

  private void start(List<String> arguments, int bridgeIndex) {
    write(files.bound(), Integer.toString(bridgeIndex));
    Output output = programs.run("dnsmasq", arguments, "");
    long start = System.nanoTime();
    // A killed one may hold its socket for an instant after its command line is gone.
    while (output.exitCode() == ADDRESS_IN_USE && System.nanoTime() - start < PATIENCE.toNanos()) {
      LockSupport.parkNanos(PAUSE.toNanos());
      output = programs.run("dnsmasq", arguments, "");
    }
    output.orFault("DhcpServerFailed", "start the DHCP server of " + plan.bridgeName());
    log.info("{}: dnsmasq started", plan.bridgeName());
  }

  private void hangUp(RunningProgram program) {
    programs
        .run("kill", "-HUP", Long.toString(program.id()))
        .orFault("DhcpServerFailed", "make the DHCP server of " + plan.bridgeName() + " read anew");
  }

  /**
   * Makes the server forget a lease, which its own protocol calls a release by the client. Where
   * that does not help the server is restarted on a lease file without the row.
   */
  private void withdraw(Lease lease) {
    if (running().isPresent() && released(lease)) {
      return;
    }
    log.info("{}: restarting dnsmasq to withdraw {}", plan.bridgeName(), lease.address());
    Optional<RunningProgram> program = running();
    program.ifPresent(RunningProgram::stop);
    leases.remove(lease::equals);
    program.ifPresent(running -> start(running.arguments(), Integer.parseInt(boundTo())));
  }

  private boolean released(Lease lease) {
    try {
      return programs
              .run(
                  "dhcp_release", plan.bridgeName(), lease.address().toString(), lease.mac().text())
              .succeeded()
          && becomes(() -> leases.at(lease.address()).isEmpty());
    } catch (NetworkFault fault) {
      log.warn("{}: {}", plan.bridgeName(), fault.getMessage());
      return false;
    }
  }

  private static boolean becomes(BooleanSupplier condition) {
    long start = System.nanoTime();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - start > PATIENCE.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return true;
  }

  private List<String> arguments() {
    return DnsmasqArguments.of(plan.bridgeName(), plan.range(), files, privileged());
  }

  /** Whether the server's own user could not find its files. */
  private boolean privileged() {
    for (Path at = plan.directory().toAbsolutePath(); at != null; at = at.getParent()) {
      try {
        if (!Files.getPosixFilePermissions(at).contains(PosixFilePermission.OTHERS_EXECUTE)) {
          return true;
        }
      } catch (IOException e) {
        return true;
      }
    }
    return false;
  }

  private void prepare() {
    try {
      Files.createDirectories(files.hosts());
      Files.setPosixFilePermissions(plan.directory(), PosixFilePermissions.fromString("rwx--x--x"));
      Files.setPosixFilePermissions(files.hosts(), PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** dnsmasq appends, so it goes on at the new end. */
  private void trimLog() {
    try {
      if (Files.exists(files.log()) && Files.size(files.log()) > LOG_LIMIT) {
        Files.newByteChannel(
                files.log(), StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
            .close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String boundTo() {
    try {
      return Files.exists(files.bound()) ? Files.readString(files.bound()) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
