package cairn.network.linux;

import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import cairn.network.program.Output;
import cairn.network.program.ProgramRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands for a machine: a network namespace whose card is one end of a cable. The other end takes
 * the place and the name of the tap, so that rules and bridge treat it as the tap.
 */
final class Guest implements AutoCloseable {

  private static final Pattern LEASE = Pattern.compile("lease of ([0-9.]+) obtained");

  private final ProgramRunner programs = new ProgramRunner(Duration.ofSeconds(30));
  private final Process namespace;
  private final String tap;

  Guest(String tap, String bridge, MacAddress mac) throws IOException {
    this.tap = tap;
    // Says a line when it is inside, and lives until its input ends.
    this.namespace =
        new ProcessBuilder("unshare", "--net", "busybox", "sh", "-c", "echo in; read end").start();
    namespace.inputReader().readLine();
    // Gone already when a guest was on it before.
    programs.run("ip", "link", "delete", "dev", tap);
    ip(
        "link add name %s type veth peer name eth0 address %s netns %d"
            .formatted(tap, mac, namespace.pid()));
    ip("link set dev %s master %s up".formatted(tap, bridge));
    inside("ip", "link", "set", "lo", "up");
    inside("ip", "link", "set", "eth0", "up");
  }

  /** Asks for an address, twice a second apart. */
  Optional<Ipv4Address> ask() {
    Output output =
        inside(
            "busybox",
            "udhcpc",
            "-i",
            "eth0",
            "-f",
            "-n",
            "-q",
            "-t",
            "3",
            "-T",
            "1",
            "-s",
            "/bin/true");
    Matcher lease = LEASE.matcher(output.out() + output.error());
    return lease.find() ? Optional.of(Ipv4Address.parse(lease.group(1))) : Optional.empty();
  }

  /** Takes an address without asking. */
  void use(String address) {
    inside("ip", "addr", "flush", "dev", "eth0");
    inside("ip", "addr", "add", address, "dev", "eth0").orFault("Guest", "set " + address);
  }

  void useMac(String mac) {
    inside("ip", "link", "set", "eth0", "address", mac).orFault("Guest", "set " + mac);
    inside("ip", "neigh", "flush", "dev", "eth0");
  }

  boolean reaches(String address) {
    return inside("busybox", "ping", "-c", "3", "-i", "0.2", "-W", "1", address).succeeded();
  }

  Output inside(String... command) {
    List<String> arguments =
        new ArrayList<>(List.of("-t", Long.toString(namespace.pid()), "-n", "--"));
    arguments.addAll(List.of(command));
    return programs.run("nsenter", arguments, "");
  }

  private void ip(String line) {
    programs.run("ip", List.of(line.split(" ")), "").orFault("Guest", line);
  }

  @Override
  public void close() {
    // Goes with its namespace as well, but later.
    programs.run("ip", "link", "delete", "dev", tap);
    namespace.destroyForcibly();
  }
}
