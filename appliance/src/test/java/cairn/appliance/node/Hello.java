package cairn.appliance.node;

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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The example's machine on a node under test: the manifest, its image's server, and what is seen.
 */
final class Hello implements AutoCloseable {

  private static final Path GUEST = Path.of(environment("CAIRN_TEST_GUEST"));

  /** Counts, on the disk behind the guest's own files, how often the machine was started. */
  private static final String COUNTER =
      """
            # guest-run: n=$(dd if=/dev/sda bs=1 skip=50331648 count=1 2>/dev/null | tr -cd 0-9); n=$((${n:-0}+1)); echo -n $n | dd of=/dev/sda bs=1 seek=50331648 conv=notrunc 2>/dev/null; sync; echo GUEST COUNT $n
      """;

  private final HttpServer files =
      SimpleFileServer.createFileServer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), GUEST, OutputLevel.NONE);

  private final Node node;
  private final KubernetesClient client;
  private final Path libvirt;
  private final String manifest;

  Hello(Node node, Path libvirt) throws IOException {
    this.node = node;
    this.client = node.client();
    this.libvirt = libvirt;
    files.start();
    this.manifest =
        Files.readString(Path.of("../examples/hello.yaml"))
            .replace("127.0.0.1:8444", "127.0.0.1:" + files.getAddress().getPort())
            .replace("      hostname: hello", COUNTER.stripTrailing() + "\n      hostname: hello");
  }

  @Override
  public void close() {
    client.close();
    files.stop(0);
  }

  void apply() {
    client.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8))).create();
  }

  /** Deletes all of it in reverse order and waits until the namespace is gone. */
  void delete() throws InterruptedException {
    List<HasMetadata> things =
        client.load(new ByteArrayInputStream(manifest.getBytes(StandardCharsets.UTF_8))).items();
    for (HasMetadata thing : things.reversed()) {
      client.resource(thing).delete();
    }
    Node.await(
        "the namespace to go",
        () -> client.namespaces().withName("hello").get() == null,
        () -> client.namespaces().withName("hello").get() + log());
  }

  /** Creates the operation and waits until it is done: a machine has one unfinished at a time. */
  void operate(String type) throws InterruptedException {
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

  void awaitPhase(String phase) throws InterruptedException {
    Node.await(
        "phase " + phase,
        () -> field("status", "phase").equals(Optional.of(phase)),
        () -> String.valueOf(machine()) + log());
  }

  void awaitGuest(String words, int times) throws InterruptedException {
    Node.await(
        "the guest to say " + words,
        () -> node.serialLog(uid()).split(Pattern.quote(words), -1).length > times,
        this::log);
  }

  String log() {
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

  Optional<String> field(Object... path) {
    GenericKubernetesResource machine = machine();
    return machine == null
        ? Optional.empty()
        : Optional.ofNullable(machine.get(path)).map(Object::toString);
  }

  String uid() {
    return machine().getMetadata().getUid();
  }

  long guestPid() throws IOException {
    Matcher running = Pattern.compile("cairn-[a-z2-7]{4}-" + uid() + ".pid").matcher("");
    try (var pids = Files.list(libvirt.resolve("run/qemu"))) {
      Path file =
          pids.filter(path -> running.reset(path.getFileName().toString()).matches())
              .findFirst()
              .orElseThrow();
      return Long.parseLong(Files.readString(file).strip());
    }
  }

  static String environment(String name) {
    return Optional.ofNullable(System.getenv(name))
        .orElseThrow(
            () -> new IllegalStateException(name + " is not set: run this with scripts/test"));
  }
}
