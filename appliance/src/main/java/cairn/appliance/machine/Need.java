package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/** Something a machine needs before it may start: there, or not and why. */
sealed interface Need<T> {

  record Met<T>(T value) implements Need<T> {
    public Met {
      requireNonNull(value, "value is null");
    }
  }

  /**
   * @param reason of the condition that says so
   */
  record Unmet<T>(String reason, String message) implements Need<T> {
    public Unmet {
      requireNonNull(reason, "reason is null");
      requireNonNull(message, "message is null");
    }
  }

  default boolean isMet() {
    return this instanceof Met;
  }

  default Optional<T> found() {
    return switch (this) {
      case Met<T> met -> Optional.of(met.value());
      case Unmet<T> _ -> Optional.empty();
    };
  }
}
