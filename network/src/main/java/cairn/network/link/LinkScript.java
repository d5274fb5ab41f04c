package cairn.network.link;

import cairn.network.NetworkFault;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The commands of {@code ip -batch} that lead from what is to what should be; none if nothing is
 * amiss. Pure.
 */
public final class LinkScript {

  private static final int MTU = 1500;

  private final boolean ipv6;

  /**
   * @param ipv6 whether the kernel has IPv6 at all: only then can it be told to make no link-local
   *     addresses on our devices
   */
  public LinkScript(boolean ipv6) {
    this.ipv6 = ipv6;
  }

  /** Makes or mends {@code bridge}, and puts those of {@code taps} that exist on it. */
  public List<String> mend(Bridge bridge, Collection<String> taps, Links observed) {
    List<String> lines = new ArrayList<>(bridge(bridge, observed.named(bridge.name())));
    for (String tap : taps) {
      observed.named(tap).ifPresent(link -> lines.addAll(port(link, bridge.name())));
    }
    return lines;
  }

  /** Makes {@code tap} on {@code bridge}, or mends the one that is there. */
  public List<String> plug(String tap, String bridge, Links observed) {
    Optional<Link> present = observed.named(tap);
    if (present.isPresent()) {
      return port(present.get(), bridge);
    }
    List<String> lines = new ArrayList<>();
    // QEMU opens it by name: one queue, and headers for offloads (libvirt asks for both so).
    lines.add("tuntap add dev " + tap + " mode tap vnet_hdr");
    if (ipv6) {
      lines.add("link set dev " + tap + " addrgenmode none");
    }
    lines.add("link set dev %s mtu %d master %s".formatted(tap, MTU, bridge));
    lines.add("link set dev " + tap + " up");
    return lines;
  }

  /** Takes {@code tap} off its bridge at once; deleting takes the kernel some 40 ms more. */
  public List<String> unplug(String tap, Links observed) {
    return observed.named(tap).isEmpty()
        ? List.of()
        : List.of("link set dev " + tap + " down nomaster");
  }

  public List<String> delete(Collection<String> names, Links observed) {
    return names.stream()
        .filter(name -> observed.named(name).isPresent())
        .map(name -> "link delete dev " + name)
        .toList();
  }

  private List<String> bridge(Bridge bridge, Optional<Link> present) {
    String name = bridge.name();
    List<String> lines = new ArrayList<>();
    if (present.isEmpty()) {
      lines.add(
          "link add name %s address %s mtu %d type bridge stp_state 0 forward_delay 0"
              .formatted(name, bridge.mac(), MTU));
      // The host offers no IPv6 here, so it must not be reachable by a link-local address either.
      if (ipv6) {
        lines.add("link set dev " + name + " addrgenmode none");
      }
    }
    Link link = present.orElse(fresh(bridge));
    if (!link.isBridge()) {
      throw new NetworkFault(
          NetworkFault.Kind.BROKEN,
          "NameTaken",
          "Device %s is a '%s', not a bridge, and carries a name of ours; remove it with 'ip link delete dev %s'."
              .formatted(name, link.kind(), name),
          null);
    }
    if (link.spanningTree() || link.forwardDelay() != 0) {
      lines.add("link set dev " + name + " type bridge stp_state 0 forward_delay 0");
    }
    if (!link.mac().equals(bridge.mac().text())) {
      lines.add("link set dev " + name + " address " + bridge.mac());
    }
    if (!link.alias().equals(bridge.alias())) {
      lines.add("link set dev " + name + " alias " + bridge.alias());
    }
    link.ipv4().stream()
        .filter(address -> !address.equals(bridge.address()))
        .sorted()
        .forEach(address -> lines.add("addr delete " + address + " dev " + name));
    if (!link.ipv4().contains(bridge.address())) {
      lines.add("addr add " + bridge.address() + " brd + dev " + name);
    }
    if (!link.up()) {
      lines.add("link set dev " + name + " up");
    }
    return lines;
  }

  /** What the kernel makes of the first command. */
  private static Link fresh(Bridge bridge) {
    return new Link(
        0, bridge.name(), "bridge", "", false, MTU, bridge.mac().text(), Set.of(), "", false, 0);
  }

  private static List<String> port(Link link, String bridge) {
    return Stream.of(
            link.master().equals(bridge)
                ? Optional.<String>empty()
                : Optional.of("link set dev " + link.name() + " master " + bridge),
            link.up()
                ? Optional.<String>empty()
                : Optional.of("link set dev " + link.name() + " up"))
        .flatMap(Optional::stream)
        .toList();
  }
}
