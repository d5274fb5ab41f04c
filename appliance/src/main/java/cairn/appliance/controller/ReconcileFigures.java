package cairn.appliance.controller;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What one controller has done since it began, and has to do now.
 *
 * @param controller its name
 * @param passes over keys that have ended
 * @param failures of these, that failed
 * @param spent time that passes took, summed up
 * @param waiting keys that wait for a pass
 * @param running passes under way
 * @param timed keys that are to be looked at again later
 */
public record ReconcileFigures(
    String controller,
    long passes,
    long failures,
    Duration spent,
    int waiting,
    int running,
    int timed) {

  public ReconcileFigures {
    requireNonNull(controller, "controller is null");
    requireNonNull(spent, "spent is null");
  }
}
