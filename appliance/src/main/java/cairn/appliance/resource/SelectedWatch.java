package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.Watch;
import cairn.appliance.store.ResourceStore.WatcherTooSlow;
import cairn.appliance.store.Stored;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/** The store's changes seen through a selector: what leaves it is deleted, what enters is added. */
final class SelectedWatch implements ResourceWatch {

  private static final String INITIAL_EVENTS_END = "k8s.io/initial-events-end";

  private final Kind kind;
  private final Selected selected;
  private final Iterator<Stored> present;
  private final Watch changes;
  private boolean markOwed;

  /**
   * @param present shown first, as added
   * @param mark whether a bookmark says that those are all
   */
  SelectedWatch(Kind kind, Selected selected, List<Stored> present, Watch changes, boolean mark) {
    this.kind = kind;
    this.selected = selected;
    this.present = present.iterator();
    this.changes = changes;
    this.markOwed = mark;
  }

  @Override
  public Optional<Event> next(Duration patience) throws InterruptedException {
    if (present.hasNext()) {
      return Optional.of(new Event(Event.Type.ADDED, present.next().document()));
    }
    if (markOwed) {
      markOwed = false;
      return Optional.of(bookmark(true));
    }
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      Duration left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
      Optional<Change> change = take(left);
      if (change.isEmpty()) {
        return Optional.empty();
      }
      Optional<Event> event = seen(change.get());
      if (event.isPresent()) {
        return event;
      }
    }
  }

  @Override
  public Event bookmark() {
    return bookmark(false);
  }

  @Override
  public void close() {
    changes.close();
  }

  private Optional<Change> take(Duration patience) throws InterruptedException {
    try {
      return changes.next(patience);
    } catch (WatcherTooSlow slow) {
      throw Refusals.expired("too old resource version: the watch fell behind; list again");
    }
  }

  private Optional<Event> seen(Change change) {
    boolean before = change.before().isPresent() && selected.matches(change.before().get());
    return switch (change.type()) {
      case ADDED ->
          selected.matches(change.now())
              ? Optional.of(new Event(Event.Type.ADDED, change.now().document()))
              : Optional.empty();
      case MODIFIED -> modified(change, before);
      case DELETED ->
          before ? Optional.of(new Event(Event.Type.DELETED, last(change))) : Optional.empty();
    };
  }

  /** The store, which does not read documents, shows what expired as it was written last. */
  private static byte[] last(Change deleted) {
    Stored now = deleted.now();
    boolean expired =
        deleted.before().filter(old -> Arrays.equals(old.document(), now.document())).isPresent();
    return expired ? Documents.restamped(now, now.revision()) : now.document();
  }

  private Optional<Event> modified(Change change, boolean before) {
    boolean now = selected.matches(change.now());
    if (now) {
      Event.Type type = before ? Event.Type.MODIFIED : Event.Type.ADDED;
      return Optional.of(new Event(type, change.now().document()));
    }
    // The last state that matched, at the revision at which it no longer does.
    return before
        ? change
            .before()
            .map(old -> Documents.restamped(old, change.now().revision()))
            .map(last -> new Event(Event.Type.DELETED, last))
        : Optional.empty();
  }

  private Event bookmark(boolean initialEventsEnd) {
    ObjectNode object = Json.object();
    object.put("kind", kind.kind());
    object.put("apiVersion", kind.apiVersion());
    ObjectNode metadata = object.putObject("metadata");
    metadata.put("resourceVersion", changes.seen().toString());
    if (initialEventsEnd) {
      metadata.putObject("annotations").put(INITIAL_EVENTS_END, "true");
    }
    return new Event(Event.Type.BOOKMARK, Json.encode(object));
  }
}
