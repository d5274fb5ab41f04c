package cairn.appliance.address;

import cairn.appliance.api.ResourceNames;
import cairn.appliance.resource.ResourceReader;
import cairn.appliance.store.Key;
import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** The ranges that machines of the Main network get their addresses from, in the order given. */
public record AddressPools(List<Ipv4Range> ranges) {

  /** The platform's settings. */
  public static final Key SETTINGS = new Key(ResourceNames.MODULE_CONFIGS, "", "virtualization");

  public AddressPools {
    ranges = List.copyOf(ranges);
  }

  /** The pools of the platform's settings; none if they are not configured. */
  public static AddressPools configured(ResourceReader resources) {
    return resources
        .get(SETTINGS)
        .map(settings -> read(settings.document()))
        .orElse(new AddressPools(List.of()));
  }

  /** The pools of a ModuleConfig document; what is no range is left out. */
  public static AddressPools read(JsonNode moduleConfig) {
    List<Ipv4Range> ranges = new ArrayList<>();
    for (JsonNode cidr : moduleConfig.path("spec").path("settings").path("virtualMachineCIDRs")) {
      range(cidr.asString("")).ifPresent(ranges::add);
    }
    return new AddressPools(ranges);
  }

  private static Optional<Ipv4Range> range(String cidr) {
    try {
      return Optional.of(Ipv4Range.parse(cidr));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  public boolean assignable(Ipv4Address address) {
    return ranges.stream().anyMatch(range -> range.assignable(address));
  }

  Optional<Ipv4Address> firstFree(Predicate<Ipv4Address> used) {
    return ranges.stream().flatMap(range -> range.firstFree(used).stream()).findFirst();
  }

  @Override
  public String toString() {
    return ranges.isEmpty()
        ? "none"
        : String.join(", ", ranges.stream().map(Ipv4Range::toString).toList());
  }
}
