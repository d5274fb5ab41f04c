package cairn.network;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Runs of one of the host's programs, counted since this process began.
 *
 * @param program its name, as {@code ip} or {@code nft}
 * @param runs that have ended
 * @param spent time they took, from start to end, summed up
 */
public record ProgramFigures(String program, long runs, Duration spent) {

  public ProgramFigures {
    requireNonNull(program, "program is null");
    requireNonNull(spent, "spent is null");
  }
}
