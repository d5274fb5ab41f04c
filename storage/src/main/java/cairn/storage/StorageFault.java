package cairn.storage;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** Something storage could not do, and who can help. */
public final class StorageFault extends RuntimeException {

  /** Who must act before it can work. */
  public enum Kind {
    /** Whoever asked: the request cannot work as it is. */
    REJECTED,
    /** Nobody: a thing it needs is not there yet. */
    MISSING,
    /** Whoever can free space. */
    EXHAUSTED,
    /** Nobody: try again. */
    TRANSIENT,
    /** The administrator: the host or Cairn is defective. */
    BROKEN
  }

  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String reason;

  /**
   * @param reason stable word in CamelCase, fit for a condition
   * @param message a sentence for people that names the object and the value
   */
  public StorageFault(Kind kind, String reason, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = requireNonNull(kind, "kind is null");
    this.reason = requireNonNull(reason, "reason is null");
  }

  public Kind kind() {
    return kind;
  }

  public String reason() {
    return reason;
  }
}
