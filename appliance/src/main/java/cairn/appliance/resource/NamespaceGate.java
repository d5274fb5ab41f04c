package cairn.appliance.resource;

import cairn.appliance.schema.Kind;
import cairn.appliance.store.Key;
import cairn.appliance.store.ResourceStore;
import cairn.appliance.store.Stored;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets objects into a namespace only while it stands. A create holds the gate from the look at the
 * namespace until the object is stored; marking a namespace for deletion waits for those inside, so
 * nothing slips in behind the one who empties it.
 */
final class NamespaceGate {

  static final String NAMESPACES = "namespaces";

  private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();
  private final ResourceStore store;

  NamespaceGate(ResourceStore store) {
    this.store = store;
  }

  /**
   * @throws cairn.appliance.api.Refusal {@code NOT_FOUND} or {@code FORBIDDEN}
   */
  <T> T enter(Kind kind, String namespace, String name, Supplier<T> write) {
    if (!kind.namespaced()) {
      return write.get();
    }
    return holding(
        gate.readLock(),
        () -> {
          check(kind, namespace, name);
          return write.get();
        });
  }

  /** Runs a deletion; that of a namespace alone. */
  <T> T leave(Key key, Supplier<T> write) {
    return key.resource().equals(NAMESPACES) ? holding(gate.writeLock(), write) : write.get();
  }

  private void check(Kind kind, String namespace, String name) {
    Stored stored =
        store
            .get(new Key(NAMESPACES, "", namespace))
            .orElseThrow(() -> Refusals.namespaceNotFound(namespace));
    if (Documents.deleting(Json.decode(stored.document()))) {
      throw Refusals.namespaceTerminating(kind, namespace, name);
    }
  }

  private static <T> T holding(Lock lock, Supplier<T> write) {
    lock.lock();
    try {
      return write.get();
    } finally {
      lock.unlock();
    }
  }
}
