package cairn.network.address;

import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Finds a private /24 that a host has no way to yet. Pure. */
public final class FreeRange {

  private static final int LENGTH = 24;

  /** Where to look, in this order: first address, number of /24 from there. */
  private static final List<Stretch> STRETCHES =
      List.of(
          new Stretch("10.66.10.0", (255 - 66) * 256 + 246),
          new Stretch("172.16.0.0", 16 * 256),
          new Stretch("192.168.0.0", 256));

  private FreeRange() {}

  /**
   * The first /24 from 10.66.10.0 that shares no address with a route of the host; if the host
   * routes all of 10.0.0.0/8, one of 172.16.0.0/12 or 192.168.0.0/16.
   */
  public static Optional<Ipv4Range> beside(Collection<Route> routes) {
    return STRETCHES.stream()
        .flatMap(stretch ->
            IntStream.range(0, stretch.count())
                .mapToObj(at -> new Ipv4Range(stretch.start().plus(at << 8), LENGTH)))
        .filter(range -> routes.stream().noneMatch(route -> route.touches(range)))
        .findFirst();
  }

  private record Stretch(String first, int count) {
    Ipv4Address start() {
      return Ipv4Address.parse(first);
    }
  }

  /**
   * A destination that the host knows a way to.
   *
   * @param prefixLength 1 to 32; the default route is none
   */
  public record Route(Ipv4Address destination, int prefixLength) {

    public Route {
      if (prefixLength < 1 || prefixLength > 32) {
        throw new IllegalArgumentException(
            "prefix length of route %s is %d, expected 1 to 32"
                .formatted(destination, prefixLength));
      }
    }

    boolean touches(Ipv4Range range) {
      int mask = -1 << (32 - Math.min(prefixLength, range.prefixLength()));
      return (destination.bits() & mask) == (range.network().bits() & mask);
    }
  }
}
