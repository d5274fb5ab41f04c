package cairn.appliance.machine;

import cairn.network.Ipv4Address;
import cairn.network.ManagedNetwork;
import java.util.Optional;
import java.util.UUID;

/** Where a machine is reached on its network. */
public final class GuestAddress {

  private GuestAddress() {}

  /**
   * The address that the network reserves for the machine's card and lets nobody else send from;
   * empty while it reserves none. Blocks shortly; any thread.
   */
  public static Optional<Ipv4Address> of(ManagedNetwork network, UUID machine) {
    return network.reservations().stream()
        .filter(reservation -> reservation.mac().equals(MachineSpecs.mac(machine)))
        .map(ManagedNetwork.Reservation::address)
        .findFirst();
  }
}
