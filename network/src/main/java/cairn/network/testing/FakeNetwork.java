package cairn.network.testing;

import cairn.network.Ipv4Address;
import cairn.network.MacAddress;
import cairn.network.ManagedNetwork;
import cairn.network.NetworkFault;
import cairn.network.NetworkHealth;
import cairn.network.NetworkPlan;
import cairn.network.ProgramFigures;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** A network in memory. It passes the same contract test as the one of Linux. */
public final class FakeNetwork implements ManagedNetwork {

  private final NetworkPlan plan;
  private final SortedMap<String, Port> ports = new TreeMap<>();
  private final Map<MacAddress, Reservation> reservations = new HashMap<>();
  private final Map<MacAddress, Ipv4Address> leases = new HashMap<>();
  private final List<Consumer<MacAddress>> listeners = new ArrayList<>();
  private NetworkHealth health = new NetworkHealth(List.of());

  public FakeNetwork(NetworkPlan plan) {
    this.plan = plan;
  }

  /**
   * A guest asks for an address with this card.
   *
   * @return what it gets: nothing without a reservation or without a tap
   */
  public Optional<Ipv4Address> takeLease(MacAddress mac) {
    List<Consumer<MacAddress>> told;
    Ipv4Address address;
    synchronized (this) {
      Reservation reservation = reservations.get(mac);
      if (reservation == null
          || ports.values().stream().noneMatch(port -> port.mac().equals(mac))) {
        return Optional.empty();
      }
      address = reservation.address();
      leases.put(mac, address);
      told = List.copyOf(listeners);
    }
    told.forEach(listener -> listener.accept(mac));
    return Optional.of(address);
  }

  /** The port behind a tap, to see what was asked for. */
  public synchronized Optional<Port> port(String tap) {
    return Optional.ofNullable(ports.get(tap));
  }

  /** Makes {@link #health} say this. */
  public synchronized void setHealth(NetworkHealth health) {
    this.health = health;
  }

  @Override
  public NetworkPlan plan() {
    return plan;
  }

  @Override
  public void ensure() {}

  @Override
  public synchronized String attach(Port port) {
    requireAssignable("tap " + port.tap(), port.address());
    ports.put(port.tap(), port);
    return port.tap();
  }

  @Override
  public synchronized void detach(String tap) {
    ports.remove(tap);
  }

  @Override
  public synchronized List<String> taps() {
    return List.copyOf(ports.keySet());
  }

  @Override
  public synchronized void reserve(Reservation reservation) {
    requireAssignable("reservation of " + reservation.mac(), reservation.address());
    for (Reservation other : reservations.values()) {
      if (other.address().equals(reservation.address()) && !other.mac().equals(reservation.mac())) {
        throw new NetworkFault(
            NetworkFault.Kind.REJECTED,
            "AddressReserved",
            "Address %s cannot be reserved for %s: it is reserved for %s ('%s')."
                .formatted(reservation.address(), reservation.mac(), other.mac(), other.name()),
            null);
      }
    }
    reservations.put(reservation.mac(), reservation);
  }

  @Override
  public void release(MacAddress mac) {
    List<Consumer<MacAddress>> told = List.of();
    synchronized (this) {
      reservations.remove(mac);
      if (leases.remove(mac) != null) {
        told = List.copyOf(listeners);
      }
    }
    told.forEach(listener -> listener.accept(mac));
  }

  @Override
  public synchronized List<Reservation> reservations() {
    return reservations.values().stream()
        .sorted(Comparator.comparing(Reservation::address))
        .toList();
  }

  @Override
  public synchronized Optional<Ipv4Address> leased(MacAddress mac) {
    return Optional.ofNullable(leases.get(mac));
  }

  @Override
  public synchronized void onLeaseChange(Consumer<MacAddress> listener) {
    listeners.add(listener);
  }

  @Override
  public synchronized NetworkHealth health() {
    return health;
  }

  @Override
  public List<ProgramFigures> programs() {
    return List.of();
  }

  @Override
  public synchronized void remove() {
    ports.clear();
    reservations.clear();
    leases.clear();
  }

  private void requireAssignable(String subject, Ipv4Address address) {
    if (!plan.range().assignable(address)) {
      throw new NetworkFault(
          NetworkFault.Kind.REJECTED,
          "AddressOutOfRange",
          "Address %s of %s cannot be used: expected one of %s other than its first two and its last."
              .formatted(address, subject, plan.range()),
          null);
    }
  }
}
