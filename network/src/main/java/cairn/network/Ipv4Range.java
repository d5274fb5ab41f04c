package cairn.network;

import java.util.Optional;
import java.util.function.Predicate;

/** A CIDR block. */
public record Ipv4Range(Ipv4Address network, int prefixLength) {

  public Ipv4Range {
    if (prefixLength < 8 || prefixLength > 30) {
      throw new IllegalArgumentException(
          "prefix length is " + prefixLength + ", expected 8 to 30, as in 10.66.10.0/24");
    }
    network = new Ipv4Address(network.bits() & mask(prefixLength));
  }

  public static Ipv4Range parse(String text) {
    int slash = text.indexOf('/');
    if (slash < 0) {
      throw new IllegalArgumentException(
          "CIDR is '" + text + "', expected one as in 10.66.10.0/24");
    }
    try {
      return new Ipv4Range(
          Ipv4Address.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "CIDR is '" + text + "', expected one as in 10.66.10.0/24", e);
    }
  }

  public boolean contains(Ipv4Address address) {
    return (address.bits() & mask(prefixLength)) == network.bits();
  }

  public boolean overlaps(Ipv4Range other) {
    return contains(other.network) || other.contains(network);
  }

  /** The host's own address on the network: the first usable one. */
  public Ipv4Address gateway() {
    return network.plus(1);
  }

  public Ipv4Address broadcast() {
    return new Ipv4Address(network.bits() | ~mask(prefixLength));
  }

  public Ipv4Address netmask() {
    return new Ipv4Address(mask(prefixLength));
  }

  /** Number of addresses, the unassignable ones too. */
  public int size() {
    return 1 << (32 - prefixLength);
  }

  /** Whether a machine may have the address: inside, and not network, gateway or broadcast. */
  public boolean assignable(Ipv4Address address) {
    return contains(address)
        && !address.equals(network)
        && !address.equals(gateway())
        && !address.equals(broadcast());
  }

  /** The lowest assignable address that is not {@code used}. */
  public Optional<Ipv4Address> firstFree(Predicate<Ipv4Address> used) {
    for (Ipv4Address at = gateway().plus(1); !at.equals(broadcast()); at = at.plus(1)) {
      if (!used.test(at)) {
        return Optional.of(at);
      }
    }
    return Optional.empty();
  }

  private static int mask(int prefixLength) {
    return -1 << (32 - prefixLength);
  }

  @Override
  public String toString() {
    return network + "/" + prefixLength;
  }
}
