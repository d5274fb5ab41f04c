package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The story of the README, told by a real client to a real node: a machine comes from a manifest,
 * answers, keeps its disk, survives the service's death, and goes without a trace. One story in
 * order, because booting a guest is the dear part.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HelloIT {

  private static final Path LIBVIRT = Path.of(environment("CAIRN_TEST_LIBVIRT_DIR"));
  private static final Path GUEST = Path.of(environment("CAIRN_TEST_GUEST"));

  /** Counts, on the disk behind the guest's own files, how often the machine was started. */
  private static final String COUNTER =
      """
            # guest-run: n=$(dd if=/dev/sda bs=1 skip=50331648 count=1 2>/dev/null | tr -cd 0-9); n=$((${n:-0}+1)); echo -n $n | dd of=/dev/sda bs=1 seek=50331648 conv=notrunc 2>/dev/null; sync; echo GUEST COUNT $n
      """;

  private final HttpServer files =
      SimpleFileServer.createFileServer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), GUEST, OutputLevel.NONE);

  private Path home;
  private Node node;
  private KubernetesClient client;
  private HostTraces before;
  private String manifest;

  @BeforeAll
  void startNode() throws Exception {
    files.start();
    home = Files.createTempDirectory("cairn-node");
    node = new Node(home, LIBVIRT);
    client = node.client();
    before = HostTraces.of(node.state(), LIBVIRT);
    manifest =
        Files.readString(Path.of("../examples/hello.yaml"))
            .replace("127.0.0.1:8444", "127.0.0.1:" + files.getAddress().getPort())
            .replace("      hostname: hello", COUNTER.stripTrailing() + "\n      hostname: hello");
  }

  @AfterAll
  void stopNode() throws Exception {
    client.close();
    node.close();
    files.stop(0);
  }

  @Test
  @Order(1)
  void aManifestBecomesARunningMachine() throws Exception {
    client.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8))).create();

    awaitPhase("Running");
    awaitGuest("GUEST READY", 1);
    assertTrue(node.serialLog(uid()).contains("GUEST COUNT 1"), node.serialLog(uid()));
  }

  @Test
  @Order(2)
  void theGuestAnswersAtTheAddressInItsStatus() throws Exception {
    String address = field("status", "ipAddress").orElseThrow();

    Node.await(
        "the guest's own word", () -> node.serialLog(uid()).contains(address + "/"), this::log);
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(address, 7), 10_000);
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("echo?\n".getBytes(StandardCharsets.US_ASCII));
      assertEquals(
          "echo?\n", new String(socket.getInputStream().readNBytes(6), StandardCharsets.US_ASCII));
    }
  }

  @Test
  @Order(3)
  void theServiceMayDieWhileTheMachineRuns() throws Exception {
    long guest = guestPid();

    node.kill();
    assertTrue(ProcessHandle.of(guest).isPresent(), "the guest died with the service");
    node.restart();

    awaitPhase("Running");
    assertEquals(guest, guestPid());
  }

  @Test
  @Order(4)
  void theDiskKeepsWhatTheGuestWroteOverStopAndStart() throws Exception {
    operate("Stop");
    awaitPhase("Stopped");
    operate("Start");
    awaitPhase("Running");
    awaitGuest("GUEST COUNT 2", 1);
  }

  @Test
  @Order(5)
  void deletingLeavesNothingBehind() throws Exception {
    List<HasMetadata> things =
        client.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8))).items();
    for (HasMetadata thing : things.reversed()) {
      client.resource(thing).delete();
    }
    Node.await(
        "the namespace to go",
        () -> client.namespaces().withName("hello").get() == null,
        () -> String.valueOf(client.namespaces().withName("hello").get()));

    HostTraces[] now = {before};
    Node.await(
        "the host to be as it was: " + before,
        () -> {
          now[0] = traces();
          return now[0].equals(before);
        },
        () -> now[0].toString());
  }

  private HostTraces traces() {
    try {
      return HostTraces.of(node.state(), LIBVIRT);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Creates the operation and waits until it is done: a machine has one unfinished at a time. */
  private void operate(String type) throws InterruptedException {
    HasMetadata operation =
        client
            .load(
                new ByteArrayInputStream(
                    """
                    apiVersion: virtualization.deckhouse.io/v1alpha2
                    kind: VirtualMachineOperation
                    metadata:
                      generateName: hello-
                      namespace: hello
                    spec:
                      type: %s
                      virtualMachineName: hello
                    """
                        .formatted(type)
                        .getBytes(StandardCharsets.UTF_8)))
            .create()
            .getFirst();
    Node.await(
        "operation " + type + " to complete",
        () -> String.valueOf(client.resource(operation).get()).contains("phase=Completed"),
        () -> String.valueOf(client.resource(operation).get()) + log());
  }

  private void awaitPhase(String phase) throws InterruptedException {
    Node.await(
        "phase " + phase,
        () -> field("status", "phase").equals(Optional.of(phase)),
        () -> String.valueOf(machine()) + log());
  }

  private void awaitGuest(String words, int times) throws InterruptedException {
    Node.await(
        "the guest to say " + words,
        () -> node.serialLog(uid()).split(Pattern.quote(words), -1).length > times,
        this::log);
  }

  private String log() {
    try {
      return node.serialLog(uid()) + Files.readString(node.log().resolve("service.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  private GenericKubernetesResource machine() {
    return client
        .genericKubernetesResources(
            new ResourceDefinitionContext.Builder()
                .withGroup("virtualization.deckhouse.io")
                .withVersion("v1alpha2")
                .withKind("VirtualMachine")
                .withPlural("virtualmachines")
                .withNamespaced(true)
                .build())
        .inNamespace("hello")
        .withName("hello")
        .get();
  }

  private Optional<String> field(Object... path) {
    GenericKubernetesResource machine = machine();
    return machine == null
        ? Optional.empty()
        : Optional.ofNullable(machine.get(path)).map(Object::toString);
  }

  private String uid() {
    return machine().getMetadata().getUid();
  }

  private long guestPid() throws IOException {
    Matcher running = Pattern.compile("cairn-[a-z2-7]{4}-" + uid() + ".pid").matcher("");
    try (var pids = Files.list(LIBVIRT.resolve("run/qemu"))) {
      Path file =
          pids.filter(path -> running.reset(path.getFileName().toString()).matches())
              .findFirst()
              .orElseThrow();
      return Long.parseLong(Files.readString(file).strip());
    }
  }

  private static String environment(String name) {
    return Optional.ofNullable(System.getenv(name))
        .orElseThrow(
            () -> new IllegalStateException(name + " is not set: run this with scripts/test"));
  }
}
