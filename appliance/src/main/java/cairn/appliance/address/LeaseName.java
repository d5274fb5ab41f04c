package cairn.appliance.address;

import cairn.network.Ipv4Address;
import java.util.Optional;

/** {@code ip-10-66-10-14}: how a lease is named after its address. */
final class LeaseName {

  private static final String PREFIX = "ip-";

  private LeaseName() {}

  static String of(Ipv4Address address) {
    return PREFIX + address.toString().replace('.', '-');
  }

  static Optional<Ipv4Address> address(String name) {
    if (!name.startsWith(PREFIX) || name.contains(".")) {
      return Optional.empty();
    }
    try {
      Ipv4Address address = Ipv4Address.parse(name.substring(PREFIX.length()).replace('-', '.'));
      return of(address).equals(name) ? Optional.of(address) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
