package cairn.network.dhcp;

import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * An address that a card has taken.
 *
 * @param line as dnsmasq wrote it: expiry, MAC, address, host name, client identifier
 */
record Lease(MacAddress mac, Ipv4Address address, String line) {

  /** Reads dnsmasq's lease file; lines that are no IPv4 lease are passed over. */
  static List<Lease> parse(String text) {
    return text.lines().flatMap(Lease::line).toList();
  }

  private static Stream<Lease> line(String line) {
    String[] words = line.split(" ", -1);
    if (words.length < 4) {
      return Stream.empty();
    }
    try {
      return Stream.of(new Lease(new MacAddress(words[1]), Ipv4Address.parse(words[2]), line));
    } catch (IllegalArgumentException e) {
      // IPv6 rows, the server's own identifier, and a row that is just being written.
      return Stream.empty();
    }
  }
}
