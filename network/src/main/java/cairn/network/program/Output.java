package cairn.network.program;

import cairn.network.NetworkFault;
import java.util.OptionalInt;

/**
 * What a program said.
 *
 * @param program its name, for messages
 * @param exitCode 0 is success
 */
public record Output(String program, int exitCode, String out, String error) {

  private static final int SIGNALLED = 128;
  private static final int LAST_SIGNAL = 64;

  public boolean succeeded() {
    return exitCode == 0;
  }

  /**
   * The standard output of a program that must have succeeded.
   *
   * @param reason stable word of the fault
   * @param aim what was tried, as in "make bridge cb0000"; begins the message
   */
  public String orFault(String reason, String aim) {
    if (succeeded()) {
      return out;
    }
    throw new NetworkFault(
        NetworkFault.Kind.BROKEN, reason, "Could not %s: %s".formatted(aim, ending()), null);
  }

  /** How it ended, in words; follows a colon. */
  public String ending() {
    OptionalInt signal = signal();
    return signal.isPresent()
        ? "%s crashed (signal %d) and said: %s".formatted(program, signal.getAsInt(), words())
        : "%s ended with code %d and said: %s".formatted(program, exitCode, words());
  }

  /** The signal that ended it. The JDK tells of one as a shell does: 128 and its number. */
  public OptionalInt signal() {
    return exitCode > SIGNALLED && exitCode <= SIGNALLED + LAST_SIGNAL
        ? OptionalInt.of(exitCode - SIGNALLED)
        : OptionalInt.empty();
  }

  /** The program's own words, shortened. */
  public String words() {
    String words = error.isBlank() ? out.strip() : error.strip();
    if (words.isEmpty()) {
      return "(nothing)";
    }
    return words.length() <= 2000 ? words : words.substring(0, 2000) + "...";
  }
}
