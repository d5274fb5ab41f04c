package cairn.appliance.api;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A request that the API refuses; the HTTP edge renders it as a {@code Status}. Inside the service
 * it is thrown by whoever decides, and carries everything the {@code Status} shows.
 */
public final class Refusal extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final Reason reason;
  private final transient Subject subject;
  private final transient List<FieldError> causes;
  private final int retryAfterSeconds;

  public Refusal(Reason reason, String message, Subject subject, List<FieldError> causes) {
    this(reason, message, subject, causes, 0);
  }

  /**
   * @param retryAfterSeconds when asking again may help; 0 if it will not by itself
   */
  public Refusal(
      Reason reason,
      String message,
      Subject subject,
      List<FieldError> causes,
      int retryAfterSeconds) {
    super(message);
    this.reason = requireNonNull(reason, "reason is null");
    this.subject = requireNonNull(subject, "subject is null");
    this.causes = List.copyOf(causes);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  public Refusal(Reason reason, String message) {
    this(reason, message, Subject.NONE, List.of());
  }

  public Reason reason() {
    return reason;
  }

  public Subject subject() {
    return subject;
  }

  public List<FieldError> causes() {
    return causes;
  }

  /** When asking again may help, in seconds; 0 if it will not by itself. */
  public int retryAfterSeconds() {
    return retryAfterSeconds;
  }

  /**
   * What the refusal is about, as {@code details} of a {@code Status} names it.
   *
   * @param group API group, empty for core
   * @param kind the plural resource, except for {@link Reason#INVALID}, where it is the kind
   * @param name of the object, or empty
   */
  public record Subject(String group, String kind, String name) {

    public static final Subject NONE = new Subject("", "", "");

    public Subject {
      requireNonNull(group, "group is null");
      requireNonNull(kind, "kind is null");
      requireNonNull(name, "name is null");
    }
  }
}
