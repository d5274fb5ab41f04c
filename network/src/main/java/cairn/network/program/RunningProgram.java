package cairn.network.program;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A process that we may not have started ourselves, known by its command line.
 *
 * @param arguments after the program's name
 */
public record RunningProgram(long id, String program, List<String> arguments) {

  private static final Duration PAUSE = Duration.ofMillis(5);
  private static final Duration GRACE = Duration.ofSeconds(5);

  public RunningProgram {
    arguments = List.copyOf(arguments);
  }

  /**
   * The process that runs {@code program} with {@code marker} among its arguments in our own
   * network namespace. Another namespace may hold one of the same names.
   */
  public static Optional<RunningProgram> find(String program, String marker) {
    return ProcessHandle.allProcesses()
        .map(handle -> of(handle.pid()))
        .flatMap(Optional::stream)
        .filter(found -> found.program().equals(program) && found.arguments().contains(marker))
        .filter(RunningProgram::inOurNamespace)
        .findFirst();
  }

  /** What the process runs now; empty if there is none, or it has ended and waits to be reaped. */
  private static Optional<RunningProgram> of(long id) {
    try {
      List<String> words =
          List.of(Files.readString(Path.of("/proc/" + id + "/cmdline")).split("\0"));
      Path name = Path.of(words.getFirst()).getFileName();
      return name == null || words.getFirst().isEmpty()
          ? Optional.empty()
          : Optional.of(new RunningProgram(id, name.toString(), words.subList(1, words.size())));
    } catch (IOException | RuntimeException e) {
      // It ended meanwhile, or its command line is no text: not one of ours either way.
      return Optional.empty();
    }
  }

  private boolean inOurNamespace() {
    try {
      return Files.readSymbolicLink(Path.of("/proc/" + id + "/ns/net"))
          .equals(Files.readSymbolicLink(Path.of("/proc/self/ns/net")));
    } catch (IOException e) {
      return false;
    }
  }

  /** Whether it still runs: the number may have gone to another process. */
  public boolean alive() {
    return of(id).equals(Optional.of(this));
  }

  /** Asks it to end, and makes it end if it has not after some seconds. */
  public void stop() {
    ProcessHandle.of(id).filter(_ -> alive()).ifPresent(ProcessHandle::destroy);
    if (!gone()) {
      ProcessHandle.of(id).filter(_ -> alive()).ifPresent(ProcessHandle::destroyForcibly);
      gone();
    }
  }

  /**
   * Whether it has lost its command line and may still hold files and sockets; what waits to be
   * reaped (state Z) holds none.
   */
  private boolean ending() {
    try {
      String stat = Files.readString(Path.of("/proc/" + id + "/stat"));
      String state = stat.substring(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
      return !state.equals("Z") && !state.equals("X") && stat.contains("(" + program + ")");
    } catch (IOException | RuntimeException e) {
      return false;
    }
  }

  private boolean gone() {
    long start = System.nanoTime();
    while (alive() || ending()) {
      if (System.nanoTime() - start > GRACE.toNanos()) {
        return false;
      }
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return true;
  }
}
