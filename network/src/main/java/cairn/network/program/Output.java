package cairn.network.program;

import cairn.network.NetworkFault;

/**
 * What a program said.
 *
 * @param program its name, for messages
 * @param exitCode 0 is success
 */
public record Output(String program, int exitCode, String out, String error) {

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
        NetworkFault.Kind.BROKEN,
        reason,
        "Could not %s: %s ended with code %d and said: %s"
            .formatted(aim, program, exitCode, words()),
        null);
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
