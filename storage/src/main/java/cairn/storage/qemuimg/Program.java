package cairn.storage.qemuimg;

import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs one program to its end: an argument list, no shell, bounded time and bounded output. */
record Program(List<String> arguments, Duration limit, Input input, Output output) {

  private static final int OUTPUT_CAP = 1 << 20;
  private static final File NOTHING = new File("/dev/null");

  /** What the program finds as descriptor 0. */
  sealed interface Input {
    record Nothing() implements Input {}

    record Opened(Path file) implements Input {}
  }

  /** What the program finds as descriptor 1. */
  sealed interface Output {
    record Captured() implements Output {}

    record Opened(Path file) implements Output {}
  }

  /** How it ended; the texts are cut at a cap. */
  record Ended(int status, String output, String complaint) {}

  Program {
    arguments = List.copyOf(arguments);
  }

  static Program capturing(List<String> arguments, Duration limit) {
    return new Program(arguments, limit, new Input.Nothing(), new Output.Captured());
  }

  /**
   * @throws StorageFault {@code BROKEN} when the program is not there, {@code TRANSIENT} when it
   *     took longer than the limit or the calling thread was interrupted; the program is dead then
   */
  Ended run() {
    Process process = start();
    try {
      Gathering output = Gathering.of(process.getInputStream());
      Gathering complaint = Gathering.of(process.getErrorStream());
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new StorageFault(
            Kind.TRANSIENT,
            "ProgramTimedOut",
            name() + " did not end within " + limit.toSeconds() + " s and was killed.",
            null);
      }
      return new Ended(process.exitValue(), output.text(), complaint.text());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new StorageFault(
          Kind.TRANSIENT, "Interrupted", name() + " was interrupted and killed.", interrupted);
    } finally {
      // The sandbox programs replace themselves by exec, so the process is qemu-img itself.
      process.destroyForcibly();
    }
  }

  private Process start() {
    ProcessBuilder builder = new ProcessBuilder(arguments);
    builder.environment().keySet().removeIf(variable -> !variable.equals("PATH"));
    builder.environment().put("LC_ALL", "C");
    builder.redirectInput(
        switch (input) {
          case Input.Nothing() -> ProcessBuilder.Redirect.from(NOTHING);
          case Input.Opened(Path file) -> ProcessBuilder.Redirect.from(file.toFile());
        });
    switch (output) {
      case Output.Captured() -> builder.redirectOutput(ProcessBuilder.Redirect.PIPE);
      // Appending, because a plain redirection would cut the file to nothing.
      case Output.Opened(Path file) ->
          builder.redirectOutput(ProcessBuilder.Redirect.appendTo(file.toFile()));
    }
    try {
      return builder.start();
    } catch (IOException failure) {
      throw new StorageFault(
          Kind.BROKEN,
          "ProgramMissing",
          "Cannot start "
              + name()
              + "; install the distribution's packages qemu-utils and util-linux.",
          failure);
    }
  }

  private String name() {
    return arguments.getFirst();
  }

  /** Reads a stream to its end and keeps its beginning. */
  private record Gathering(ByteArrayOutputStream kept, Thread reader) {

    static Gathering of(InputStream stream) {
      ByteArrayOutputStream kept = new ByteArrayOutputStream();
      // Not a virtual thread: whoever reads a pipe holds its carrier (JDK 25), and two conversions
      // of
      // an hour would keep all others of a small host from going on.
      Thread reader =
          Thread.ofPlatform().daemon().name("program-pipe").start(() -> drain(stream, kept));
      return new Gathering(kept, reader);
    }

    private static void drain(InputStream stream, ByteArrayOutputStream kept) {
      byte[] buffer = new byte[8192];
      try (stream) {
        for (int count = stream.read(buffer); count >= 0; count = stream.read(buffer)) {
          kept.write(buffer, 0, Math.min(count, OUTPUT_CAP - kept.size()));
        }
      } catch (IOException closed) {
        // The program was killed; what was read until now stands.
        return;
      }
    }

    String text() throws InterruptedException {
      reader.join();
      return kept.toString(StandardCharsets.UTF_8);
    }
  }
}
