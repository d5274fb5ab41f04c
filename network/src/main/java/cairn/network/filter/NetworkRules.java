package cairn.network.filter;

import cairn.network.Ipv4Range;
import cairn.network.ManagedNetwork.Port;
import cairn.network.NetworkPlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * The packet rules of one network. Pure.
 *
 * <p>A rule of ours can only let a packet through our own chain: another table of the host may
 * still drop it. {@link ForeignRules} names such tables.
 */
public final class NetworkRules {

  private final NetworkPlan plan;
  private final Set<FilterFeature> features;

  public NetworkRules(NetworkPlan plan, Set<FilterFeature> features) {
    this.plan = plan;
    this.features = features;
  }

  /** Tables for exactly these ports, in an order that does not depend on theirs. */
  public List<Table> tables(Collection<Port> ports) {
    List<Table> tables = new ArrayList<>();
    tables.add(routed());
    if (features.contains(FilterFeature.PORT_RULES)) {
      tables.add(bridged(ports.stream().sorted(Comparator.comparing(Port::tap)).toList()));
    }
    return tables;
  }

  private Table routed() {
    List<Chain> chains = new ArrayList<>();
    chains.add(toHost());
    chains.add(forwarded());
    if (features.contains(FilterFeature.MASQUERADE)) {
      chains.add(masqueraded());
    }
    return new Table("inet", plan.tableName(), List.of(), chains);
  }

  private Chain toHost() {
    String bridge = plan.bridgeName();
    return new Chain(
        "to_host",
        "type filter hook input priority filter",
        List.of(
            new Rule(
                "iifname \"%s\" meta l4proto { tcp, udp } th dport { 53, 67 }".formatted(bridge),
                "accept",
                "DHCP and DNS for the machines"),
            new Rule(
                "ip daddr %s iifname != { \"lo\", \"%s\" } meta l4proto { tcp, udp } th dport { 53, 67 }"
                    .formatted(plan.range().gateway(), bridge),
                "drop",
                "DHCP and DNS for nobody else")));
  }

  private Chain forwarded() {
    String bridge = plan.bridgeName();
    List<Rule> rules = new ArrayList<>();
    // With bridge-nf-call-iptables, which is on by default, frames between two ports pass here too.
    rules.add(
        new Rule(
            "iifname \"%1$s\" oifname \"%1$s\"".formatted(bridge),
            "accept",
            "between machines of this network"));
    rules.add(
        new Rule(
            "iifname \"%s\" ip saddr != %s".formatted(bridge, plan.range()),
            "drop",
            "machines send as themselves only"));
    rules.add(
        new Rule(
            "iifname \"%s\" meta nfproto ipv6".formatted(bridge), "drop", "this network is IPv4"));
    if (features.contains(FilterFeature.SEGMENT_SIZE)) {
      rules.add(
          new Rule(
              "iifname \"%s\" tcp flags & (syn|rst) == syn".formatted(bridge),
              "tcp option maxseg size set rt mtu",
              "segments that fit the way out"));
    }
    rules.add(new Rule("iifname \"%s\"".formatted(bridge), "accept", "machines may go out"));
    if (features.contains(FilterFeature.CONNECTION_TRACKING)) {
      rules.add(
          new Rule(
              "oifname \"%s\" ct state { established, related }".formatted(bridge),
              "accept",
              "answers to machines"));
      rules.add(
          new Rule(
              "oifname \"%s\" ct status dnat".formatted(bridge),
              "accept",
              "what the host redirects to machines"));
      rules.add(
          new Rule(
              "oifname \"%s\"".formatted(bridge),
              "drop",
              "nobody reaches behind address translation"));
    }
    return new Chain("forwarded", "type filter hook forward priority filter", rules);
  }

  private Chain masqueraded() {
    Ipv4Range range = plan.range();
    return new Chain(
        "masqueraded",
        "type nat hook postrouting priority srcnat",
        List.of(
            new Rule(
                "ip saddr %1$s ip daddr != { %1$s, 224.0.0.0/4, 255.255.255.255 }".formatted(range),
                "masquerade",
                "machines go out with the address of the host")));
  }

  private Table bridged(List<Port> ports) {
    List<Chain> chains = new ArrayList<>();
    chains.add(guard());
    chains.add(guardedArp());
    chains.add(guardedIpv4());
    chains.add(guardedIpv6());
    chains.add(fromPorts());
    return new Table(
        "bridge",
        plan.tableName(),
        List.of(
            new ElementSet("taps", "ifname", elements(ports, port -> "")),
            new ElementSet(
                "macs", "ifname . ether_addr", elements(ports, port -> " . " + port.mac())),
            new ElementSet(
                "addresses",
                "ifname . ipv4_addr",
                elements(ports, port -> " . " + port.address()))),
        chains);
  }

  private static List<String> elements(List<Port> ports, Function<Port, String> rest) {
    return ports.stream().map(port -> "\"" + port.tap() + "\"" + rest.apply(port)).toList();
  }

  private Chain fromPorts() {
    List<Rule> rules = new ArrayList<>();
    rules.add(new Rule("iifname @taps", "jump guard", "every frame a machine sends"));
    if (features.contains(FilterFeature.BRIDGE_NAME)) {
      rules.add(
          new Rule(
              "iifname != @taps meta ibrname \"%s\"".formatted(plan.bridgeName()),
              "drop",
              "ports that are not ours send nothing"));
    }
    // Before anything else sees the frame, connection tracking too.
    return new Chain("from_ports", "type filter hook prerouting priority -300", rules);
  }

  private static Chain guard() {
    return new Chain(
        "guard",
        "",
        List.of(
            // A VLAN tag would hide the rest of the frame from the rules below.
            new Rule("ether type != { arp, ip, ip6 }", "drop", "no other protocols, no VLAN tags"),
            new Rule("iifname . ether saddr != @macs", "drop", "forged MAC address"),
            new Rule("ether type arp", "goto guard_arp", "who has which address"),
            new Rule("ether type ip", "goto guard_ipv4", "IPv4"),
            new Rule("ether type ip6", "goto guard_ipv6", "IPv6")));
  }

  private static Chain guardedArp() {
    return new Chain(
        "guard_arp",
        "",
        List.of(
            new Rule("iifname . arp saddr ether != @macs", "drop", "ARP in another's name"),
            new Rule("arp saddr ip 0.0.0.0", "accept", "asking whether an address is taken"),
            new Rule("iifname . arp saddr ip != @addresses", "drop", "ARP for another's address")));
  }

  private static Chain guardedIpv4() {
    return new Chain(
        "guard_ipv4",
        "",
        List.of(
            new Rule("udp sport 67", "drop", "machines serve no DHCP"),
            new Rule(
                "ip saddr 0.0.0.0 udp sport 68 udp dport 67", "accept", "asking for an address"),
            new Rule("iifname . ip saddr != @addresses", "drop", "forged IPv4 address")));
  }

  private static Chain guardedIpv6() {
    return new Chain(
        "guard_ipv6",
        "",
        List.of(
            new Rule(
                "icmpv6 type { nd-router-advert, nd-redirect }", "drop", "machines are no routers"),
            new Rule("udp sport 547", "drop", "machines serve no DHCPv6"),
            new Rule("ip6 saddr != { ::, fe80::/10 }", "drop", "this network is IPv4")));
  }
}
