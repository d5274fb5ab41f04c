package cairn.network.link;

import java.util.Set;

/**
 * A network device as the kernel shows it.
 *
 * @param index the kernel's number; a device made anew gets another
 * @param kind {@code bridge}, {@code tun}, {@code veth}...; empty for hardware
 * @param master bridge that it is a port of; empty if none
 * @param up whether it is switched on, with or without a carrier
 * @param ipv4 addresses with prefix length, as in 10.66.10.1/24
 * @param spanningTree whether a bridge speaks STP
 * @param forwardDelay of a bridge, in hundredths of a second
 */
public record Link(
    int index,
    String name,
    String kind,
    String master,
    boolean up,
    int mtu,
    String mac,
    Set<String> ipv4,
    String alias,
    boolean spanningTree,
    int forwardDelay) {

  public Link {
    ipv4 = Set.copyOf(ipv4);
  }

  public boolean isBridge() {
    return kind.equals("bridge");
  }
}
