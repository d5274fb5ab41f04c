package cairn.appliance.placement;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.store.Key;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Who has which part of the host, and who waits for one. A machine asks before it starts and has
 * its place until it left; whoever waits is woken when something changes, and is served by the time
 * of its request as far as it fits. A machine that fits never waits for one that does not.
 *
 * <p>All of it is in memory and can be told anew: running instances {@link #occupy} their place,
 * whatever the budget says, because they are there. May be called from any thread; what is decided
 * is decided under one lock, so that two machines never get the same part.
 */
public final class HostRoom {

  /** One who waits. */
  private record Waiting(Occupant occupant, Instant since) {}

  /** What is given out, and of what. */
  public record Usage(Budget budget, int machines, long thousandths, long bytes) {
    public Usage {
      requireNonNull(budget, "budget is null");
    }

    /** For people. */
    public String sentence() {
      return "Machines: %d; they have %s of %s cores guaranteed, and %s of %s memory with what running them takes."
          .formatted(
              machines,
              Budget.cores(thousandths),
              Budget.cores(budget.thousandths()),
              ByteCount.human(bytes),
              ByteCount.human(budget.bytes()));
    }
  }

  private final Budget budget;
  private final Function<String, Map<String, String>> labelsOfNamespace;
  private final Consumer<Key> wake;
  private final Map<UUID, Occupant> occupants = new LinkedHashMap<>();
  private final Map<UUID, Waiting> waiting = new HashMap<>();

  /**
   * @param labelsOfNamespace by the namespace's name
   * @param wake called with the key of a machine that should ask again; must return at once
   */
  public HostRoom(
      Budget budget, Function<String, Map<String, String>> labelsOfNamespace, Consumer<Key> wake) {
    this.budget = requireNonNull(budget, "budget is null");
    this.labelsOfNamespace = requireNonNull(labelsOfNamespace, "labelsOfNamespace is null");
    this.wake = requireNonNull(wake, "wake is null");
  }

  /**
   * Gives the machine a place if there is one, and lets it wait otherwise.
   *
   * @param since when it was asked to run
   * @return why it must wait, as a sentence; empty if it has a place
   */
  public Optional<String> ask(Occupant machine, NodeView node, Instant since) {
    List<Key> concerned = List.of();
    Optional<String> refusal;
    synchronized (this) {
      List<Occupant> others = others(machine);
      refusal =
          Scheduling.refusal(machine, node, others, labelsOfNamespace)
              .map(why -> "Could not schedule: " + why + ".")
              .or(() -> shortage(machine, node, others, since));
      if (refusal.isPresent()) {
        // What it had before it was asked to become larger is no longer its own.
        boolean left = occupants.remove(machine.machine()) != null;
        waiting.put(machine.machine(), new Waiting(machine, since));
        concerned = left ? waitingBeside(machine.machine()) : concerned;
      } else {
        waiting.remove(machine.machine());
        concerned = put(machine);
      }
    }
    concerned.forEach(wake);
    return refusal;
  }

  /** The machine runs: it has its place. */
  public void occupy(Occupant machine) {
    List<Key> concerned;
    synchronized (this) {
      waiting.remove(machine.machine());
      concerned = put(machine);
    }
    concerned.forEach(wake);
  }

  /** The machine neither runs nor waits any more. */
  public void leave(UUID machine) {
    List<Key> concerned = List.of();
    synchronized (this) {
      boolean waited = waiting.remove(machine) != null;
      boolean left = occupants.remove(machine) != null;
      if (left || waited) {
        concerned = waitingBeside(machine);
      }
    }
    concerned.forEach(wake);
  }

  /** The node changed: whoever waits asks again. */
  public void reconsider() {
    List<Key> concerned;
    synchronized (this) {
      concerned = waiting.values().stream().map(each -> each.occupant().key()).toList();
    }
    concerned.forEach(wake);
  }

  public synchronized Usage usage() {
    return new Usage(
        budget, occupants.size(), thousandths(occupants.values()), bytes(occupants.values()));
  }

  /** Keys of those that may have a chance now. */
  private List<Key> put(Occupant machine) {
    Occupant before = occupants.put(machine.machine(), machine);
    if (before == null) {
      // One more can only be good for those who look for company.
      return waiting.values().stream()
          .map(Waiting::occupant)
          .filter(each -> !each.wishes().beside().isEmpty())
          .map(Occupant::key)
          .toList();
    }
    return machine.equals(before) ? List.of() : waitingBeside(machine.machine());
  }

  private List<Key> waitingBeside(UUID machine) {
    return inOrder().stream()
        .map(Waiting::occupant)
        .filter(each -> !each.machine().equals(machine))
        .map(Occupant::key)
        .toList();
  }

  private List<Waiting> inOrder() {
    return waiting.values().stream()
        .sorted(
            Comparator.comparing(Waiting::since)
                .thenComparing(each -> each.occupant().machine().toString()))
        .toList();
  }

  private List<Occupant> others(Occupant machine) {
    return occupants.values().stream()
        .filter(each -> !each.machine().equals(machine.machine()))
        .toList();
  }

  private Optional<String> shortage(
      Occupant machine, NodeView node, List<Occupant> others, Instant since) {
    long freeCpu = budget.thousandths() - thousandths(others);
    long freeMemory = budget.bytes() - bytes(others);
    List<Occupant> ahead = new ArrayList<>();
    for (Waiting each : inOrder()) {
      Occupant other = each.occupant();
      boolean before = !other.machine().equals(machine.machine()) && each.since().isBefore(since);
      boolean comes =
          before
              && other.size().thousandths() <= freeCpu
              && other.size().bytes() <= freeMemory
              && Scheduling.refusal(other, node, others, labelsOfNamespace).isEmpty();
      // It was asked for earlier and fits: it is on its way.
      if (comes) {
        ahead.add(other);
        freeCpu -= other.size().thousandths();
        freeMemory -= other.size().bytes();
      }
    }
    List<Occupant> holders = new ArrayList<>(others);
    holders.addAll(ahead);
    return Shortage.of(machine, budget, freeCpu, freeMemory, holders)
        .map(why -> "Could not schedule: node " + node.name() + " has " + why + ".");
  }

  private static long thousandths(Iterable<Occupant> machines) {
    long sum = 0;
    for (Occupant each : machines) {
      sum += each.size().thousandths();
    }
    return sum;
  }

  private static long bytes(Iterable<Occupant> machines) {
    long sum = 0;
    for (Occupant each : machines) {
      sum += each.size().bytes();
    }
    return sum;
  }
}
