package cairn.network.link;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** All network devices of the host at one moment. */
public record Links(Map<String, Link> byName) {

  /** Nothing observed. */
  public static final Links NONE = new Links(Map.of());

  private static final JsonMapper JSON = new JsonMapper();

  public Links {
    byName = Map.copyOf(byName);
  }

  /** Reads what {@code ip -j -d addr} says. */
  static Links parse(String json) {
    Map<String, Link> links = new LinkedHashMap<>();
    for (JsonNode node : JSON.readTree(json)) {
      // Devices that iproute2 filters out are left as empty objects.
      if (node.has("ifname")) {
        Link link = link(node);
        links.put(link.name(), link);
      }
    }
    return new Links(links);
  }

  public Optional<Link> named(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  public Collection<Link> all() {
    return byName.values();
  }

  public List<Link> portsOf(String bridge) {
    return byName.values().stream().filter(link -> link.master().equals(bridge)).toList();
  }

  private static Link link(JsonNode node) {
    JsonNode info = node.path("linkinfo");
    JsonNode data = info.path("info_data");
    Set<String> addresses = new HashSet<>();
    for (JsonNode address : node.path("addr_info")) {
      if (address.path("family").asString("").equals("inet")) {
        addresses.add(
            address.path("local").asString("") + "/" + address.path("prefixlen").asInt(0));
      }
    }
    boolean up = false;
    for (JsonNode flag : node.path("flags")) {
      up |= flag.asString("").equals("UP");
    }
    return new Link(
        node.path("ifindex").asInt(0),
        node.path("ifname").asString(""),
        info.path("info_kind").asString(""),
        node.path("master").asString(""),
        up,
        node.path("mtu").asInt(0),
        node.path("address").asString(""),
        addresses,
        node.path("ifalias").asString(""),
        data.path("stp_state").asInt(0) != 0,
        data.path("forward_delay").asInt(0));
  }
}
