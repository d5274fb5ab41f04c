package cairn.network.address;

import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The ranges that machines' addresses come from, in the order they are used up. Pure.
 *
 * @param ranges none overlaps another
 */
public record AddressPools(List<Ipv4Range> ranges) {

  public AddressPools {
    ranges = List.copyOf(ranges);
    for (int i = 0; i < ranges.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (ranges.get(i).overlaps(ranges.get(j))) {
          throw new IllegalArgumentException(
              "range %s overlaps range %s, expected ranges that share no address"
                  .formatted(ranges.get(i), ranges.get(j)));
        }
      }
    }
  }

  /** The range that holds the address, also when no machine may have it. */
  public Optional<Ipv4Range> rangeOf(Ipv4Address address) {
    return ranges.stream().filter(range -> range.contains(address)).findFirst();
  }

  /** Whether a machine may have the address. */
  public boolean assignable(Ipv4Address address) {
    return ranges.stream().anyMatch(range -> range.assignable(address));
  }

  /** The lowest address of the first range that has one which is not {@code used}. */
  public Optional<Ipv4Address> firstFree(Predicate<Ipv4Address> used) {
    return ranges.stream()
        .map(range -> range.firstFree(used))
        .flatMap(Optional::stream)
        .findFirst();
  }
}
