package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.fail;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A node under test: the service as a process of its own, with its own folders, on the libvirt that
 * the test run shares or on one that the test brings. It runs what was compiled last, or, when
 * {@code CAIRN_APPLICATION} names a folder, the packaged application there as the launcher does.
 */
final class Node implements AutoCloseable {

  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** Tests of other things make more machines than the host has cores. */
  private static final String ROOMY = "host: {overcommit: {cpu: 100, memory: 4}}\n";

  private final Path home;
  private final int port;
  private final Path configuration;
  private Process service;

  /**
   * @param libvirt folder of the libvirt to use
   */
  Node(Path home, Path libvirt) throws IOException {
    this(home, libvirt, "");
  }

  /**
   * @param more lines of configuration beside the usual; indented ones first, which are about the
   *     hypervisor
   */
  Node(Path home, Path libvirt, String more) throws IOException {
    this.home = home;
    this.port = freePort();
    this.configuration = home.resolve("cairn.yaml");
    for (String folder : List.of("state", "run", "log")) {
      Files.createDirectories(home.resolve(folder));
      open(home.resolve(folder));
    }
    open(home);
    Files.writeString(
        configuration,
        (more.contains("host:") ? "" : ROOMY)
            + """
            listen:
              address: 127.0.0.1
              port: %d
            paths:
              state: %s
              run: %s
              log: %s
            imports:
              allowLoopback: true
            hypervisor:
              libvirtSocket: %s
              libvirtLog: %s
              libvirtTpm: %s
              emulation: Allowed
              qemuGroup: %s
            """
                .formatted(
                    port,
                    home.resolve("state"),
                    home.resolve("run"),
                    home.resolve("log"),
                    libvirt.resolve("run/libvirt-sock"),
                    libvirt.resolve("log"),
                    libvirt.resolve("lib/swtpm"),
                    qemuGroup(libvirt))
            + more);
    this.service = start();
  }

  Path state() {
    return home.resolve("state");
  }

  Path run() {
    return home.resolve("run");
  }

  Path log() {
    return home.resolve("log");
  }

  /** The latest lines of the service's log, for messages of failed tests. */
  String latestLog() {
    try {
      List<String> lines = Files.readAllLines(log().resolve("service.log"));
      return String.join("\n", lines.subList(Math.max(0, lines.size() - 200), lines.size()));
    } catch (IOException e) {
      return e.toString();
    }
  }

  KubernetesClient client() throws IOException {
    String kubeconfig = Files.readString(home.resolve("run/admin.kubeconfig"));
    return new KubernetesClientBuilder().withConfig(Config.fromKubeconfig(kubeconfig)).build();
  }

  Path kubeconfig() {
    return home.resolve("run/admin.kubeconfig");
  }

  /** As by the out-of-memory killer: no chance to say goodbye. */
  void kill() throws InterruptedException {
    service.destroyForcibly();
    service.waitFor();
  }

  /** As by systemd or the launcher: it may end what it does, and its machines if it was told so. */
  void terminate() throws InterruptedException {
    service.destroy();
    if (!service.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      service.destroyForcibly();
      fail("the service did not stop within " + PATIENCE + " of TERM");
    }
  }

  /** As whoever takes the host down ends it. */
  void shutDownHost() throws IOException, InterruptedException {
    Files.writeString(run().resolve("host-shutdown"), "");
    terminate();
  }

  void restart() throws IOException {
    service = start();
  }

  /** What the service has used and holds. */
  ProcessFigures figures() throws IOException {
    return ProcessFigures.of(service.pid());
  }

  /** Serial log of a machine, or empty while there is none. */
  String serialLog(String uid) {
    try {
      Path log = state().resolve("serial/" + uid + ".log");
      return Files.exists(log)
          ? Files.readString(log, java.nio.charset.StandardCharsets.ISO_8859_1)
          : "";
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() throws IOException {
    try {
      stop();
    } catch (InterruptedException e) {
      service.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  private void stop() throws InterruptedException, IOException {
    stopService();
    run("release");
  }

  /** As the supervisor stops it; machines go on. */
  void stopService() throws InterruptedException {
    service.destroy();
    if (!service.waitFor(30, TimeUnit.SECONDS)) {
      service.destroyForcibly();
      fail("the service did not stop within 30 s of TERM");
    }
  }

  /** Waits until the condition holds; tells what was seen last when it does not. */
  static void await(String what, Supplier<Boolean> condition, Supplier<String> seen)
      throws InterruptedException {
    await(PATIENCE, what, condition, seen);
  }

  static void await(
      Duration patience, String what, Supplier<Boolean> condition, Supplier<String> seen)
      throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    while (!condition.get()) {
      if (System.nanoTime() > end) {
        fail("waited in vain for: " + what + "; seen last: " + seen.get());
      }
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private Process start() throws IOException {
    Files.deleteIfExists(home.resolve("run/ready"));
    Process process = command("run").start();
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(home.resolve("run/ready"))) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        fail("the service did not get ready: " + Files.readString(home.resolve("log/service.log")));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(10);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return process;
  }

  private void run(String verb) throws IOException, InterruptedException {
    Process process = command(verb).start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      fail(verb + " failed: " + Files.readString(home.resolve("log/service.log")));
    }
  }

  private ProcessBuilder command(String verb) {
    List<String> words = new ArrayList<>();
    String application = System.getenv("CAIRN_APPLICATION");
    if (application != null) {
      words.addAll(List.of("../scripts/jvm", "service", application));
    } else {
      words.addAll(
          List.of(
              Path.of(System.getProperty("java.home"), "bin/java").toString(),
              "-XX:+UseSerialGC",
              "-Xms32m",
              "-Xmx256m",
              "-XX:+UseCompactObjectHeaders",
              "--enable-native-access=ALL-UNNAMED",
              "--sun-misc-unsafe-memory-access=allow",
              "-cp",
              "target/classes:target/lib/*",
              "cairn.appliance.Main"));
    }
    words.addAll(List.of(verb, "--config", configuration.toString()));
    return new ProcessBuilder(words)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(home.resolve("log/service.log").toFile()));
  }

  private static String qemuGroup(Path libvirt) throws IOException {
    for (String line : Files.readAllLines(libvirt.resolve("etc/qemu.conf"))) {
      if (line.startsWith("group = ")) {
        return line.substring("group = ".length()).replace("\"", "");
      }
    }
    throw new IllegalStateException(libvirt + " names no group for QEMU");
  }

  private static void open(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
