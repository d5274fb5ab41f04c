package cairn.appliance;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Properties;

/**
 * What this program is.
 *
 * @param built when; certificates are valid from the day before
 */
record Build(String version, Instant built) {

  Build {
    requireNonNull(version, "version is null");
    requireNonNull(built, "built is null");
  }

  static Build read() {
    Properties properties = new Properties();
    try (InputStream in =
        requireNonNull(
            Build.class.getResourceAsStream("build.properties"), "build.properties is missing")) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("build.properties cannot be read", e);
    }
    return new Build(
        properties.getProperty("version", ""), Instant.parse(properties.getProperty("built", "")));
  }
}
