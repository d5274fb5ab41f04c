package cairn.storage.imports;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Which addresses an import may connect to, so that a source cannot make the node ask what only the
 * node may ask. Decided on the address that is connected to, never on a name.
 *
 * @param allowLoopback for a lab, where the file server is on the same machine
 */
public record AddressPolicy(boolean allowLoopback) {

  /** How the address came up. */
  enum Hop {
    /** The user named it. */
    DIRECT,
    /** A server pointed to it. */
    REDIRECT
  }

  /** Whether a connection to {@code address} is allowed. */
  boolean allows(InetAddress address, Hop hop) {
    return switch (reach(address)) {
      case PUBLIC -> true;
      case PRIVATE -> hop == Hop.DIRECT;
      case LOOPBACK -> allowLoopback && hop == Hop.DIRECT;
      case NEVER -> false;
    };
  }

  private enum Reach {
    PUBLIC,
    PRIVATE,
    LOOPBACK,
    /** Link-local (cloud metadata), unspecified, multicast, reserved. */
    NEVER
  }

  private static Reach reach(InetAddress address) {
    return switch (address) {
      case Inet4Address four -> reachOfFour(four.getAddress());
      case Inet6Address six -> reachOfSix(six);
      default -> Reach.NEVER;
    };
  }

  private static Reach reachOfFour(byte[] bytes) {
    int first = bytes[0] & 0xff;
    int second = bytes[1] & 0xff;
    return switch (first) {
      case 0 -> Reach.NEVER;
      case 10 -> Reach.PRIVATE;
      case 100 -> second >= 64 && second < 128 ? Reach.PRIVATE : Reach.PUBLIC;
      case 127 -> Reach.LOOPBACK;
      case 169 -> second == 254 ? Reach.NEVER : Reach.PUBLIC;
      case 172 -> second >= 16 && second < 32 ? Reach.PRIVATE : Reach.PUBLIC;
      case 192 -> second == 168 ? Reach.PRIVATE : Reach.PUBLIC;
      default -> first >= 224 ? Reach.NEVER : Reach.PUBLIC;
    };
  }

  private static Reach reachOfSix(Inet6Address address) {
    byte[] bytes = address.getAddress();
    if (address.isLoopbackAddress()) {
      return Reach.LOOPBACK;
    }
    if (address.isAnyLocalAddress()
        || address.isLinkLocalAddress()
        || address.isMulticastAddress()) {
      return Reach.NEVER;
    }
    // Forms that carry an IPv4 address reach what that address reaches.
    if (startsWith(bytes, 0x00, 0x64, 0xff, 0x9b) || startsWithZeros(bytes, 12)) {
      return reachOfFour(Arrays.copyOfRange(bytes, 12, 16));
    }
    if (startsWith(bytes, 0x20, 0x02)) {
      return reachOfFour(Arrays.copyOfRange(bytes, 2, 6));
    }
    boolean uniqueLocal = (bytes[0] & 0xfe) == 0xfc;
    return uniqueLocal || address.isSiteLocalAddress() ? Reach.PRIVATE : Reach.PUBLIC;
  }

  private static boolean startsWith(byte[] bytes, int... prefix) {
    for (int index = 0; index < prefix.length; index++) {
      if ((bytes[index] & 0xff) != prefix[index]) {
        return false;
      }
    }
    return true;
  }

  private static boolean startsWithZeros(byte[] bytes, int count) {
    return startsWith(bytes, new int[count]);
  }

  /** Every address of a name, as the resolver says now. */
  static InetAddress[] resolve(String host) throws UnknownHostException {
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    return InetAddress.getAllByName(bracketed ? host.substring(1, host.length() - 1) : host);
  }
}
