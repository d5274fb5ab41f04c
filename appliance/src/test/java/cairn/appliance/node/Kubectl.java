package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real kubectl.
 *
 * @param home where it keeps its cache and its kubeconfig is
 */
public record Kubectl(Path program, Path kubeconfig, Path home) {

  private static final long PATIENCE_SECONDS = 120;

  /** What a command did. */
  public record Ran(int code, String out, String err) {}

  /** Every kubectl on this host, oldest first: those beside the one on the path, or that one. */
  public static List<Path> found() throws IOException {
    Optional<Path> usual =
        Stream.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
            .map(folder -> Path.of(folder, "kubectl"))
            .filter(Files::isExecutable)
            .findFirst();
    if (usual.isEmpty()) {
      return List.of();
    }
    Path real = usual.get().toRealPath();
    try (Stream<Path> beside = Files.list(real.resolveSibling("."))) {
      List<Path> versions =
          beside
              .filter(file -> file.getFileName().toString().matches("kubectl\\.1\\.\\d+"))
              .sorted(Comparator.comparingInt(Kubectl::minor))
              .toList();
      return versions.isEmpty() ? List.of(real) : versions;
    }
  }

  /** Runs a command that must work; its output. */
  public String ok(String... arguments) throws IOException, InterruptedException {
    return feed("", arguments);
  }

  /** The same, with something to read. */
  public String feed(String input, String... arguments) throws IOException, InterruptedException {
    Ran ran = run(input, arguments);
    assertEquals(0, ran.code(), () -> this + " " + List.of(arguments) + " says " + ran);
    return ran.out();
  }

  public Ran run(String input, String... arguments) throws IOException, InterruptedException {
    Path in = Files.writeString(Files.createTempFile(home, "in", ""), input);
    Path out = Files.createTempFile(home, "out", "");
    Path err = Files.createTempFile(home, "err", "");
    Process process =
        builder(arguments)
            .redirectInput(in.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly().waitFor();
    }
    return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
  }

  /** Starts a command that goes on, writing to a file. */
  Process follow(Path out, String... arguments) throws IOException {
    return builder(arguments).redirectErrorStream(true).redirectOutput(out.toFile()).start();
  }

  @Override
  public String toString() {
    return program.getFileName().toString();
  }

  private ProcessBuilder builder(String... arguments) {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    builder.environment().put("HOME", home.toString());
    return builder;
  }

  private static int minor(Path program) {
    String name = program.getFileName().toString();
    return Integer.parseInt(name.substring(name.lastIndexOf('.') + 1));
  }
}
