package cairn.appliance.client;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a handler knows that is told of changes and of nothing else, and each time it was told what
 * cannot be: an object added twice, changed or deleted without being there, or going back.
 */
final class Ledger implements ResourceEventHandler<ConfigMap> {

  private final Map<String, ConfigMap> known = new ConcurrentSkipListMap<>();
  private final List<String> impossible = new CopyOnWriteArrayList<>();
  private final List<String> values = new CopyOnWriteArrayList<>();
  private final AtomicInteger resyncs = new AtomicInteger();

  @Override
  public void onAdd(ConfigMap map) {
    note(map);
    if (known.put(name(map), map) != null) {
      impossible.add("added twice: " + name(map));
    }
  }

  @Override
  public void onUpdate(ConfigMap old, ConfigMap now) {
    Optional<ConfigMap> before = Optional.ofNullable(known.put(name(now), now));
    if (before.isEmpty()) {
      impossible.add("changed without being there: " + name(now));
    } else if (revision(now) < revision(before.get())) {
      impossible.add(
          "went back from " + revision(before.get()) + " to " + revision(now) + ": " + name(now));
    } else if (revision(now) == revision(before.get())) {
      resyncs.incrementAndGet();
    } else {
      note(now);
    }
  }

  @Override
  public void onDelete(ConfigMap map, boolean lastStateUnknown) {
    if (known.remove(name(map)) == null) {
      impossible.add("deleted without being there: " + name(map));
    }
  }

  /** Names and revisions of what is there, as this handler was told. */
  Map<String, String> state() {
    return state(List.copyOf(known.values()));
  }

  static Map<String, String> state(List<ConfigMap> maps) {
    Map<String, String> state = new ConcurrentSkipListMap<>();
    maps.forEach(map -> state.put(name(map), map.getMetadata().getResourceVersion()));
    return state;
  }

  List<String> impossible() {
    return impossible;
  }

  /** The value {@code n} of each state that was told, in order. */
  List<String> values() {
    return List.copyOf(values);
  }

  /** How often an object was told that had not changed. */
  int resyncs() {
    return resyncs.get();
  }

  private void note(ConfigMap map) {
    Optional.ofNullable(map.getData())
        .flatMap(data -> Optional.ofNullable(data.get("n")))
        .ifPresent(values::add);
  }

  private static String name(ConfigMap map) {
    return map.getMetadata().getName();
  }

  private static long revision(ConfigMap map) {
    return Long.parseLong(map.getMetadata().getResourceVersion());
  }
}
