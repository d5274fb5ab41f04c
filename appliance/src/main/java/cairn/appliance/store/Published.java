package cairn.appliance.store;

import cairn.appliance.store.ResourceStore.Change;
import cairn.appliance.store.ResourceStore.Listing;
import cairn.appliance.store.ResourceStore.Selection;
import cairn.appliance.store.ResourceStore.Watch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What readers and watchers see: the current objects in memory, the latest changes and the watchers
 * waiting for more. Everything moves under one lock, so a listing's revision and the place in the
 * history always agree.
 */
final class Published {

  private static final NavigableMap<Key, Stored> NONE =
      Collections.unmodifiableNavigableMap(new TreeMap<>());

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Map<String, NavigableMap<Key, Stored>> objects = new HashMap<>();
  private final Map<String, Set<WatchQueue>> watchers = new HashMap<>();
  private final History history;
  private final Retention retention;
  private volatile Revision revision;
  private boolean ended;
  private long documentBytes;
  private long watchersCut;

  /**
   * @param loaded the objects found at start
   * @param at the revision they are shown at, and the oldest that can be watched from
   */
  Published(Collection<Stored> loaded, Revision at, Retention retention, UptimeClock clock) {
    this.history = new History(at, retention, clock);
    this.retention = retention;
    this.revision = at;
    for (Stored object : loaded) {
      of(object.key().resource()).put(object.key(), object);
      documentBytes += bytes(object);
    }
  }

  Revision revision() {
    return revision;
  }

  Optional<Stored> get(Key key) {
    lock.readLock().lock();
    try {
      return Optional.ofNullable(objects.getOrDefault(key.resource(), NONE).get(key));
    } finally {
      lock.readLock().unlock();
    }
  }

  Listing list(Selection selection) {
    lock.readLock().lock();
    try {
      return new Listing(revision, selected(selection));
    } finally {
      lock.readLock().unlock();
    }
  }

  /** The present state with the changes since then taken back, the latest one first. */
  Listing list(Selection selection, Revision then) {
    lock.readLock().lock();
    try {
      requireShown(then);
      NavigableMap<Key, Stored> objects = new TreeMap<>();
      selected(selection).forEach(object -> objects.put(object.key(), object));
      for (Change change : history.after(then, selection).reversed()) {
        Key key = change.now().key();
        change
            .before()
            .ifPresentOrElse(before -> objects.put(key, before), () -> objects.remove(key));
      }
      return new Listing(then, List.copyOf(objects.values()));
    } finally {
      lock.readLock().unlock();
    }
  }

  private void requireShown(Revision asked) {
    if (asked.compareTo(revision) > 0) {
      throw new IllegalArgumentException(
          "revision %s is newer than the newest, %s".formatted(asked, revision));
    }
  }

  private List<Stored> selected(Selection selection) {
    NavigableMap<Key, Stored> all = objects.getOrDefault(selection.resource(), NONE);
    if (selection.namespace().isEmpty() && selection.name().isEmpty()) {
      return List.copyOf(all.values());
    }
    List<Stored> selected = new ArrayList<>();
    Key first = new Key(selection.resource(), selection.namespace(), "");
    for (Stored object : all.tailMap(first, true).values()) {
      Key key = object.key();
      if (!selection.namespace().isEmpty() && !key.namespace().equals(selection.namespace())) {
        break;
      }
      if (selection.includes(key)) {
        selected.add(object);
      }
    }
    return List.copyOf(selected);
  }

  /** Everything, for a fresh file. */
  List<Stored> all() {
    lock.readLock().lock();
    try {
      return objects.values().stream().flatMap(kind -> kind.values().stream()).toList();
    } finally {
      lock.readLock().unlock();
    }
  }

  StoreFigures.Memory figures() {
    lock.readLock().lock();
    try {
      return new StoreFigures.Memory(
          objects.values().stream().mapToLong(Map::size).sum(),
          documentBytes,
          history.size(),
          history.bytes(),
          watchers.values().stream().mapToLong(Set::size).sum(),
          watchersCut);
    } finally {
      lock.readLock().unlock();
    }
  }

  Watch watch(Selection selection, Revision after) {
    lock.writeLock().lock();
    try {
      requireShown(after);
      WatchQueue watch =
          new WatchQueue(this, selection, after, history.after(after, selection), retention);
      if (ended) {
        watch.end();
      } else {
        watchers.computeIfAbsent(selection.resource(), _ -> new HashSet<>()).add(watch);
      }
      return watch;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Shows durable changes, which come in revision order. */
  void publish(List<Change> changes) {
    if (changes.isEmpty()) {
      return;
    }
    lock.writeLock().lock();
    try {
      for (Change change : changes) {
        apply(change);
        history.add(change);
        offer(change);
      }
      revision = changes.getLast().now().revision();
    } finally {
      lock.writeLock().unlock();
    }
  }

  private void apply(Change change) {
    Stored now = change.now();
    NavigableMap<Key, Stored> kind = of(now.key().resource());
    change.before().ifPresent(before -> documentBytes -= bytes(before));
    switch (change.type()) {
      case ADDED, MODIFIED -> {
        kind.put(now.key(), now);
        documentBytes += bytes(now);
      }
      case DELETED -> kind.remove(now.key());
    }
  }

  private static long bytes(Stored object) {
    return (long) object.document().length + object.privateDocument().length;
  }

  private void offer(Change change) {
    Key key = change.now().key();
    for (WatchQueue watcher : watchers.getOrDefault(key.resource(), Set.of())) {
      if (watcher.selection().includes(key) && watcher.offer(change)) {
        watchersCut++;
      }
    }
  }

  private NavigableMap<Key, Stored> of(String resource) {
    return objects.computeIfAbsent(resource, _ -> new TreeMap<>());
  }

  void forget(WatchQueue watch) {
    lock.writeLock().lock();
    try {
      Set<WatchQueue> kind = watchers.get(watch.selection().resource());
      if (kind != null && kind.remove(watch) && kind.isEmpty()) {
        watchers.remove(watch.selection().resource());
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Ends every watch; reads go on. */
  void end() {
    lock.writeLock().lock();
    try {
      ended = true;
      watchers.values().forEach(kind -> kind.forEach(WatchQueue::end));
      watchers.clear();
    } finally {
      lock.writeLock().unlock();
    }
  }
}
