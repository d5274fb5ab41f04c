package cairn.network.filter;

import cairn.network.NetworkHealth.Concern;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Chains of others that drop what no rule of theirs names, and so may drop what ours let through.
 */
final class ForeignRules {

  private static final JsonMapper JSON = new JsonMapper();
  private static final Set<String> FAMILIES = Set.of("ip", "inet", "bridge");

  private ForeignRules() {}

  /**
   * Reads what {@code nft -j list chains} says; iptables in its nft form shows there too.
   *
   * @param prefix of the names of all our tables, of other installations too
   * @param bridge for the remedy
   */
  static List<Concern> concerns(String json, String prefix, String bridge) {
    List<Concern> concerns = new ArrayList<>();
    for (JsonNode entry : JSON.readTree(json).path("nftables")) {
      JsonNode chain = entry.path("chain");
      String family = chain.path("family").asString("");
      String table = chain.path("table").asString("");
      if (chain.path("policy").asString("").equals("drop")
          && FAMILIES.contains(family)
          && !table.startsWith(prefix)) {
        concern(chain, "%s %s %s".formatted(family, table, chain.path("name").asString("")), bridge)
            .ifPresent(concerns::add);
      }
    }
    return concerns;
  }

  private static Optional<Concern> concern(JsonNode chain, String name, String bridge) {
    return switch (chain.path("hook").asString("")) {
      case "forward" ->
          Optional.of(
              new Concern(
                  "ForeignForwardDrop",
                  ("Chain '%1$s' of another program drops forwarded packets by default and may cut machines"
                          + " off; let ours through with 'nft insert rule %1$s iifname %2$s accept' and the"
                          + " same with oifname.")
                      .formatted(name, bridge)));
      case "input" ->
          Optional.of(
              new Concern(
                  "ForeignInputDrop",
                  ("Chain '%1$s' of another program drops packets to the host by default and may keep"
                          + " machines from DHCP and DNS; let them through with 'nft insert rule %1$s iifname"
                          + " %2$s udp dport { 53, 67 } accept'.")
                      .formatted(name, bridge)));
      default -> Optional.empty();
    };
  }
}
