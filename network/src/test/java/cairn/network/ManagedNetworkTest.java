package cairn.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import cairn.network.ManagedNetwork.Port;
import cairn.network.ManagedNetwork.Reservation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManagedNetworkTest {

  private static final MacAddress MAC = new MacAddress("52:54:00:00:00:01");
  private static final Ipv4Address ADDRESS = Ipv4Address.parse("10.66.10.5");

  @ParameterizedTest
  @ValueSource(strings = {"a", "0", "my-vm", "vm2", "a-------b"})
  void labelIsAName(String name) {
    assertEquals(name, new Reservation(MAC, ADDRESS, name).name());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-a",
        "a-",
        "A",
        "a.b",
        "a_b",
        "a,b",
        "a\nb",
        "a b",
        "ä",
        "a123456789012345678901234567890123456789012345678901234567890123"
      })
  void whatCouldMeanMoreToTheServerIsNoName(String name) {
    assertThrows(IllegalArgumentException.class, () -> new Reservation(MAC, ADDRESS, name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "eth0", "../ctabcdyuarjqjd0", "ctabcdyuarjqjd", "ctabcd\" accept0 "})
  void tapIsNamedByThePlanOnly(String tap) {
    assertThrows(IllegalArgumentException.class, () -> new Port(tap, MAC, ADDRESS));
  }
}
