package cairn.architecture.planted;

import java.io.IOException;
import java.sql.Connection;
import java.time.Instant;

/** Breaks as many rules of the house as fit, so that a test can see them found. */
final class DiskManager {

  static int calls;

  private DiskManager() {}

  static Instant breakRules(Connection connection) throws IOException {
    calls++;
    new ProcessBuilder("true").start();
    return connection == null ? Instant.EPOCH : Instant.now();
  }
}
