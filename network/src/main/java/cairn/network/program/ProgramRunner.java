package cairn.network.program;

import cairn.network.NetworkFault;
import cairn.network.ProgramFigures;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * Runs programs of the host to their end. Argument lists only: no shell reads what is passed.
 * Blocks; may be used from any thread.
 */
public final class ProgramRunner {

  private static final int OUTPUT_LIMIT = 64 << 20;

  /** Where system programs are, also when the caller's PATH has no {@code sbin}. */
  private static final List<String> SYSTEM =
      List.of("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/local/sbin", "/usr/local/bin");

  private final Duration limit;
  private final RunCounts counts = new RunCounts();

  /**
   * @param limit after which a program is killed
   */
  public ProgramRunner(Duration limit) {
    this.limit = limit;
  }

  public Output run(String program, String... arguments) {
    return run(program, List.of(arguments), "");
  }

  /**
   * Runs {@code program} with {@code input} as its standard input and waits for its end.
   *
   * @param program a name that is looked up, or an absolute path
   */
  public Output run(String program, List<String> arguments, String input) {
    List<String> command = new ArrayList<>();
    command.add(locate(program).toString());
    command.addAll(arguments);
    long begin = System.nanoTime();
    try {
      return finish(program, started(command), input);
    } catch (IOException | UncheckedIOException e) {
      throw new NetworkFault(
          NetworkFault.Kind.BROKEN,
          "ProgramFailed",
          "Program " + program + " could not be run: " + e.getMessage(),
          e);
    } finally {
      counts.ended(name(program), System.nanoTime() - begin);
    }
  }

  /** What was run so far, by program. */
  public List<ProgramFigures> figures() {
    return counts.figures();
  }

  private static Process started(List<String> command) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    // Messages are shown, numbers are parsed: both in one language.
    builder.environment().put("LC_ALL", "C");
    return builder.start();
  }

  private Output finish(String program, Process process, String input) throws IOException {
    FutureTask<String> out = reading(process.getInputStream());
    FutureTask<String> error = reading(process.getErrorStream());
    try {
      FutureTask<Boolean> written = writing(process.getOutputStream(), input);
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw tooSlow(program);
      }
      written.get();
      return new Output(name(program), process.exitValue(), out.get(), error.get());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NetworkFault(
          NetworkFault.Kind.TRANSIENT,
          "Interrupted",
          "Program " + program + " was given up because the caller was interrupted.",
          e);
    } catch (ExecutionException e) {
      throw new IOException("its output could not be read", e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static String name(String program) {
    return program.substring(program.lastIndexOf('/') + 1);
  }

  private NetworkFault tooSlow(String program) {
    return new NetworkFault(
        NetworkFault.Kind.TRANSIENT,
        "ProgramTimedOut",
        "Program " + program + " was killed after " + limit.toSeconds() + " s without an end.",
        null);
  }

  private static FutureTask<String> reading(InputStream stream) {
    FutureTask<String> task =
        new FutureTask<>(() -> {
          String text = new String(stream.readNBytes(OUTPUT_LIMIT), StandardCharsets.UTF_8);
          if (stream.read() >= 0) {
            throw new IOException("more than " + OUTPUT_LIMIT + " bytes of output");
          }
          return text;
        });
    beside(task);
    return task;
  }

  /** A program that ends without reading its input is no error of its own: its words say why. */
  private static FutureTask<Boolean> writing(OutputStream stream, String input) {
    FutureTask<Boolean> task =
        new FutureTask<>(() -> {
          try (stream) {
            stream.write(input.getBytes(StandardCharsets.UTF_8));
            return true;
          } catch (IOException e) {
            return false;
          }
        });
    beside(task);
    return task;
  }

  /**
   * On a thread of the system: whoever reads a pipe holds its carrier (JDK 25), and programs that
   * take their time would keep all virtual threads of a small host from going on.
   */
  private static void beside(Runnable task) {
    Thread.ofPlatform().daemon().name("program-pipe").start(task);
  }

  private static Path locate(String program) {
    if (program.startsWith("/")) {
      return Path.of(program);
    }
    List<String> places = new ArrayList<>(SYSTEM);
    String path = System.getenv("PATH");
    if (path != null) {
      places.addAll(List.of(path.split(File.pathSeparator, -1)));
    }
    for (String place : places) {
      Path candidate = Path.of(place, program);
      if (!place.isEmpty() && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    throw new NetworkFault(
        NetworkFault.Kind.BROKEN,
        "ProgramMissing",
        "Program " + program + " is not installed; looked in " + String.join(", ", places) + ".",
        null);
  }
}
