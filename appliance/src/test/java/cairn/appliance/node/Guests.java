package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Machines of one namespace with the tiny guest on their disks, in its small form ({@code tiny})
 * and with the full kernel and signed loaders ({@code complete}); a CD-ROM is there, too ({@code
 * disc}).
 */
final class Guests implements AutoCloseable {

  private static final String NAMESPACE = "devices";
  private static final String TYPES = "provisioning.virtualization.deckhouse.io/";

  /** Many guests boot at once, in emulation, on a machine that others use. */
  private static final Duration PATIENCE = Duration.ofMinutes(6);

  private final Node node;
  private final KubernetesClient client;
  private final HttpServer files;

  /**
   * @param images folder for what is served
   */
  Guests(Node node, Path images) throws IOException, InterruptedException {
    this.node = node;
    this.client = node.client();
    Files.createDirectory(images);
    Files.copy(
        Path.of(Hello.environment("CAIRN_TEST_GUEST"), "tiny.qcow2"), images.resolve("tiny"));
    Files.copy(
        Path.of(Hello.environment("CAIRN_TEST_COMPLETE_GUEST"), "tiny.qcow2"),
        images.resolve("complete"));
    disc(images);
    this.files =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), images, OutputLevel.NONE);
    files.start();
    create("apiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n".formatted(NAMESPACE));
    for (String image : List.of("tiny", "complete", "disc")) {
      create(
          """
          apiVersion: virtualization.deckhouse.io/v1alpha2
          kind: VirtualImage
          metadata: {name: %s, namespace: %s}
          spec:
            storage: ContainerRegistry
            dataSource: {type: HTTP, http: {url: 'http://127.0.0.1:%d/%s'}}
          """
              .formatted(image, NAMESPACE, files.getAddress().getPort(), image));
    }
  }

  private static void disc(Path images) throws IOException, InterruptedException {
    Path content = Files.createTempDirectory("disc");
    Files.writeString(content.resolve("hello.txt"), "hello\n");
    Process made =
        new ProcessBuilder(
                "xorriso",
                "-as",
                "mkisofs",
                "-quiet",
                "-J",
                "-o",
                images.resolve("disc").toString(),
                content.toString())
            .inheritIO()
            .start();
    if (made.waitFor() != 0) {
      throw new IOException("xorriso could not make a disc");
    }
  }

  /**
   * @param fields of the machine's spec besides the usual, in YAML's flow style
   * @param devices its blockDeviceRefs; NAME stands for its own name, NAME-data is an empty disk
   */
  void machine(String name, String image, String fields, String devices) {
    create(
        """
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualDisk
        metadata: {name: NAME, namespace: devices}
        spec:
          persistentVolumeClaim: {size: 64Mi}
          dataSource: {type: ObjectRef, objectRef: {kind: VirtualImage, name: IMAGE}}
        ---
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualDisk
        metadata: {name: NAME-data, namespace: devices}
        spec:
          persistentVolumeClaim: {size: 8Mi}
        ---
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualMachine
        metadata: {name: NAME, namespace: devices}
        spec: {virtualMachineClassName: generic, cpu: {cores: 1, coreFraction: 100%}, memory: {size: 448Mi}, FIELDS, blockDeviceRefs: DEVICES}
        """
            .replace("DEVICES", devices)
            .replace("FIELDS", fields)
            .replace("IMAGE", image)
            .replace("NAME", name));
  }

  void secret(String name, String type, Map<String, String> content) {
    client
        .secrets()
        .inNamespace(NAMESPACE)
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withType(TYPES + type)
                .withStringData(content)
                .build())
        .create();
  }

  void change(String secret, Map<String, String> content) {
    client
        .secrets()
        .inNamespace(NAMESPACE)
        .withName(secret)
        .edit(now -> new SecretBuilder(now).withStringData(content).build());
  }

  /** Creates the operation and waits until it is done. */
  void operate(String machine, String type) throws InterruptedException {
    HasMetadata operation =
        create(
            """
            apiVersion: virtualization.deckhouse.io/v1alpha2
            kind: VirtualMachineOperation
            metadata: {generateName: %s-, namespace: %s}
            spec: {type: %s, virtualMachineName: %s}
            """
                .formatted(machine, NAMESPACE, type, machine));
    Node.await(
        PATIENCE,
        type + " of " + machine + " to complete",
        () -> String.valueOf(client.resource(operation).get()).contains("phase=Completed"),
        () -> client.resource(operation).get() + said(machine));
  }

  /** Lets a disk grow, and returns when it has. */
  void grow(String disk, String size) throws InterruptedException {
    client
        .genericKubernetesResources(Books.API, "VirtualDisk")
        .inNamespace(NAMESPACE)
        .withName(disk)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"persistentVolumeClaim\":{\"size\":\"%s\"}}}".formatted(size));
    Node.await(
        disk + " to have " + size,
        () -> size.equals(object("VirtualDisk", disk).get("status", "capacity")),
        () -> object("VirtualDisk", disk) + log());
  }

  /** An empty disk. */
  void disk(String name, String size) {
    create(
        """
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualDisk
        metadata: {name: %s, namespace: %s}
        spec:
          persistentVolumeClaim: {size: %s}
        """
            .formatted(name, NAMESPACE, size));
  }

  void attach(String name, String kind, String device, String machine) {
    create(
        """
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualMachineBlockDeviceAttachment
        metadata: {name: %s, namespace: %s}
        spec: {virtualMachineName: %s, blockDeviceRef: {kind: %s, name: %s}}
        """
            .formatted(name, NAMESPACE, machine, kind, device));
  }

  void detach(String name) {
    attachment(name).delete();
  }

  /** Waits until an attachment is in this phase, or {@code gone}. */
  void awaitAttachment(String name, String phase) throws InterruptedException {
    Node.await(
        name + " to be " + phase,
        () -> {
          GenericKubernetesResource now = attachment(name).get();
          return phase.equals(now == null ? "gone" : Fleet.phase(now));
        },
        () -> attachment(name).get() + log());
  }

  private Resource<GenericKubernetesResource> attachment(String name) {
    return client
        .genericKubernetesResources(Books.API, "VirtualMachineBlockDeviceAttachment")
        .inNamespace(NAMESPACE)
        .withName(name);
  }

  /** Changes a machine's document by a merge patch. */
  void patch(String machine, String change) {
    client
        .genericKubernetesResources(Books.API, "VirtualMachine")
        .inNamespace(NAMESPACE)
        .withName(machine)
        .patch(PatchContext.of(PatchType.JSON_MERGE), change);
  }

  /**
   * Types at the shell on the guest's serial port, past the service: a letter at a time, each when
   * the last one was shown, because a port forgets what was not taken when its client leaves.
   */
  void type(String machine, String words) throws IOException {
    Path port = node.run().resolve("console/" + uid("VirtualMachine", machine) + ".sock");
    ByteBuffer shown = ByteBuffer.allocate(4096);
    try (SocketChannel serial = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      serial.connect(UnixDomainSocketAddress.of(port));
      for (byte letter : words.getBytes(UTF_8)) {
        serial.write(ByteBuffer.wrap(new byte[] {letter}));
        serial.read(shown.clear());
      }
    }
  }

  /** How often the guest has been ready beyond its first start. */
  int restarts(String machine) {
    return said(machine).split("GUEST READY", -1).length - 2;
  }

  /** What the guest has said once it has been ready so many times. */
  String awaitReady(String machine, int times) throws InterruptedException {
    return awaitSaid(machine, "GUEST READY", times);
  }

  String awaitSaid(String machine, String words, int times) throws InterruptedException {
    Node.await(
        PATIENCE,
        machine + " to say " + words,
        () -> said(machine).split(Pattern.quote(words), -1).length > times,
        () -> said(machine) + object("VirtualMachine", machine) + log());
    return said(machine);
  }

  void awaitPhase(String machine, String phase) throws InterruptedException {
    Node.await(
        PATIENCE,
        machine + " to be " + phase,
        () -> Fleet.phase(object("VirtualMachine", machine)).equals(phase),
        () -> said(machine) + object("VirtualMachine", machine) + log());
  }

  String said(String machine) {
    return node.serialLog(uid("VirtualMachine", machine));
  }

  String uid(String kind, String name) {
    return object(kind, name).getMetadata().getUid();
  }

  /** Status and reason of a condition of a machine, or "absent". */
  String condition(String machine, String type) {
    List<Map<String, Object>> conditions =
        object("VirtualMachine", machine).get("status", "conditions");
    return Objects.requireNonNullElse(conditions, List.<Map<String, Object>>of()).stream()
        .filter(each -> type.equals(each.get("type")))
        .map(each -> each.get("status") + " " + each.get("reason"))
        .findFirst()
        .orElse("absent");
  }

  /** Kills the program that is the machine's TPM. */
  void killTpm(String machine, Path libvirt) throws IOException {
    String state = "swtpm/" + uid("VirtualMachine", machine);
    try (var pids = Files.list(libvirt.resolve("run/qemu/swtpm"))) {
      for (Path file : pids.filter(each -> each.toString().endsWith(".pid")).toList()) {
        long pid = Long.parseLong(Files.readString(file).strip());
        if (Files.readString(Path.of("/proc/" + pid + "/cmdline")).contains(state)) {
          ProcessHandle.of(pid).orElseThrow().destroyForcibly();
          return;
        }
      }
    }
    throw new IOException("no TPM of " + machine + " runs");
  }

  /** Deletes the namespace and waits until it is gone. */
  void deleteAll() throws InterruptedException {
    client.namespaces().withName(NAMESPACE).delete();
    Node.await(
        PATIENCE,
        "the namespace to go",
        () -> client.namespaces().withName(NAMESPACE).get() == null,
        this::log);
  }

  private HasMetadata create(String manifest) {
    return client.load(new ByteArrayInputStream(manifest.getBytes(UTF_8))).create().getLast();
  }

  private GenericKubernetesResource object(String kind, String name) {
    return Objects.requireNonNull(
        client
            .genericKubernetesResources(Books.API, kind)
            .inNamespace(NAMESPACE)
            .withName(name)
            .get());
  }

  private String log() {
    try {
      return Files.readString(node.log().resolve("service.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Override
  public void close() {
    client.close();
    files.stop(0);
  }
}
