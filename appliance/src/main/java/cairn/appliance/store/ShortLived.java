package cairn.appliance.store;

import cairn.appliance.store.ResourceStore.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When which short-lived object has to go: the core resource {@code events}, as Kubernetes keeps
 * them. Not safe for threads.
 */
final class ShortLived {

  private static final String EVENTS = "events";

  private final Retention retention;

  /** Uptime of the last write of each, oldest first. */
  private final Map<Key, Duration> written = new LinkedHashMap<>();

  ShortLived(Retention retention) {
    this.retention = retention;
  }

  /** Takes up what an earlier process left; its ages go on from where they were. */
  ShortLived(Retention retention, ObjectFile.Contents found, Duration now) {
    this(retention);
    found.objects().stream()
        .map(Stored::key)
        .filter(ShortLived::includes)
        .sorted(Comparator.comparing((Key key) -> age(found, key)).reversed())
        .forEach(key -> written.put(key, now.minus(age(found, key))));
  }

  private static Duration age(ObjectFile.Contents found, Key key) {
    return found.ages().getOrDefault(key, Duration.ZERO);
  }

  static boolean includes(Key key) {
    return key.resource().equals(EVENTS);
  }

  void note(Change change, Duration now) {
    Key key = change.now().key();
    if (!includes(key)) {
      return;
    }
    written.remove(key);
    if (change.type() != Change.Type.DELETED) {
      written.put(key, now);
    }
  }

  Duration age(Key key, Duration now) {
    return now.minus(written.getOrDefault(key, now));
  }

  /** The objects whose time is over, or that are too many, oldest first. */
  List<Key> due(Duration now) {
    List<Key> due = new ArrayList<>();
    int surplus = written.size() - retention.shortLivedMost();
    Iterator<Map.Entry<Key, Duration>> oldestFirst = written.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Map.Entry<Key, Duration> entry = oldestFirst.next();
      boolean expired = now.minus(entry.getValue()).compareTo(retention.shortLivedAge()) >= 0;
      if (!expired && surplus <= 0) {
        break;
      }
      due.add(entry.getKey());
      surplus--;
    }
    return due;
  }
}
