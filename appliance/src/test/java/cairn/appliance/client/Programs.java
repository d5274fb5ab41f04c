package cairn.appliance.client;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Client programs of this host, run with nothing of this user's but what is given to them. */
record Programs(Path home, Map<String, String> environment) {

  private static final long PATIENCE_SECONDS = 300;

  /** What a program did; its complaints stand among what it said. */
  record Ran(int code, String said) {}

  /** Debian's own before any other of that name: what Debian installs is for that one. */
  static Optional<Path> find(String name) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(Stream.of("/usr/bin"), Stream.of(path.split(File.pathSeparator)))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** A file beside the tests of other languages. */
  static Path script(String name) {
    URL found = Objects.requireNonNull(Programs.class.getResource("/cairn/clients/" + name), name);
    try {
      return Path.of(found.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Ran run(List<String> command) throws IOException, InterruptedException {
    Path said = Files.createTempFile(home, "said", "");
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.redirectOutput(said.toFile()).directory(home.toFile());
    // Ansible refuses to work where names are not in UTF-8.
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().put("HOME", home.toString());
    builder.environment().put("KUBECONFIG", home.resolve("kubeconfig").toString());
    // Python's client keeps what it discovered below this, by the address of the API only.
    builder.environment().put("TMPDIR", home.toString());
    builder.environment().putAll(environment);
    Process process = builder.start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return new Ran(process.exitValue(), Files.readString(said));
  }
}
