package cairn.appliance.resource;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.FieldError;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one kind demands of its objects beyond its schema. Asked on writes to the main resource, by
 * clients and by controllers alike; never on status writes and never for deletion. Implementations
 * have no side effects: the same request may be asked more than once, and a dry run is asked too.
 */
public interface Admission {

  /** A kind that demands nothing. */
  Admission NONE = new Admission() {};

  /** Fills in what clients may leave out, in place. Runs before defaulting and the schema. */
  default void mutate(Review review) {}

  /**
   * Rewrites, in place, a configuration that somebody applies as {@link #mutate} would rewrite its
   * document: what is moved is owned where it goes. Nothing may be added.
   */
  default void settle(ObjectNode configuration) {}

  /**
   * Judges the object after defaulting, schema and CEL passed. All errors are reported at once; any
   * error refuses the write with {@code Invalid}.
   */
  default Verdict validate(Review review) {
    return Verdict.FINE;
  }

  /**
   * What creates must not race for: those with the same answer are judged and stored one after the
   * other, so that {@link #validate} of each sees the ones before. Empty if they may race.
   *
   * @param document as the client sent it, in its namespace; not validated yet
   */
  default Optional<String> oneAtATime(ObjectNode document) {
    return Optional.empty();
  }

  /**
   * Whether something still holds an object whose deletion was asked for. Finalizers always do;
   * Namespaces have further ones in their spec.
   */
  default boolean holds(ObjectNode document) {
    return false;
  }

  /** Why this object may never be deleted; empty if it may. */
  default Optional<String> undeletable(ObjectNode document) {
    return Optional.empty();
  }

  /** Shows in the document, in place, that deletion was asked for (beside the timestamp). */
  default void terminating(ObjectNode document) {}

  /**
   * A write under review.
   *
   * @param now the object as it would be; {@link #mutate} may change it
   * @param old the object as it stands, read-only; empty for a create
   * @param others looks at other objects
   */
  record Review(ObjectNode now, Optional<ObjectNode> old, ResourceReader others) {
    public Review {
      requireNonNull(now, "now is null");
      requireNonNull(old, "old is null");
      requireNonNull(others, "others is null");
    }

    /** Whether the spec changed, or the object is new. */
    public boolean specChanged() {
      return old.isEmpty() || !old.get().path("spec").equals(now.path("spec"));
    }
  }

  /**
   * What came of it.
   *
   * @param warnings sentences for the client
   */
  record Verdict(List<FieldError> errors, List<String> warnings) {

    public static final Verdict FINE = new Verdict(List.of(), List.of());

    public Verdict {
      errors = List.copyOf(errors);
      warnings = List.copyOf(warnings);
    }
  }
}
