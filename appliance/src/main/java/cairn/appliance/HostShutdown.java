package cairn.appliance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the service tells the end of the host from its own: whoever takes the host down makes the
 * file {@value #FILE} in the run folder before sending SIGTERM. Without it machines go on running.
 */
final class HostShutdown {

  static final String FILE = "host-shutdown";

  private HostShutdown() {}

  static boolean announced(Path run) {
    return Files.exists(run.resolve(FILE));
  }

  /** The host is up again, or did not go down. */
  static void forget(Path run) {
    try {
      Files.deleteIfExists(run.resolve(FILE));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + run.resolve(FILE), e);
    }
  }
}
