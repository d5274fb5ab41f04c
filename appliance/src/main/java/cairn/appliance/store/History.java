package cairn.appliance.store;

import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.HistoryExpired;
import cairn.appliance.store.ResourceStore.Selection;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/**
 * The latest changes in revision order, bounded by age and count. Not safe for threads: {@link
 * Published} guards it.
 */
final class History {

  private record Remembered(Change change, Duration at) {}

  private final Retention retention;
  private final UptimeClock clock;
  private final Deque<Remembered> changes = new ArrayDeque<>();

  /** Every change after this one is remembered. */
  private Revision floor;

  History(Revision floor, Retention retention, UptimeClock clock) {
    this.floor = floor;
    this.retention = retention;
    this.clock = clock;
  }

  void add(Change change) {
    Duration now = clock.uptime();
    changes.addLast(new Remembered(change, now));
    while (isTooMuch(changes.getFirst(), now)) {
      floor = changes.removeFirst().change().now().revision();
    }
  }

  private boolean isTooMuch(Remembered oldest, Duration now) {
    if (changes.size() > retention.historyMost()) {
      return true;
    }
    return changes.size() > retention.historyLeast()
        && now.minus(oldest.at()).compareTo(retention.historyAge()) > 0;
  }

  /**
   * The selected changes after a revision, oldest first.
   *
   * @throws HistoryExpired if some of them are forgotten
   */
  List<Change> after(Revision revision, Selection selection) {
    if (revision.compareTo(floor) < 0) {
      throw new HistoryExpired(
          "Changes after revision %s are no longer remembered, the oldest usable revision is %s; list again"
              .formatted(revision, floor));
    }
    Deque<Change> selected = new ArrayDeque<>();
    Iterator<Remembered> newestFirst = changes.descendingIterator();
    while (newestFirst.hasNext()) {
      Change change = newestFirst.next().change();
      if (change.now().revision().compareTo(revision) <= 0) {
        break;
      }
      if (selection.includes(change.now().key())) {
        selected.addFirst(change);
      }
    }
    return List.copyOf(selected);
  }
}
