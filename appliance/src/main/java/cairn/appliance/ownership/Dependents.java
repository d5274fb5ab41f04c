package cairn.appliance.ownership;

import cairn.appliance.store.Key;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Who names whom as an owner, by the owner's uid. Any thread. */
final class Dependents {

  private final Map<String, Set<Key>> byOwner = new HashMap<>();
  private final Map<Key, List<Owner>> owners = new HashMap<>();

  synchronized void note(Key dependent, List<Owner> now) {
    forget(dependent);
    if (now.isEmpty()) {
      return;
    }
    owners.put(dependent, now);
    now.forEach(
        owner -> byOwner.computeIfAbsent(owner.uid(), uid -> new HashSet<>()).add(dependent));
  }

  /** Answers the owners it had. */
  synchronized List<Owner> forget(Key dependent) {
    List<Owner> before = owners.remove(dependent);
    if (before == null) {
      return List.of();
    }
    for (Owner owner : before) {
      Set<Key> keys = byOwner.getOrDefault(owner.uid(), new HashSet<>());
      keys.remove(dependent);
      if (keys.isEmpty()) {
        byOwner.remove(owner.uid());
      }
    }
    return before;
  }

  synchronized List<Key> of(String ownerUid) {
    return List.copyOf(byOwner.getOrDefault(ownerUid, Set.of()));
  }
}
