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
 * The latest changes in revision order, bounded by age, count and bytes. Not safe for threads:
 * {@link Published} guards it.
 */
final class History {

  private record Remembered(Change change, Duration at) {

    /**
     * An upper bound: the state before is mostly held by the change before, or by the object
     * itself.
     */
    long bytes() {
      return OVERHEAD
          + change.before().map(History::bytes).orElse(0L)
          + History.bytes(change.now());
    }
  }

  /** Of the records of one change, beside the documents. */
  private static final long OVERHEAD = 256;

  private final Retention retention;
  private final UptimeClock clock;
  private final Deque<Remembered> changes = new ArrayDeque<>();
  private long bytes;

  /** Every change after this one is remembered. */
  private Revision floor;

  History(Revision floor, Retention retention, UptimeClock clock) {
    this.floor = floor;
    this.retention = retention;
    this.clock = clock;
  }

  void add(Change change) {
    Duration now = clock.uptime();
    Remembered newest = new Remembered(change, now);
    changes.addLast(newest);
    bytes += newest.bytes();
    while (!changes.isEmpty() && isTooMuch(changes.getFirst(), now)) {
      Remembered forgotten = changes.removeFirst();
      bytes -= forgotten.bytes();
      floor = forgotten.change().now().revision();
    }
  }

  int size() {
    return changes.size();
  }

  long bytes() {
    return bytes;
  }

  private static long bytes(Stored stored) {
    return (long) stored.document().length + stored.privateDocument().length;
  }

  private boolean isTooMuch(Remembered oldest, Duration now) {
    if (changes.size() > retention.historyMost() || bytes > retention.historyBytes()) {
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
