package cairn.appliance.access;

import static java.util.Objects.requireNonNull;

/**
 * Whether an {@link Attempt} may be made.
 *
 * @param reason for a person; empty if there is nothing to say
 */
public record Verdict(boolean allowed, String reason) {

  public Verdict {
    requireNonNull(reason, "reason is null");
  }
}
