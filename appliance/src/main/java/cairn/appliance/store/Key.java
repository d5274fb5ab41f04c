package cairn.appliance.store;

import static java.util.Objects.requireNonNull;

import java.util.Comparator;

/**
 * Which object.
 *
 * @param resource plural and group, {@code virtualmachines.virtualization.deckhouse.io}; only the
 *     plural for the core group
 * @param namespace empty for cluster-scoped objects
 */
public record Key(String resource, String namespace, String name) implements Comparable<Key> {

  private static final Comparator<Key> ORDER =
      Comparator.comparing(Key::resource).thenComparing(Key::namespace).thenComparing(Key::name);

  public Key {
    requireNonNull(resource, "resource is null");
    requireNonNull(namespace, "namespace is null");
    requireNonNull(name, "name is null");
  }

  @Override
  public int compareTo(Key other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return namespace.isEmpty() ? resource + " " + name : resource + " " + namespace + "/" + name;
  }
}
