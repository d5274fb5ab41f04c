package cairn.appliance.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestReport;
import cairn.hypervisor.GuestReport.Card;
import cairn.hypervisor.GuestReport.OperatingSystem;
import cairn.network.Ipv4Address;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Claimed is 10.66.10.2. */
class AddressConditionTest {

  private static final Ipv4Address CLAIMED = Ipv4Address.parse("10.66.10.2");

  @ParameterizedTest(name = "leased {0}, reported {1}")
  @CsvSource(
      nullValues = "-",
      value = {
        "-,          10.66.10.2,            -",
        "10.66.10.2, 10.66.10.2,            -",
        "10.66.10.2, fe80::1 10.66.10.2,    -",
        "10.66.10.2, 192.0.2.7 10.66.10.2,  -",
        // It was asked a moment before it had what it was given.
        "10.66.10.2, '',                    -",
        "10.66.10.2, fe80::1,               -",
        "-,          '',                    The guest reports no address instead of 10.66.10.2.",
        "-,          fe80::1 169.254.0.9,   The guest reports no address instead of 10.66.10.2.",
        "10.66.10.2, 192.0.2.7,             The guest reports 192.0.2.7 instead of 10.66.10.2.",
        "-,          fe80::1 192.0.2.7 2001:db8::7, "
            + "'The guest reports 192.0.2.7, 2001:db8::7 instead of 10.66.10.2.'",
        "10.66.10.9, 10.66.10.2,            The guest took 10.66.10.9 instead of 10.66.10.2.",
      })
  void whatTheGuestHasInstead(String leased, String reported, String why) {
    assertEquals(
        Optional.ofNullable(why),
        AddressCondition.notAssigned(
            CLAIMED,
            Optional.ofNullable(leased).map(Ipv4Address::parse),
            agent(Set.of(), reported)));
  }

  @Test
  void whoSaysNothingHasNothingElse() {
    assertEquals(
        Optional.empty(),
        AddressCondition.notAssigned(CLAIMED, Optional.empty(), GuestAgent.ABSENT));
    assertEquals(
        Optional.empty(),
        AddressCondition.notAssigned(CLAIMED, Optional.empty(), new GuestAgent.Silent("")));
    assertEquals(
        Optional.empty(),
        AddressCondition.notAssigned(
            CLAIMED, Optional.empty(), agent(Set.of("guest-network-get-interfaces"), "")));
  }

  private static GuestAgent agent(Set<String> missing, String addresses) {
    List<String> all = Arrays.stream(addresses.split(" ")).filter(each -> !each.isEmpty()).toList();
    return new GuestAgent.Answering(
        new GuestReport(
            "7.2", missing, OperatingSystem.UNKNOWN, "", List.of(new Card("eth0", "", all))));
  }
}
