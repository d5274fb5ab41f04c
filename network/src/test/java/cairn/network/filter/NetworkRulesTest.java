package cairn.network.filter;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork.Port;
import cairn.network.NetworkHealth.Concern;
import cairn.network.NetworkPlan;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class NetworkRulesTest {

  private static final NetworkPlan PLAN =
      new NetworkPlan("abcd", 0, Ipv4Range.parse("10.66.10.0/24"), Path.of("anywhere"));
  private static final Port FIRST = port(1);
  private static final Port SECOND = port(2);

  private static Port port(int machine) {
    return new Port(
        PLAN.tapName(machine, 0),
        new MacAddress("52:54:00:00:00:0" + machine),
        Ipv4Address.parse("10.66.10.1" + machine));
  }

  private static String written(Set<FilterFeature> features, Port... ports) {
    return NftWriter.replacing(new NetworkRules(PLAN, features).tables(List.of(ports)));
  }

  @Test
  void documentReplacesWhatIsThere() {
    String document = written(EnumSet.allOf(FilterFeature.class), FIRST);

    assertTrue(
        document.startsWith(
            "table inet cairn_abcd_0\ndelete table inet cairn_abcd_0\ntable inet cairn_abcd_0 {\n"),
        document);
    assertTrue(
        document.contains("table bridge cairn_abcd_0\ndelete table bridge cairn_abcd_0\n"),
        document);
  }

  @Test
  void orderOfPortsDoesNotMatter() {
    Set<FilterFeature> all = EnumSet.allOf(FilterFeature.class);
    assertEquals(written(all, FIRST, SECOND), written(all, SECOND, FIRST));
  }

  @Test
  void portIsHeldToItsOwnAddresses() {
    String document = written(EnumSet.allOf(FilterFeature.class), FIRST);

    assertTrue(
        document.contains("elements = { \"%s\" . 52:54:00:00:00:01 }".formatted(FIRST.tap())));
    assertTrue(document.contains("elements = { \"%s\" . 10.66.10.11 }".formatted(FIRST.tap())));
  }

  @Test
  void networkWithoutPortsHasEmptySets() {
    assertFalse(written(EnumSet.allOf(FilterFeature.class)).contains("elements"));
  }

  @Test
  void missingFeatureLeavesItsRulesOut() {
    String none = written(EnumSet.noneOf(FilterFeature.class), FIRST);

    assertFalse(none.contains("masquerade"));
    assertFalse(none.contains("table bridge"));
    assertFalse(none.contains("ct state"));
    assertFalse(none.contains("maxseg"));
    assertFalse(
        written(EnumSet.complementOf(EnumSet.of(FilterFeature.BRIDGE_NAME)), FIRST)
            .contains("ibrname"));
  }

  @Test
  void everyFeatureSaysWhatIsLostWithoutIt() {
    for (FilterFeature feature : FilterFeature.values()) {
      assertTrue(feature.concern().reason().endsWith("Missing"));
      assertTrue(feature.concern().message().contains("CONFIG_"), feature.concern().message());
    }
  }

  @Test
  void foreignChainsThatDropAreNamed() {
    String json =
        """
        {"nftables": [{"metainfo": {"version": "1.0.6"}},
          {"chain": {"family": "ip", "table": "filter", "name": "FORWARD", "hook": "forward", "policy": "drop"}},
          {"chain": {"family": "inet", "table": "fw", "name": "in", "hook": "input", "policy": "drop"}},
          {"chain": {"family": "inet", "table": "fw", "name": "out", "hook": "output", "policy": "drop"}},
          {"chain": {"family": "ip6", "table": "fw6", "name": "FORWARD", "hook": "forward", "policy": "drop"}},
          {"chain": {"family": "ip", "table": "nat", "name": "x", "hook": "forward", "policy": "accept"}},
          {"chain": {"family": "inet", "table": "cairn_zzzz_0", "name": "x", "hook": "forward", "policy": "drop"}}]}
        """;

    List<Concern> concerns = ForeignRules.concerns(json, "cairn_", "cbabcd00000000");

    assertEquals(
        List.of("ForeignForwardDrop", "ForeignInputDrop"),
        concerns.stream().map(Concern::reason).toList());
    assertTrue(
        concerns
            .getFirst()
            .message()
            .contains("nft insert rule ip filter FORWARD iifname cbabcd00000000 accept"),
        concerns.getFirst().message());
  }

  @Test
  void commentCannotEndEarly() {
    assertThrows(
        IllegalArgumentException.class, () -> new Rule("tcp dport 1", "drop", "a\" accept"));
  }
}
