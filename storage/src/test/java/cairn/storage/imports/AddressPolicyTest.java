package cairn.storage.imports;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.storage.imports.AddressPolicy.Hop;
import java.net.InetAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressPolicyTest {

  @ParameterizedTest
  @CsvSource({
    "93.184.216.34, true, true",
    "2606:2800:220:1::1, true, true",
    "10.1.2.3, true, false",
    "172.16.0.1, true, false",
    "172.32.0.1, true, true",
    "192.168.1.1, true, false",
    "100.64.0.1, true, false",
    "fd00:ec2::254, true, false",
    "127.0.0.1, false, false",
    "::1, false, false",
    "::ffff:127.0.0.1, false, false",
    "64:ff9b::7f00:1, false, false",
    "64:ff9b::a9fe:a9fe, false, false",
    "2002:a9fe:a9fe::1, false, false",
    "169.254.169.254, false, false",
    "fe80::1, false, false",
    "0.0.0.0, false, false",
    "::, false, false",
    "224.0.0.1, false, false",
    "255.255.255.255, false, false",
    "ff02::1, false, false"
  })
  void addressesAreAllowedByTheirReach(String address, boolean direct, boolean redirected) {
    InetAddress parsed = InetAddress.ofLiteral(address);
    AddressPolicy policy = new AddressPolicy(false);

    assertEquals(direct, policy.allows(parsed, Hop.DIRECT));
    assertEquals(redirected, policy.allows(parsed, Hop.REDIRECT));
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1, true", "::1, true", "169.254.0.1, false", "0.0.0.0, false"})
  void aLabMayAskItself(String address, boolean allowed) {
    InetAddress parsed = InetAddress.ofLiteral(address);

    assertEquals(allowed, new AddressPolicy(true).allows(parsed, Hop.DIRECT));
    assertEquals(false, new AddressPolicy(true).allows(parsed, Hop.REDIRECT));
  }
}
