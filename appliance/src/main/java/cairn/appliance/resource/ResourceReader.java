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
}
