package cairn.appliance.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.store.H2ResourceStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The API in a process of its own, on a store that outlives it: to be stopped, killed and started
 * again at the same place. Its output ends in a file beside the store.
 */
final class ServedApi implements AutoCloseable {

  private static final String READY = "ready";

  private final Path directory;
  private final int port;
  private Optional<Process> process = Optional.empty();

  ServedApi(Path directory) throws IOException {
    this.directory = directory;
    this.port = freePort();
  }

  /** The process. Arguments: directory, port. */
  public static void main(String[] arguments) {
    Path directory = Path.of(arguments[0]);
    RunningApi api =
        new RunningApi(
            directory,
            H2ResourceStore.open(directory.resolve("store")),
            Integer.parseInt(arguments[1]));
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(api::close));
    api.kubeconfig(directory);
    System.out.println(READY);
  }

  /** Starts it and waits until it answers. */
  void start() throws IOException {
    Process started =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServedApi.class.getName(),
                directory.toString(),
                Integer.toString(port))
            .redirectError(
                ProcessBuilder.Redirect.appendTo(directory.resolve("served.err").toFile()))
            .start();
    process = Optional.of(started);
    BufferedReader lines = started.inputReader(UTF_8);
    Optional<String> ready = lines.lines().filter(READY::equals).findFirst();
    assertTrue(
        ready.isPresent(), () -> "the API did not start: " + text(directory.resolve("served.err")));
    // Nobody may block on what is printed later.
    Thread.ofVirtual().start(() -> lines.lines().forEach(line -> {}));
  }

  String kubeconfig() throws IOException {
    return Files.readString(directory.resolve("kubeconfig"));
  }

  /** As a service is stopped: asked, and waited for. */
  void stop() throws InterruptedException {
    Process running = process.orElseThrow();
    running.destroy();
    assertTrue(running.waitFor(30, TimeUnit.SECONDS), "the API does not stop");
    assertEquals(128 + 15, running.exitValue());
  }

  /** As the kernel's memory killer does it. */
  void kill() throws InterruptedException {
    Process running = process.orElseThrow();
    running.destroyForcibly();
    assertTrue(running.waitFor(30, TimeUnit.SECONDS), "the API does not die");
  }

  @Override
  public void close() {
    process.ifPresent(Process::destroyForcibly);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
