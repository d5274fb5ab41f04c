package cairn.network.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork;
import cairn.network.ManagedNetwork.Port;
import cairn.network.ManagedNetwork.Reservation;
import cairn.network.NetworkFault;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What every {@link ManagedNetwork} does, the one for tests and the one of Linux. */
public abstract class ManagedNetworkContract {

  private static final MacAddress FIRST = new MacAddress("52:54:00:00:00:01");
  private static final MacAddress SECOND = new MacAddress("52:54:00:00:00:02");

  /** An ensured network of 10.66.10.0/24 with nothing on it. */
  protected abstract ManagedNetwork network() throws Exception;

  /** A guest on the tap of {@code port} asks for an address with {@code mac}. */
  protected abstract Optional<Ipv4Address> guestAsks(Port port, MacAddress mac) throws Exception;

  private Port attached(long machine, MacAddress mac, String address) throws Exception {
    Port port = new Port(network().plan().tapName(machine, 0), mac, Ipv4Address.parse(address));
    network().attach(port);
    return port;
  }

  private static Reservation reservation(MacAddress mac, String address, String name) {
    return new Reservation(mac, Ipv4Address.parse(address), name);
  }

  @Test
  void guestGetsExactlyItsReservedAddress() throws Exception {
    BlockingQueue<MacAddress> told = new LinkedBlockingQueue<>();
    network().onLeaseChange(told::add);
    network().reserve(reservation(FIRST, "10.66.10.77", "first"));
    Port port = attached(1, FIRST, "10.66.10.77");

    Optional<Ipv4Address> given = guestAsks(port, FIRST);

    assertEquals(Optional.of(port.address()), given);
    assertEquals(FIRST, told.poll(20, TimeUnit.SECONDS));
    assertEquals(given, network().leased(FIRST));
  }

  @Test
  void guestWithoutReservationGetsNothing() throws Exception {
    network().reserve(reservation(FIRST, "10.66.10.77", "first"));
    Port port = attached(2, SECOND, "10.66.10.78");

    assertEquals(Optional.empty(), guestAsks(port, SECOND));
    assertEquals(Optional.empty(), network().leased(SECOND));
  }

  @Test
  void releasedAddressGoesToAnotherCard() throws Exception {
    network().reserve(reservation(FIRST, "10.66.10.77", "first"));
    Port old = attached(1, FIRST, "10.66.10.77");
    assertEquals(Optional.of(old.address()), guestAsks(old, FIRST));

    network().release(FIRST);
    assertEquals(Optional.empty(), network().leased(FIRST));
    assertEquals(Optional.empty(), guestAsks(old, FIRST));
    network().detach(old.tap());
    network().reserve(reservation(SECOND, "10.66.10.77", "second"));
    Port next = attached(2, SECOND, "10.66.10.77");

    assertEquals(Optional.of(next.address()), guestAsks(next, SECOND));
    assertEquals(List.of(reservation(SECOND, "10.66.10.77", "second")), network().reservations());
  }

  @Test
  void changedReservationHoldsForTheNextRequest() throws Exception {
    network().reserve(reservation(FIRST, "10.66.10.77", "first"));
    network().reserve(reservation(FIRST, "10.66.10.80", "first"));
    Port port = attached(1, FIRST, "10.66.10.80");

    assertEquals(Optional.of(port.address()), guestAsks(port, FIRST));
    assertEquals(1, network().reservations().size());
  }

  @Test
  void addressesNobodyMayHaveAreRejected() throws Exception {
    for (String address :
        List.of("10.66.10.0", "10.66.10.1", "10.66.10.255", "10.66.11.5", "192.0.2.1")) {
      NetworkFault fault =
          assertThrows(
              NetworkFault.class,
              () -> network().reserve(reservation(FIRST, address, "first")),
              address);
      assertEquals(NetworkFault.Kind.REJECTED, fault.kind());
      assertTrue(String.valueOf(fault.getMessage()).contains(address), fault.toString());
      assertThrows(NetworkFault.class, () -> attached(1, FIRST, address), address);
    }
    assertEquals(List.of(), network().reservations());
    assertEquals(List.of(), network().taps());
  }

  @Test
  void addressIsNotReservedTwice() throws Exception {
    network().reserve(reservation(FIRST, "10.66.10.77", "first"));

    NetworkFault fault =
        assertThrows(
            NetworkFault.class,
            () -> network().reserve(reservation(SECOND, "10.66.10.77", "second")));

    assertEquals("AddressReserved", fault.reason());
    assertEquals(1, network().reservations().size());
  }

  @Test
  void tapsComeAndGo() throws Exception {
    Port port = attached(1, FIRST, "10.66.10.77");
    network().attach(port);
    assertEquals(List.of(port.tap()), network().taps());

    network().detach(port.tap());
    network().detach(port.tap());
    assertEquals(List.of(), network().taps());

    network().attach(port);
    assertEquals(List.of(port.tap()), network().taps());
  }

  @Test
  void ensuringChangesNothingThatIsRight() throws Exception {
    network().reserve(reservation(FIRST, "10.66.10.77", "first"));
    Port port = attached(1, FIRST, "10.66.10.77");

    network().ensure();

    assertEquals(List.of(port.tap()), network().taps());
    assertEquals(1, network().reservations().size());
  }

  @Test
  void removedNetworkHoldsNothing() throws Exception {
    network().reserve(reservation(FIRST, "10.66.10.77", "first"));
    attached(1, FIRST, "10.66.10.77");

    network().remove();
    network().remove();

    assertEquals(List.of(), network().taps());
    assertEquals(List.of(), network().reservations());
  }
}
