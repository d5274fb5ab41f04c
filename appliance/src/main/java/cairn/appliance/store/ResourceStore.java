package cairn.appliance.store;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The current state of all objects, with a bounded memory of recent changes.
 *
 * <p>A write returns when it is durable: it survives kill -9 and loss of power. Reads and watches
 * see durable state only, in revision order. Any thread may call any method; one writer at a time
 * decides, so a precondition holds at the very revision the write receives. A refused write leaves
 * no trace.
 *
 * <p>Objects of the core resource {@code events} are short-lived: their writes return when every
 * reader sees them, without a sync of their own, so a crash may lose them; they expire by age and
 * count (see {@link Retention}), which watchers see as {@code DELETED}. They share the one history,
 * and no revision ever shown is given out again after a crash.
 */
public interface ResourceStore extends AutoCloseable {

  /** The newest durable revision. */
  Revision revision();

  Optional<Stored> get(Key key);

  /** Objects of one resource in key order, and the revision at which that was the whole truth. */
  Listing list(Selection selection);

  /**
   * The same list as it was at an earlier revision.
   *
   * @throws HistoryExpired if changes after that revision are no longer remembered
   * @throws IllegalArgumentException if it is newer than {@link #revision()}
   */
  Listing list(Selection selection, Revision then);

  /**
   * @throws WriteRefused {@code EXISTS} if the key is taken
   */
  Stored create(Key key, UUID uid, Draft draft);

  /**
   * @throws WriteRefused {@code MISSING}, or {@code CHANGED} if the object is not at {@code
   *     expected}
   */
  Stored replace(Key key, Revision expected, Draft draft);

  /**
   * As {@link #replace}, with a state that takes something away: of an object whose deletion was
   * asked for, or smaller than before. A disk that is full for others has room for it.
   */
  default Stored reduce(Key key, Revision expected, Draft draft) {
    return replace(key, expected, draft);
  }

  /**
   * Removes the object; {@code last} is what watchers are shown.
   *
   * @return the object as it was last, at the revision of its removal
   * @throws WriteRefused {@code MISSING}, or {@code CHANGED} if the object is not at {@code
   *     expected}
   */
  Stored delete(Key key, Revision expected, Draft last);

  /**
   * Changes after {@code after}, without gaps. The revision a store was opened at is the oldest one
   * that can be watched from.
   *
   * @throws HistoryExpired if changes after that revision are no longer remembered
   * @throws IllegalArgumentException if {@code after} is newer than {@link #revision()}: whoever
   *     takes a revision from a client refuses it there, with the words that client understands
   */
  Watch watch(Selection selection, Revision after);

  /** Waits for writes under way and closes the files. */
  @Override
  void close();

  /** Renders a document once its revision is known. Pure; called under the store's lock. */
  @FunctionalInterface
  interface Draft {
    Content at(Revision revision);
  }

  /** Both documents of an object; see {@link Stored}. */
  @SuppressWarnings("ArrayRecordComponent")
  record Content(byte[] document, byte[] privateDocument) {}

  /**
   * Which objects.
   *
   * @param namespace empty for all namespaces and for cluster-scoped resources
   * @param name empty for all names
   */
  record Selection(String resource, String namespace, String name) {

    public boolean includes(Key key) {
      return key.resource().equals(resource)
          && (namespace.isEmpty() || key.namespace().equals(namespace))
          && (name.isEmpty() || key.name().equals(name));
    }
  }

  record Listing(Revision revision, List<Stored> objects) {}

  /**
   * One change.
   *
   * @param before the object before it; empty for {@code ADDED}
   * @param now the object after it; for {@code DELETED} as it was last, at the deleting revision;
   *     for one that expired with the very documents of {@code before}, which the store cannot
   *     render anew
   */
  record Change(Type type, Optional<Stored> before, Stored now) {

    public enum Type {
      ADDED,
      MODIFIED,
      DELETED
    }
  }

  /** Changes as they become durable. One thread takes; any thread may close. */
  interface Watch extends AutoCloseable {

    /**
     * The next change, waiting at most {@code patience}; empty if none came.
     *
     * @throws WatcherTooSlow once this watcher fell too far behind; it must list again
     * @throws WatchEnded once this watch or the store is closed
     */
    Optional<Change> next(Duration patience) throws InterruptedException;

    /** The revision up to which everything was handed out: fit for a bookmark. */
    Revision seen();

    @Override
    void close();
  }

  /** A write whose precondition does not hold. */
  final class WriteRefused extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** Which precondition. */
    public enum Why {
      EXISTS,
      MISSING,
      CHANGED,
      /** No room on the disk; nothing was lost, reads go on. */
      STORE_FULL
    }

    private final Why why;

    public WriteRefused(Why why, String message) {
      super(message);
      this.why = why;
    }

    public Why why() {
      return why;
    }
  }

  /** The asked revision is older than the remembered history. */
  final class HistoryExpired extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public HistoryExpired(String message) {
      super(message);
    }
  }

  /** A watcher did not take its changes in time and was cut off, so that the writer goes on. */
  final class WatcherTooSlow extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WatcherTooSlow(String message) {
      super(message);
    }
  }

  /** The watch was closed, by its holder or with the store. */
  final class WatchEnded extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public WatchEnded(String message) {
      super(message);
    }
  }
}
