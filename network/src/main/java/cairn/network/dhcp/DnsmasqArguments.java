package cairn.network.dhcp;

import cairn.network.Ipv4Range;
import java.util.ArrayList;
import java.util.List;

/**
 * The whole configuration of a dnsmasq as its argument list. There is no configuration file, so
 * that the command line of a running one says whether it is ours and as we want it. Pure.
 */
final class DnsmasqArguments {

  static final String LEASE_TIME = "24h";

  private DnsmasqArguments() {}

  /**
   * @param privileged whether it stays root, because its user could not reach the directory
   */
  static List<String> of(String bridge, Ipv4Range range, DhcpFiles files, boolean privileged) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                marker(bridge),
                "--except-interface=lo",
                "--bind-interfaces",
                // Neither the distribution's settings nor the host's own names.
                "--conf-file=/dev/null",
                "--no-hosts",
                "--domain-needed",
                "--bogus-priv",
                // Only who has a reservation gets an address.
                "--dhcp-range=%s,static,%s,%s"
                    .formatted(range.network(), range.netmask(), LEASE_TIME),
                "--dhcp-hostsdir=" + files.hosts(),
                "--dhcp-ignore=tag:!known",
                "--dhcp-authoritative",
                "--dhcp-no-override",
                "--dhcp-lease-max=" + range.size(),
                // We alone give addresses; probing first would only delay the first lease.
                "--no-ping",
                "--dhcp-leasefile=" + files.leases(),
                "--pid-file=" + files.pid(),
                "--log-facility=" + files.log(),
                "--quiet-dhcp"));
    if (privileged) {
      arguments.add("--user=root");
    }
    return List.copyOf(arguments);
  }

  /** The argument that no dnsmasq but this network's has. */
  static String marker(String bridge) {
    return "--interface=" + bridge;
  }
}
