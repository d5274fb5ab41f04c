package cairn.appliance.address;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import cairn.appliance.address.AddressPlan.Taken;
import cairn.appliance.address.AddressPlan.Wanted;
import cairn.network.Ipv4Address;
import cairn.network.Ipv4Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressPlanTest {

  private static final AddressPools POOLS =
      new AddressPools(List.of(Ipv4Range.parse("10.66.10.0/29"), Ipv4Range.parse("10.66.0.0/30")));
  private static final Wanted ANY = new Wanted("team", Optional.empty(), Optional.empty());

  @Test
  void freeAddressesAreGivenInTheOrderOfThePools() {
    List<Taken> leases = new ArrayList<>();
    List<String> given = new ArrayList<>();
    while (AddressPlan.between(ANY, POOLS, leases) instanceof AddressPlan.Create create) {
      given.add(create.address().toString());
      leases.add(new Taken(create.address(), false, false, "team"));
    }

    assertEquals(
        List.of("10.66.10.2", "10.66.10.3", "10.66.10.4", "10.66.10.5", "10.66.10.6", "10.66.0.2"),
        given);
    assertInstanceOf(AddressPlan.Refuse.class, AddressPlan.between(ANY, POOLS, leases));
  }

  @Test
  void aReleasedLeaseCountsAsUsed() {
    AddressPlan plan =
        AddressPlan.between(ANY, POOLS, List.of(taken("10.66.10.2", false, true, "team")));

    assertEquals(new AddressPlan.Create(Ipv4Address.parse("10.66.10.3")), plan);
  }

  @Test
  void theLeaseOfAPassThatWasKilledIsFoundAgain() {
    AddressPlan plan =
        AddressPlan.between(ANY, POOLS, List.of(taken("10.66.10.5", true, false, "team")));

    assertEquals(new AddressPlan.Keep(Ipv4Address.parse("10.66.10.5")), plan);
  }

  @Test
  void aLostLeaseIsNotMadeAgain() {
    Wanted lost =
        new Wanted("team", Optional.empty(), Optional.of(Ipv4Address.parse("10.66.10.3")));

    AddressPlan plan = AddressPlan.between(lost, POOLS, List.of());

    assertEquals("VirtualMachineIPAddressLeaseLost", ((AddressPlan.Refuse) plan).reason());
  }

  @ParameterizedTest(name = "{0} held by {1}, released {2}: {3}")
  @CsvSource({
    "10.66.10.4, '', false, Create",
    "10.66.10.4, team, true, TakeBack",
    "10.66.10.4, other, true, VirtualMachineIPAddressLeaseAlreadyExists",
    "10.66.10.4, team, false, VirtualMachineIPAddressLeaseAlreadyExists",
    "10.66.10.1, '', false, VirtualMachineIPAddressIsOutOfTheValidRange",
    "10.66.10.7, '', false, VirtualMachineIPAddressIsOutOfTheValidRange",
    "10.67.0.1, '', false, VirtualMachineIPAddressIsOutOfTheValidRange"
  })
  void aFixedAddress(String address, String holder, boolean released, String expected) {
    Wanted fixed = new Wanted("team", Optional.of(Ipv4Address.parse(address)), Optional.empty());
    List<Taken> leases =
        holder.isEmpty() ? List.of() : List.of(taken(address, false, released, holder));

    AddressPlan plan = AddressPlan.between(fixed, POOLS, leases);

    assertEquals(
        expected,
        plan instanceof AddressPlan.Refuse refusal
            ? refusal.reason()
            : plan.getClass().getSimpleName());
  }

  @ParameterizedTest
  @CsvSource({
    "ip-10-66-10-14, 10.66.10.14",
    "ip-10-66-10, ''",
    "ip-10-66-10-300, ''",
    "ip-010-66-10-1, ''",
    "10-66-10-1, ''",
    "ip-10.66-10-1, ''"
  })
  void aLeaseIsNamedAfterItsAddress(String name, String address) {
    assertEquals(address, LeaseName.address(name).map(Ipv4Address::toString).orElse(""));
  }

  private static Taken taken(String address, boolean mine, boolean released, String namespace) {
    return new Taken(Ipv4Address.parse(address), mine, released, namespace);
  }
}
