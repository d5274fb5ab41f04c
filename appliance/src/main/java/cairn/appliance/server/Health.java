package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;

/** What the service says about itself. Asked on request threads; must answer at once. */
@FunctionalInterface
public interface Health {

  /** What was looked at just now, in the order in which it is shown. */
  List<Check> checks();

  /**
   * One thing that was looked at.
   *
   * @param name one word of a path: lower-case letters and dashes
   * @param wrong what is wrong and what to do, in one line that anybody may read; empty if fine
   */
  record Check(String name, Optional<String> wrong, Weight weight) {
    public Check {
      requireNonNull(name, "name is null");
      requireNonNull(wrong, "wrong is null");
      requireNonNull(weight, "weight is null");
    }
  }

  /** What a failed check makes of the whole. */
  enum Weight {
    /** Only a new start helps: neither alive nor ready. */
    LIFE,
    /** Not ready; it may be again. */
    READINESS,
    /** Worth knowing; the service does its work all the same. */
    INFORMATION
  }
}
