package cairn.appliance.controller;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * Why a pass failed: the closed vocabulary that decides about trying again. Every fault carries a
 * stable CamelCase reason, fit for a condition, and a sentence for people that names the object and
 * the value.
 */
public sealed interface Fault {

  String reason();

  String message();

  /** What was caught, if anything was. */
  Optional<Throwable> cause();

  /** The user must change something; trying again helps nothing until the object changes. */
  record Rejected(String reason, String message, Optional<Throwable> cause) implements Fault {
    public Rejected {
      check(reason, message, cause);
    }

    public Rejected(String reason, String message) {
      this(reason, message, Optional.empty());
    }
  }

  /** A thing it needs is not there yet; its appearance wakes the object. */
  record Missing(String reason, String message, Optional<Throwable> cause) implements Fault {
    public Missing {
      check(reason, message, cause);
    }

    public Missing(String reason, String message) {
      this(reason, message, Optional.empty());
    }
  }

  /** Memory, space or addresses ran out; somebody may free some. */
  record Exhausted(String reason, String message, Optional<Throwable> cause) implements Fault {
    public Exhausted {
      check(reason, message, cause);
    }

    public Exhausted(String reason, String message) {
      this(reason, message, Optional.empty());
    }
  }

  /** It may well work the next time. */
  record Transient(String reason, String message, Optional<Throwable> cause) implements Fault {
    public Transient {
      check(reason, message, cause);
    }

    public Transient(String reason, String message) {
      this(reason, message, Optional.empty());
    }
  }

  /** Our defect or the host's. */
  record Broken(String reason, String message, Optional<Throwable> cause) implements Fault {
    public Broken {
      check(reason, message, cause);
    }

    public Broken(String reason, String message) {
      this(reason, message, Optional.empty());
    }
  }

  private static void check(String reason, String message, Optional<Throwable> cause) {
    requireNonNull(cause, "cause is null");
    if (!reason.matches("[A-Z][A-Za-z0-9]*")) {
      throw new IllegalArgumentException(
          "reason is \"" + reason + "\", expected one CamelCase word");
    }
    if (message.isBlank()) {
      throw new IllegalArgumentException("message of fault " + reason + " is blank");
    }
  }
}
