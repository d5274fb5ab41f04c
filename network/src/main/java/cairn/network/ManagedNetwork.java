package cairn.network;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One network of machines: a bridge, its gateway address, a DHCP and DNS server, and packet rules.
 *
 * <p>Idempotent, level-triggered: {@link #ensure} may be called at any time and repairs what is
 * missing. Only devices, files, tables and processes with this network's own names are touched. All
 * methods may block and may be called from any thread; they throw {@link NetworkFault}.
 */
public interface ManagedNetwork {

  NetworkPlan plan();

  /** Makes bridge, DHCP server, rules and forwarding as the plan says; adopts what runs already. */
  void ensure();

  /**
   * Makes the tap, up and on the bridge, so that only this address and MAC may send through it.
   *
   * @return the tap's name, at most 15 characters
   */
  String attach(Port port);

  /** Removes the tap and its rules. Returns at once; the kernel may take a moment to let go. */
  void detach(String tap);

  /** Taps of this network that exist. */
  List<String> taps();

  /** Makes the DHCP server give {@code reservation.address} to {@code reservation.mac} only. */
  void reserve(Reservation reservation);

  /** Takes a reservation back; a lease given out before is withdrawn. */
  void release(MacAddress mac);

  List<Reservation> reservations();

  /** The address that the DHCP server says this card has taken, if it has asked. */
  Optional<Ipv4Address> leased(MacAddress mac);

  /** Calls {@code listener} when a lease may have changed; it looks for itself. Internal thread. */
  void onLeaseChange(Consumer<MacAddress> listener);

  /** Removes everything of this network from the host and puts forwarding back as it was. */
  void remove();

  /**
   * A machine's place on the network.
   *
   * @param tap name made by {@link NetworkPlan#tapName}
   */
  record Port(String tap, MacAddress mac, Ipv4Address address) {}

  /**
   * @param name host name given to the guest; a DNS label
   */
  record Reservation(MacAddress mac, Ipv4Address address, String name) {}
}
