package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import cairn.appliance.store.UptimeClock;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Who may come up when the service starts on a host where machines do not run: those of the lowest
 * place first, the next when each of them was started or turned out not to start now, and its delay
 * has passed. Machines that are not in the queue may always come. Safe for several threads.
 */
final class StartQueue {

  /** Longer than any start takes; a machine that nobody hears of holds the others no longer. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** How often one that waits looks. */
  private static final Duration LOOK = Duration.ofMillis(500);

  private final UptimeClock clock;
  private final TreeMap<Integer, Set<UUID>> waiting = new TreeMap<>();
  private final Map<UUID, StartOrder> orders;

  /** When the first place that still waits may come. */
  private Duration opens;

  /**
   * @param orders of the machines that wait
   */
  StartQueue(Map<UUID, StartOrder> orders, UptimeClock clock) {
    this.clock = requireNonNull(clock, "clock is null");
    this.orders = Map.copyOf(orders);
    this.orders.forEach((machine, order) ->
        waiting.computeIfAbsent(order.place(), _ -> new HashSet<>()).add(machine));
    this.opens = clock.uptime();
  }

  /** When to look again; empty if the machine may come. */
  synchronized Optional<Duration> left(UUID machine) {
    Duration now = clock.uptime();
    while (!waiting.isEmpty() && now.minus(opens).compareTo(PATIENCE) >= 0) {
      waiting.pollFirstEntry();
      opens = now;
    }
    StartOrder order = orders.get(machine);
    if (order == null || !waiting.getOrDefault(order.place(), Set.of()).contains(machine)) {
      return Optional.empty();
    }
    if (order.place() > waiting.firstKey()) {
      return Optional.of(LOOK);
    }
    Duration closed = opens.minus(now);
    return closed.isPositive()
        ? Optional.of(closed.compareTo(LOOK) < 0 ? closed : LOOK)
        : Optional.empty();
  }

  /**
   * The machine was started, or is not to be started now.
   *
   * @param started whether others are to give it its delay
   */
  synchronized void passed(UUID machine, boolean started) {
    StartOrder order = orders.get(machine);
    if (order == null || waiting.isEmpty()) {
      return;
    }
    Set<UUID> place = waiting.getOrDefault(order.place(), new HashSet<>());
    if (!place.remove(machine)) {
      return;
    }
    Duration now = clock.uptime();
    if (started && now.plus(order.delay()).compareTo(opens) > 0) {
      opens = now.plus(order.delay());
    }
    while (!waiting.isEmpty() && waiting.firstEntry().getValue().isEmpty()) {
      waiting.pollFirstEntry();
      opens = opens.compareTo(now) > 0 ? opens : now;
    }
  }
}
