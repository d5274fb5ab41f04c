package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.resource.Resource;
import cairn.appliance.store.UptimeClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The host's coming and going as machines meet it: in which order they are started when the service
 * finds them off, and how all of them are ended before the host goes down. Safe for several
 * threads.
 */
final class HostPower {

  /** How long instances whose plug was pulled may take to be gone. */
  private static final Duration AFTER_PLUG = Duration.ofSeconds(20);

  private static final Duration LOOK = Duration.ofMillis(50);

  private final UptimeClock clock;
  private volatile StartQueue queue;
  private volatile @Nullable Departure departure;

  /** The machines whose turn it is to go, and when the last guest must be gone. */
  private record Departure(Duration end, Set<UUID> leaving) {}

  HostPower(UptimeClock clock) {
    this.clock = requireNonNull(clock, "clock is null");
    this.queue = new StartQueue(Map.of(), clock);
  }

  /**
   * The service has begun.
   *
   * @param resting all machines that have no instance
   */
  void begin(List<Resource> resting) {
    Map<UUID, StartOrder> orders = new HashMap<>();
    for (Resource machine : resting) {
      if (!machine.deleting()) {
        orders.put(machine.uid(), StartOrder.read(machine.document()));
      }
    }
    queue = new StartQueue(orders, clock);
  }

  HostMoment of(Resource machine) {
    Departure now = departure;
    if (now != null) {
      return HostMoment.goingDown(
          now.leaving().contains(machine.uid())
              ? Optional.of(now.end().minus(clock.uptime()))
              : Optional.empty());
    }
    return queue.left(machine.uid()).map(HostMoment::waiting).orElse(HostMoment.USUAL);
  }

  /** The machine was started, or is not to be started now. */
  void passed(Resource machine, boolean started) {
    queue.passed(machine.uid(), started);
  }

  /**
   * Ends all machines, those of the highest place first; nothing is started from now on. Returns
   * when all are gone, or when the limit is over and pulling their plugs did not help either.
   *
   * @param machines all there are
   * @param up whether a machine still has an instance, as the reconciler has noticed it
   * @param wake makes the reconciler look at a machine
   */
  void shutDown(
      List<Resource> machines, Duration limit, Predicate<Resource> up, Consumer<Resource> wake) {
    Duration end = clock.uptime().plus(limit);
    Set<UUID> leaving = new HashSet<>();
    departure = new Departure(end, Set.of());
    for (List<Resource> place : places(machines).descendingMap().values()) {
      place.forEach(machine -> leaving.add(machine.uid()));
      departure = new Departure(end, Set.copyOf(leaving));
      place.forEach(wake);
      awaitGone(place, end, up, wake);
    }
    awaitGone(machines, end.plus(AFTER_PLUG), up, wake);
  }

  private static NavigableMap<Integer, List<Resource>> places(List<Resource> machines) {
    TreeMap<Integer, List<Resource>> places = new TreeMap<>();
    for (Resource machine : machines) {
      places
          .computeIfAbsent(StartOrder.read(machine.document()).place(), _ -> new ArrayList<>())
          .add(machine);
    }
    return places;
  }

  private void awaitGone(
      List<Resource> machines, Duration end, Predicate<Resource> up, Consumer<Resource> wake) {
    List<Resource> left = machines;
    boolean late = false;
    while (true) {
      left = left.stream().filter(up).toList();
      Duration now = clock.uptime();
      if (left.isEmpty() || now.compareTo(end) >= 0) {
        return;
      }
      Departure current = departure;
      if (!late && current != null && now.compareTo(current.end()) >= 0) {
        // The limit has passed while the reconciler slept until the guest's own grace is over.
        late = true;
        left.forEach(wake);
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }
}
