package cairn.network.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import cairn.network.address.FreeRange.Route;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FreeRangeTest {

  private static Route route(String text) {
    int slash = text.indexOf('/');
    return new Route(
        Ipv4Address.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "192.168.1.0/24                             | 10.66.10.0/24",
        "10.66.10.0/24                              | 10.66.11.0/24",
        "10.66.10.77/32                             | 10.66.11.0/24",
        "10.66.10.0/23 10.66.12.128/25              | 10.66.13.0/24",
        "10.66.0.0/16                               | 10.67.0.0/24",
        "10.0.0.0/8                                 | 172.16.0.0/24",
        "10.0.0.0/8 172.16.0.0/12                   | 192.168.0.0/24",
        "10.0.0.0/8 172.16.0.0/12 192.168.0.0/17    | 192.168.128.0/24",
        "0.0.0.0/1                                  | 172.16.0.0/24",
      })
  void firstRangeBesideAllRoutes(String routes, String expected) {
    assertEquals(
        Optional.of(Ipv4Range.parse(expected)),
        FreeRange.beside(Arrays.stream(routes.split(" ")).map(FreeRangeTest::route).toList()));
  }

  @Test
  void hostThatRoutesEverythingHasNone() {
    assertEquals(
        Optional.empty(), FreeRange.beside(List.of(route("0.0.0.0/1"), route("128.0.0.0/1"))));
  }

  @Test
  void routesAreReadAsIpPrintsThem() {
    String json =
        """
        [{"dst":"default","gateway":"192.0.2.1","dev":"eth0","flags":[]},
         {"dst":"192.0.2.0/24","dev":"eth0","protocol":"kernel","scope":"link","flags":[]},
         {"type":"local","dst":"192.0.2.7","dev":"eth0","table":"local","flags":[]},
         {"type":"unreachable","dst":"10.0.0.0/8","dev":"lo","flags":[]}]
        """;

    assertEquals(
        List.of(route("192.0.2.0/24"), route("192.0.2.7/32"), route("10.0.0.0/8")),
        HostRoutes.parse(json));
  }

  @Test
  void poolsAreUsedUpInTheirOrder() {
    AddressPools pools =
        new AddressPools(
            List.of(Ipv4Range.parse("10.66.20.0/30"), Ipv4Range.parse("10.66.10.0/30")));

    assertEquals(Optional.of(Ipv4Address.parse("10.66.20.2")), pools.firstFree(_ -> false));
    assertEquals(
        Optional.of(Ipv4Address.parse("10.66.10.2")),
        pools.firstFree(Ipv4Address.parse("10.66.20.2")::equals));
    assertEquals(Optional.empty(), pools.firstFree(_ -> true));
    assertEquals(
        Optional.of(Ipv4Range.parse("10.66.10.0/30")),
        pools.rangeOf(Ipv4Address.parse("10.66.10.1")));
  }

  @Test
  void overlappingPoolsAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new AddressPools(
                List.of(Ipv4Range.parse("10.66.0.0/16"), Ipv4Range.parse("10.66.10.0/24"))));
  }
}
