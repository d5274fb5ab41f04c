package cairn.appliance.cli;

import org.jspecify.annotations.Nullable;

/** A command that could not do its work: the sentence for the person and the code for programs. */
final class Failure extends RuntimeException {

  static final int REFUSED = 1;
  static final int WRONG_USAGE = 2;
  static final int UNREACHABLE = 3;
  static final int TIMED_OUT = 4;

  private static final long serialVersionUID = 1L;

  private final int exitCode;

  Failure(int exitCode, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.exitCode = exitCode;
  }

  Failure(int exitCode, String message) {
    this(exitCode, message, null);
  }

  int exitCode() {
    return exitCode;
  }
}
