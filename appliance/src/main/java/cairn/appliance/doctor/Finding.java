package cairn.appliance.doctor;

import static java.util.Objects.requireNonNull;

import java.util.Optional;

/**
 * One thing that was looked at.
 *
 * @param sentence what was found, with the evidence
 * @param remedy what to do about it, where something can be done
 */
public record Finding(String subject, Verdict verdict, String sentence, Optional<String> remedy) {

  /** Whether a node can live with it. */
  public enum Verdict {
    WELL,
    /** It works with a limit that the sentence names. */
    LIMITED,
    /** A node cannot work before this is mended. */
    WRONG
  }

  public Finding {
    requireNonNull(subject, "subject is null");
    requireNonNull(verdict, "verdict is null");
    requireNonNull(sentence, "sentence is null");
    requireNonNull(remedy, "remedy is null");
  }

  static Finding well(String subject, String sentence) {
    return new Finding(subject, Verdict.WELL, sentence, Optional.empty());
  }

  static Finding limited(String subject, String sentence, String remedy) {
    return new Finding(subject, Verdict.LIMITED, sentence, Optional.of(remedy));
  }

  static Finding wrong(String subject, String sentence, String remedy) {
    return new Finding(subject, Verdict.WRONG, sentence, Optional.of(remedy));
  }
}
