package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest reboots and powers off by itself, while the service looks and while it is dead: each
 * reboot makes a new instance with the spec of that time and the same disk, a power-off is a stop.
 */
class RebootIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));

  private static final String MANIFEST =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: reboot}
      ---
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualDisk
      metadata: {name: sector, namespace: reboot}
      spec:
        persistentVolumeClaim: {size: 1Mi}
        dataSource: {type: HTTP, http: {url: IMAGE}}
      ---
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualMachine
      metadata: {name: sector, namespace: reboot}
      spec:
        virtualMachineClassName: generic
        cpu: {cores: 1, coreFraction: 100%}
        memory: {size: 32Mi}
        blockDeviceRefs: [{kind: VirtualDisk, name: sector}]
      """;

  @Test
  void aRebootMakesANewInstanceEvenWhenNobodyLooks(@TempDir Path home) throws Exception {
    try (Node node = new Node(home, LIBVIRT);
        GuestSector guest = new GuestSector();
        KubernetesClient client = node.client()) {
      client
          .load(new ByteArrayInputStream(MANIFEST.replace("IMAGE", guest.url()).getBytes(UTF_8)))
          .create();
      Node.await("the machine to have its identity", () -> machine(client).get() != null, () -> "");
      String uid = Objects.requireNonNull(machine(client).get()).getMetadata().getUid();
      Path port = home.resolve("run/console/" + uid + ".sock");
      awaitBoot(node, uid, 1);
      awaitPhase(client, node, "Running");

      machine(client)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"memory\":{\"size\":\"48Mi\"}}}");
      Node.await(
          "the change to wait for a restart",
          () -> !status(client, "restartAwaitingChanges").equals("null"),
          () -> log(node));
      String began = status(client, "stats", "lastStartTime");
      type(port, 'R');

      awaitBoot(node, uid, 2);
      Node.await(
          "the change to be applied",
          () -> status(client, "restartAwaitingChanges").equals("null"),
          () -> log(node));
      awaitPhase(client, node, "Running");
      assertTrue(status(client, "resources").contains("size=48Mi"), () -> log(node));
      assertTrue(phases(client).endsWith("Running Starting Running"), () -> phases(client));
      assertNotEquals(began, status(client, "stats", "lastStartTime"));

      node.kill();
      type(port, 'R');
      node.restart();

      awaitBoot(node, uid, 3);
      awaitPhase(client, node, "Running");

      node.kill();
      type(port, 'P');
      node.restart();

      awaitPhase(client, node, "Stopped");
      assertEquals(4, node.serialLog(uid).split("SECTOR BOOT", -1).length);
      client.namespaces().withName("reboot").delete();
      Node.await(
          "the namespace to go",
          () -> client.namespaces().withName("reboot").get() == null,
          () -> log(node));
    }
  }

  private static void awaitBoot(Node node, String uid, int boot) throws InterruptedException {
    Node.await(
        "boot " + boot + " of the guest",
        () -> node.serialLog(uid).contains("SECTOR BOOT " + boot),
        () -> node.serialLog(uid) + log(node));
  }

  private static void awaitPhase(KubernetesClient client, Node node, String phase)
      throws InterruptedException {
    Node.await(
        "phase " + phase,
        () -> status(client, "phase").equals(phase),
        () -> machine(client).get() + log(node));
  }

  /** Types at the guest's serial port, past the service. */
  private static void type(Path port, char key) throws IOException {
    try (SocketChannel serial = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      serial.connect(UnixDomainSocketAddress.of(port));
      serial.write(ByteBuffer.wrap(String.valueOf(key).getBytes(US_ASCII)));
      // QEMU hangs up when the instance ends, which the key makes it do.
      ByteBuffer rest = ByteBuffer.allocate(256);
      while (serial.read(rest) >= 0) {
        rest.clear();
      }
    }
  }

  private static Resource<GenericKubernetesResource> machine(KubernetesClient client) {
    return client
        .genericKubernetesResources(Books.API, "VirtualMachine")
        .inNamespace("reboot")
        .withName("sector");
  }

  private static String status(KubernetesClient client, Object... path) {
    GenericKubernetesResource machine = Objects.requireNonNull(machine(client).get());
    Object found = machine.get("status");
    for (Object field : path) {
      found = found instanceof Map<?, ?> map ? map.get(field) : null;
    }
    return String.valueOf(found);
  }

  /** The phases the machine went through, in order. */
  private static String phases(KubernetesClient client) {
    List<Map<String, Object>> transitions =
        Objects.requireNonNull(machine(client).get()).get("status", "stats", "phasesTransitions");
    return Objects.requireNonNullElse(transitions, List.<Map<String, Object>>of()).stream()
        .map(each -> String.valueOf(each.get("phase")))
        .collect(Collectors.joining(" "));
  }

  private static String log(Node node) {
    try {
      return Files.readString(node.log().resolve("service.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
