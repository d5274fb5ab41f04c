package cairn.appliance.resource;

import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore.Selection;
import java.util.List;
import java.util.Optional;

/** Looks at objects without changing any. */
public interface ResourceReader {

  Optional<Resource> get(Key key);

  /** In key order. */
  List<Resource> list(Selection selection);

  /**
   * Those that hold the word anywhere, in what is shown or in what is private; in key order. Looks
   * through the stored bytes, so it is the way to find few among many: a name or a UID, which JSON
   * writes as they are. The word may stand anywhere: look at what comes back.
   */
  List<Resource> mentioning(String word, Selection selection);
}
