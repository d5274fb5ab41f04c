package cairn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Ipv4RangeTest {

  @ParameterizedTest
  @CsvSource({
    "10.66.10.0/24,   10.66.10.0/24,  10.66.10.1,  10.66.10.255,   255.255.255.0,   256",
    "10.66.10.77/24,  10.66.10.0/24,  10.66.10.1,  10.66.10.255,   255.255.255.0,   256",
    "10.1.2.3/8,      10.0.0.0/8,     10.0.0.1,    10.255.255.255, 255.0.0.0,       16777216",
    "192.168.0.4/30,  192.168.0.4/30, 192.168.0.5, 192.168.0.7,    255.255.255.252, 4",
    "223.255.255.0/24, 223.255.255.0/24, 223.255.255.1, 223.255.255.255, 255.255.255.0, 256",
    "172.16.5.9/20,   172.16.0.0/20,  172.16.0.1,  172.16.15.255,  255.255.240.0,   4096",
  })
  void rangeKnowsItsSpecialAddresses(
      String text, String normal, String gateway, String broadcast, String netmask, int size) {
    Ipv4Range range = Ipv4Range.parse(text);

    assertEquals(normal, range.toString());
    assertEquals(gateway, range.gateway().toString());
    assertEquals(broadcast, range.broadcast().toString());
    assertEquals(netmask, range.netmask().toString());
    assertEquals(size, range.size());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "10.66.10.0",
        "10.66.10.0/",
        "10.66.10.0/x",
        "10.66.10.0/31",
        "10.66.10.0/7",
        "10.66.10.0/-1",
        "10.66.10/24",
        "10.66.10.256/24",
        "10.66.10.0/24/24",
        "fd00::/64",
        " 10.66.10.0/24",
        "10.66.10.0/99999999999"
      })
  void whatIsNoRangeIsRefused(String text) {
    IllegalArgumentException refused =
        assertThrows(IllegalArgumentException.class, () -> Ipv4Range.parse(text));
    assertTrue(String.valueOf(refused.getMessage()).contains("expected"), refused.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "10.66.10.0,   false",
    "10.66.10.1,   false",
    "10.66.10.2,   true",
    "10.66.10.254, true",
    "10.66.10.255, false",
    "10.66.11.2,   false",
    "10.66.9.254,  false",
    "0.0.0.0,      false",
  })
  void firstTwoAndLastAreNobodys(String address, boolean assignable) {
    assertEquals(
        assignable, Ipv4Range.parse("10.66.10.0/24").assignable(Ipv4Address.parse(address)));
  }

  @ParameterizedTest
  @CsvSource({
    "10.66.10.0/24, 10.66.10.0/24,   true",
    "10.66.10.0/24, 10.66.0.0/16,    true",
    "10.66.10.0/24, 10.66.10.128/25, true",
    "10.66.10.0/24, 10.66.11.0/24,   false",
    "10.66.10.0/25, 10.66.10.128/25, false",
    "192.0.0.0/8,   10.0.0.0/8,      false",
  })
  void overlapIsMutual(String first, String second, boolean overlaps) {
    assertEquals(overlaps, Ipv4Range.parse(first).overlaps(Ipv4Range.parse(second)));
    assertEquals(overlaps, Ipv4Range.parse(second).overlaps(Ipv4Range.parse(first)));
  }

  @Test
  void addressesAreGivenInOrderUntilNoneIsLeft() {
    Ipv4Range range = Ipv4Range.parse("10.66.10.0/29");
    Set<Ipv4Address> used = new HashSet<>();
    StringBuilder order = new StringBuilder();

    for (Optional<Ipv4Address> next = range.firstFree(used::contains);
        next.isPresent();
        next = range.firstFree(used::contains)) {
      used.add(next.get());
      order.append(next.get()).append(' ');
    }

    assertEquals("10.66.10.2 10.66.10.3 10.66.10.4 10.66.10.5 10.66.10.6 ", order.toString());
  }

  @Test
  void freedAddressIsGivenAgain() {
    Ipv4Range range = Ipv4Range.parse("10.66.10.0/24");

    assertEquals(
        Optional.of(Ipv4Address.parse("10.66.10.4")),
        range.firstFree(address -> !address.toString().endsWith(".4")));
  }

  @Test
  void smallestRangeHoldsOneMachine() {
    Ipv4Range range = Ipv4Range.parse("10.66.10.0/30");

    assertEquals(Optional.of(Ipv4Address.parse("10.66.10.2")), range.firstFree(_ -> false));
    assertEquals(Optional.empty(), range.firstFree(_ -> true));
  }

  @Test
  void addressesAboveHalfOfAllAreOrderedAsNumbers() {
    assertTrue(Ipv4Address.parse("192.0.0.1").compareTo(Ipv4Address.parse("10.0.0.1")) > 0);
  }
}
