package cairn.appliance.resource;

import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;

/** Looks at objects without changing any. */
public interface ResourceReader {

  Optional<Resource> get(Key key);

  /** In key order. */
  List<Resource> list(Selection selection);

  /**
   * Those that hold the word, in what is shown or in what is private; in key order. The way to find
   * few among many: nothing else is decoded.
   *
   * @param word a name or a UID, which JSON writes as they are, whole. It may stand anywhere: look
   *     at what comes back
   */
  List<Resource> mentioning(String word, Selection selection);

  /** The first object whose UID fits, in key order; nothing is decoded. */
  Optional<Key> identified(Predicate<UUID> uid, Selection selection);
}
