package cairn.network;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;

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
   * @throws NetworkFault of kind REJECTED if the address is not assignable in the network's range
   */
  String attach(Port port);

  /**
   * Removes the tap and its rules; an unknown tap is fine. Returns at once; the kernel may take a
   * moment to let go, and an {@link #attach} of the same name waits for that.
   */
  void detach(String tap);

  /** Taps of this network that exist. */
  List<String> taps();

  /**
   * Makes the DHCP server give {@code reservation.address} to {@code reservation.mac} only.
   * Replaces an earlier reservation of that MAC.
   *
   * @throws NetworkFault of kind REJECTED if the address is not assignable in the network's range
   *     or is reserved for another MAC
   */
  void reserve(Reservation reservation);

  /** Takes a reservation back; a lease given out before is withdrawn. */
  void release(MacAddress mac);

  List<Reservation> reservations();

  /** The address that the DHCP server says this card has taken, if it has asked. */
  Optional<Ipv4Address> leased(MacAddress mac);

  /** Calls {@code listener} when a lease may have changed; it looks for itself. Internal thread. */
  void onLeaseChange(Consumer<MacAddress> listener);

  /**
   * What does not work as it should, as last seen by {@link #ensure}: features that the kernel
   * lacks, foreign rules that are in the way. Does not block.
   */
  NetworkHealth health();

  /** Programs of the host that were run for this network. Does not block. */
  List<ProgramFigures> programs();

  /** Removes everything of this network from the host and puts forwarding back as it was. */
  void remove();

  /**
   * A machine's place on the network.
   *
   * @param tap name made by {@link NetworkPlan#tapName}
   */
  record Port(String tap, MacAddress mac, Ipv4Address address) {

    private static final Pattern TAP = Pattern.compile("ct[a-z2-7]{12}[0-9]");

    public Port {
      // The name becomes part of a packet rule and of a file's path.
      if (!TAP.matcher(tap).matches()) {
        throw new IllegalArgumentException(
            "tap is '" + tap + "', expected a name made by NetworkPlan.tapName");
      }
      requireNonNull(mac, "mac is null");
      requireNonNull(address, "address is null");
    }
  }

  /**
   * One card's fixed address.
   *
   * @param name host name given to the guest; a DNS label
   */
  record Reservation(MacAddress mac, Ipv4Address address, String name) {

    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    public Reservation {
      requireNonNull(mac, "mac is null");
      requireNonNull(address, "address is null");
      // The name becomes part of a line that the DHCP server parses.
      if (!LABEL.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "name of reservation "
                + mac
                + " is '"
                + name
                + "', expected a DNS label of at most 63 of a-z, 0-9 and '-'");
      }
    }
  }
}
