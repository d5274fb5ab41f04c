package cairn.network.linux;

import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork.Port;
import cairn.network.ManagedNetwork.Reservation;
import cairn.network.NetworkHealth.Concern;
import cairn.network.NetworkPlan;
import cairn.network.address.FreeRange;
import cairn.network.address.HostRoutes;
import cairn.network.program.Output;
import cairn.network.program.ProgramRunner;
import cairn.network.program.RunningProgram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a host lives through with a network of ours, and what is left of it. */
class LinuxNetworkIT {

  private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");
  private static final Path FORWARD = Path.of("/proc/sys/net/ipv4/ip_forward");

  @TempDir Path directory;
  private final ProgramRunner programs = new ProgramRunner(Duration.ofSeconds(30));
  private final List<AutoCloseable> open = new ArrayList<>();

  /** A new network namespace has the host's setting, which another installation may need. */
  @BeforeEach
  void beginWithoutForwarding() throws IOException {
    Files.writeString(FORWARD, "0\n");
  }

  @BeforeEach
  void letDhcpServersUserIn() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  @AfterEach
  void clear() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private NetworkPlan plan(String instance, String range) {
    return new NetworkPlan(
        instance, 0, Ipv4Range.parse(range), directory.resolve(instance).resolve("main"));
  }

  private LinuxNetwork ensured(NetworkPlan plan) {
    LinuxNetwork network = new LinuxNetwork(plan);
    open.add(network::remove);
    network.ensure();
    return network;
  }

  private LinuxNetwork ensured() {
    return ensured(plan("test", "10.66.10.0/24"));
  }

  private static Port port(LinuxNetwork network, int machine) {
    return new Port(
        network.plan().tapName(machine, 0),
        new MacAddress("52:54:00:00:00:%02x".formatted(machine)),
        network.plan().range().network().plus(machine + 10));
  }

  private Guest guest(LinuxNetwork network, Port port) throws IOException {
    network.attach(port);
    Guest guest = new Guest(port.tap(), network.plan().bridgeName(), port.mac());
    open.add(guest);
    guest.use(port.address() + "/24");
    return guest;
  }

  private String out(String program, String... arguments) {
    return programs.run(program, arguments).orFault("Test", program);
  }

  /** All of the host that a network touches, as text. */
  private String host() throws IOException {
    return String.join(
        "\n",
        out("ip", "-o", "link").replaceAll("(?m)^\\d+:", ""),
        out("ip", "-o", "addr").replaceAll("(?m)^\\d+:", ""),
        out("ip", "route", "show", "table", "all"),
        out("nft", "list", "ruleset"),
        Files.readString(FORWARD),
        out("sysctl", "-a", "--pattern", "^net.ipv4.conf.(all|default|lo)\\.").strip(),
        RunningProgram.find("dnsmasq", "--bind-interfaces").toString());
  }

  private String bridgeMac(LinuxNetwork network) {
    return out("ip", "-o", "link", "show", "dev", network.plan().bridgeName())
        .replaceAll("(?s).*link/ether ([0-9a-f:]+).*", "$1");
  }

  private RunningProgram dnsmasq(LinuxNetwork network) {
    return RunningProgram.find("dnsmasq", "--interface=" + network.plan().bridgeName())
        .orElseThrow();
  }

  private static Set<String> reasons(LinuxNetwork network) {
    return network.health().concerns().stream().map(Concern::reason).collect(toSet());
  }

  @Test
  void nothingIsLeftOfARemovedNetwork() throws Exception {
    String before = host();
    LinuxNetwork network = ensured();
    network.attach(port(network, 1));
    network.reserve(new Reservation(MAC, Ipv4Address.parse("10.66.10.77"), "one"));
    assertEquals("1", Files.readString(FORWARD).strip());
    assertNotEquals(before, host());

    network.remove();

    assertEquals(before, host());
    assertFalse(Files.exists(network.plan().directory()));
  }

  /** dnsmasq 2.90 refuses a reservation whose address it believes to be reserved already. */
  @Test
  void aReservationWhoseEndWasCutShortDoesNotStandInTheWayOfTheNext() throws Exception {
    LinuxNetwork network = ensured();
    Path hosts = network.plan().directory().resolve("hosts");
    Path log = network.plan().directory().resolve("dnsmasq.log");
    Ipv4Address address = Ipv4Address.parse("10.66.10.77");
    network.reserve(new Reservation(MAC, address, "one"));
    awaitWord(log, "hosts/52-54-00-00-00-01");

    // What a kill leaves between the end of a reservation and word of it.
    Files.delete(hosts.resolve("52-54-00-00-00-01"));
    Files.writeString(hosts.resolve(".52-54-00-00-00-03"), "half");
    try (LinuxNetwork next = new LinuxNetwork(network.plan())) {
      next.ensure();
      next.reserve(new Reservation(new MacAddress("52:54:00:00:00:02"), address, "two"));
      // Once the server speaks of a later one, it has said all about this.
      next.reserve(
          new Reservation(
              new MacAddress("52:54:00:00:00:04"), Ipv4Address.parse("10.66.10.78"), "three"));
      awaitWord(log, "hosts/52-54-00-00-00-04");
    }

    assertFalse(Files.readString(log).contains("duplicate"), Files.readString(log));
    assertFalse(Files.exists(hosts.resolve(".52-54-00-00-00-03")));
  }

  private static void awaitWord(Path log, String word) throws Exception {
    long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!Files.exists(log) || !Files.readString(log).contains(word)) {
      assertTrue(System.nanoTime() < end, "the log never says " + word);
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Test
  void whatSomebodyChangedMeanwhileStays() throws Exception {
    LinuxNetwork network = ensured();
    out("ip", "link", "add", "other0", "type", "bridge");
    open.add(() -> out("ip", "link", "delete", "dev", "other0"));
    programs
        .run("nft", List.of("-f", "-"), "table inet other { chain c { }\n }\n")
        .orFault("T", "t");
    open.add(() -> out("nft", "delete", "table", "inet", "other"));
    Files.writeString(FORWARD, "0\n");

    network.remove();

    assertTrue(out("ip", "link").contains("other0"));
    assertTrue(out("nft", "list", "tables").contains("inet other"));
    assertEquals("0", Files.readString(FORWARD).strip());
  }

  @Test
  void twoInstallationsLiveSideBySide() throws Exception {
    LinuxNetwork first = ensured(plan("aaaa", "10.66.10.0/24"));
    LinuxNetwork second = ensured(plan("bbbb", "10.66.11.0/24"));
    second.reserve(new Reservation(MAC, Ipv4Address.parse("10.66.11.77"), "one"));
    second.attach(new Port(second.plan().tapName(1, 0), MAC, Ipv4Address.parse("10.66.11.77")));

    first.remove();

    assertEquals("1", Files.readString(FORWARD).strip(), "the second needs it");
    Guest guest = new Guest(second.plan().tapName(1, 0), second.plan().bridgeName(), MAC);
    open.add(guest);
    assertEquals(Optional.of(Ipv4Address.parse("10.66.11.77")), guest.ask());

    second.remove();

    assertEquals("0", Files.readString(FORWARD).strip(), "the last one puts it back");
  }

  @Test
  void machinesReachEachOtherAndForgeriesDoNot() throws Exception {
    LinuxNetwork network = ensured();
    assumeFalse(
        reasons(network).contains("AntiSpoofingMissing"), "this kernel has no bridge port rules");
    Guest honest = guest(network, port(network, 1));
    Guest forger = guest(network, port(network, 2));
    assertTrue(honest.reaches("10.66.10.12"), "machine to machine");
    assertTrue(forger.reaches("10.66.10.1"), "machine to host");

    forger.use("10.66.10.99/24");
    assertFalse(forger.reaches("10.66.10.11"), "forged address to a machine");
    assertFalse(forger.reaches("10.66.10.1"), "forged address to the host");
    forger.use("10.66.10.12/24");
    forger.useMac("52:54:00:00:00:99");
    assertFalse(forger.reaches("10.66.10.11"), "forged MAC");
    forger.useMac("52:54:00:00:00:02");

    assertTrue(forger.reaches("10.66.10.11"), "as itself again");
  }

  @Test
  void machinesGoOutAndNobodyComesIn() throws Exception {
    LinuxNetwork network = ensured();
    Guest machine = guest(network, port(network, 1));
    machine.inside("ip", "route", "add", "default", "via", "10.66.10.1").orFault("Test", "route");
    // A host beyond ours that knows no way back to the machines' range.
    network.attach(port(network, 9));
    out("ip", "link", "add", "up0", "type", "bridge");
    open.add(() -> out("ip", "link", "delete", "dev", "up0"));
    out("ip", "addr", "add", "192.0.2.1/24", "dev", "up0");
    out("ip", "link", "set", "up0", "up");
    Guest beyond = new Guest("outside0", "up0", new MacAddress("52:54:00:00:00:55"));
    open.add(beyond);
    beyond.use("192.0.2.2/24");

    assertTrue(machine.reaches("192.0.2.2"), "out, with the host's address");
    beyond
        .inside("ip", "route", "add", "10.66.10.0/24", "via", "192.0.2.1")
        .orFault("Test", "route");
    assertFalse(beyond.reaches("10.66.10.11"), "in");
  }

  @Test
  void killedDhcpServerIsReplacedAndALivingOneAdopted() throws Exception {
    LinuxNetwork network = ensured();
    RunningProgram first = dnsmasq(network);
    network.close();
    LinuxNetwork next = ensured(network.plan());
    assertEquals(first, dnsmasq(next), "the one that runs is adopted");

    out("kill", "-KILL", Long.toString(first.id()));
    next.ensure();

    assertNotEquals(first.id(), dnsmasq(next).id());
    next.reserve(new Reservation(MAC, Ipv4Address.parse("10.66.10.77"), "one"));
    Port port = new Port(next.plan().tapName(1, 0), MAC, Ipv4Address.parse("10.66.10.77"));
    next.attach(port);
    Guest guest = new Guest(port.tap(), next.plan().bridgeName(), MAC);
    open.add(guest);
    assertEquals(Optional.of(port.address()), guest.ask());
  }

  @Test
  void aKilledServerIsFollowedByAnother() throws Exception {
    LinuxNetwork network = ensured();
    RunningProgram killed = dnsmasq(network);

    ProcessHandle.of(killed.id()).orElseThrow().destroyForcibly();

    String marker = "--interface=" + network.plan().bridgeName();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (RunningProgram.find("dnsmasq", marker)
        .filter(found -> found.id() != killed.id())
        .isEmpty()) {
      assertTrue(System.nanoTime() < end, "nobody took the place of the killed server");
      TimeUnit.MILLISECONDS.sleep(50);
    }
    assertEquals(killed.arguments(), dnsmasq(network).arguments());
  }

  @Test
  void deletedBridgeAndRulesAreMadeAnewUnderRunningMachines() throws Exception {
    LinuxNetwork network = ensured();
    network.reserve(new Reservation(MAC, Ipv4Address.parse("10.66.10.11"), "one"));
    Guest machine = guest(network, port(network, 1));
    assertTrue(machine.reaches("10.66.10.1"));
    String rules = out("nft", "list", "ruleset");
    String mac = bridgeMac(network);

    out("ip", "link", "delete", "dev", network.plan().bridgeName());
    out("nft", "flush", "ruleset");
    Files.writeString(FORWARD, "0\n");
    network.ensure();

    assertTrue(machine.reaches("10.66.10.1"));
    assertEquals(rules, out("nft", "list", "ruleset"));
    assertEquals(mac, bridgeMac(network));
    assertEquals("1", Files.readString(FORWARD).strip());
    assertEquals(Optional.of(Ipv4Address.parse("10.66.10.11")), machine.ask());
  }

  @Test
  void rulesAreNotWrittenTwice() {
    LinuxNetwork network = ensured();
    network.attach(port(network, 1));
    String once = out("nft", "list", "ruleset");

    network.attach(port(network, 1));
    network.ensure();
    try (LinuxNetwork again = new LinuxNetwork(network.plan())) {
      again.ensure();
    }

    assertEquals(once, out("nft", "list", "ruleset"));
  }

  @Test
  void tapIsOneThatQemuOpens() throws Exception {
    LinuxNetwork network = ensured();
    Port port = port(network, 1);
    network.attach(port);
    Process machine =
        new ProcessBuilder(
                "qemu-system-x86_64",
                "-S",
                "-display",
                "none",
                "-nodefaults",
                "-machine",
                "q35,accel=tcg",
                "-netdev",
                "tap,id=n,ifname=" + port.tap() + ",script=no,downscript=no,vnet_hdr=on",
                "-device",
                "virtio-net-pci,netdev=n,mac=" + port.mac(),
                "-monitor",
                "stdio")
            .redirectErrorStream(true)
            .start();
    open.add(machine::destroyForcibly);

    String said =
        CompletableFuture.supplyAsync(
                () -> {
                  try {
                    StringBuilder text = new StringBuilder();
                    for (int c = machine.inputReader().read();
                        c >= 0;
                        c = machine.inputReader().read()) {
                      text.append((char) c);
                      if (text.toString().endsWith("(qemu) ")) {
                        break;
                      }
                    }
                    return text.toString();
                  } catch (IOException e) {
                    return e.toString();
                  }
                })
            .get(30, TimeUnit.SECONDS);

    assertTrue(said.endsWith("(qemu) "), said);
    assertTrue(
        out("ip", "-o", "link", "show", "dev", port.tap()).contains("LOWER_UP"),
        "QEMU holds the tap");
  }

  @Test
  void foreignForwardDropIsNamed() {
    programs
        .run(
            "nft",
            List.of("-f", "-"),
            "table ip docker { chain FORWARD { type filter hook forward priority 0; policy drop; }\n }\n")
        .orFault("Test", "load");
    open.add(() -> out("nft", "delete", "table", "ip", "docker"));

    LinuxNetwork network = ensured();

    Concern concern =
        network.health().concerns().stream()
            .filter(each -> each.reason().equals("ForeignForwardDrop"))
            .findFirst()
            .orElseThrow();
    assertTrue(concern.message().contains("'ip docker FORWARD'"), concern.message());
  }

  @Test
  void dhcpServerRunsWithoutPrivilegeWhereItsUserCanReachItsFiles() throws Exception {
    LinuxNetwork network = ensured();
    String user = out("stat", "-c", "%U", "/proc/" + dnsmasq(network).id()).strip();

    assertNotEquals("root", user);
    assertFalse(reasons(network).contains("DhcpServerPrivileged"));
  }

  @Test
  void machinesNamesAreKnownToTheNetworksDns() throws Exception {
    LinuxNetwork network = ensured();
    network.reserve(new Reservation(MAC, Ipv4Address.parse("10.66.10.11"), "one"));
    Guest machine = guest(network, port(network, 1));
    assertEquals(Optional.of(Ipv4Address.parse("10.66.10.11")), machine.ask());

    Output answer = machine.inside("busybox", "nslookup", "one", "10.66.10.1");

    assertTrue(answer.out().contains("10.66.10.11"), answer.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ignore", "infinite", "123", "5m"})
  void wordsThatMeanSomethingToTheDhcpServerAreNamesAsAnyOther(String name) throws Exception {
    LinuxNetwork network = ensured();
    network.reserve(new Reservation(MAC, Ipv4Address.parse("10.66.10.11"), name));
    Guest machine = guest(network, port(network, 1));

    assertEquals(Optional.of(Ipv4Address.parse("10.66.10.11")), machine.ask());

    Output answer = machine.inside("busybox", "nslookup", name, "10.66.10.1");
    assertTrue(answer.out().contains("10.66.10.11"), answer.toString());
    assertEquals(name, network.reservations().getFirst().name());
  }

  @Test
  void freeRangeIsOneTheHostHasNoWayTo() {
    assertEquals(
        Optional.of(Ipv4Range.parse("10.66.10.0/24")),
        FreeRange.beside(new HostRoutes(programs).observe()));
    ensured();

    assertEquals(
        Optional.of(Ipv4Range.parse("10.66.11.0/24")),
        FreeRange.beside(new HostRoutes(programs).observe()));
  }
}
