package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.NodeCondition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host with room for two machines gets three: the third waits, says who has the room, goes on
 * waiting after the service died, and starts by itself when one of the others stops. It is of a
 * class that discovers the processor, and has half a core.
 */
class RoomIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));
  private static final long ROOM = 600L << 20;

  private static final String CLASSES =
      """
      apiVersion: v1
      kind: Namespace
      metadata: {name: room}
      ---
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualMachineClass
      metadata: {name: discovered}
      spec: {cpu: {type: Discovery}}
      ---
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualMachineClass
      metadata: {name: unknown}
      spec: {cpu: {type: Model, model: Babbage-1837}}
      """;

  private static final String MACHINE =
      """
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualDisk
      metadata: {name: NAME, namespace: room}
      spec:
        persistentVolumeClaim: {size: 1Mi}
        dataSource: {type: HTTP, http: {url: URL}}
      ---
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualMachine
      metadata: {name: NAME, namespace: room}
      spec:
        virtualMachineClassName: CLASS
        cpu: {cores: 1, coreFraction: 50%}
        memory: {size: 128Mi}
        blockDeviceRefs: [{kind: VirtualDisk, name: NAME}]
      """;

  @Test
  void theThirdWaitsForOneOfTheOthers(@TempDir Path home) throws Exception {
    String host =
        "host: {reserve: {memory: %d}, overcommit: {cpu: 100}}\n".formatted(memory() - ROOM);
    try (Node node = new Node(home, LIBVIRT, host);
        GuestSector guest = new GuestSector()) {
      try (KubernetesClient client = node.client()) {
        client.load(new ByteArrayInputStream(CLASSES.getBytes(UTF_8))).create();
        create(client, guest, "one", "generic");
        awaitPhase(client, "one", "Running");
        create(client, guest, "two", "generic");
        awaitPhase(client, "two", "Running");
        create(client, guest, "three", "discovered");
        awaitPhase(client, "three", "Pending");
        awaitWhy(client, "three", "not enough memory: asked 128Mi and");
        awaitWhy(client, "three", "of 600Mi, held by one 2");
        classes(client);
        nodeSays(client);
        processors(client, "one");
      }

      node.kill();
      node.restart();

      try (KubernetesClient client = node.client()) {
        awaitWhy(client, "three", "two 2");
        assertEquals("Pending", status(client, "VirtualMachine", "three", "phase"));
        client
            .genericKubernetesResources(Books.API, "VirtualMachine")
            .inNamespace("room")
            .withName("one")
            .patch(
                PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"runPolicy\":\"AlwaysOff\"}}");
        awaitPhase(client, "three", "Running");
        assertEquals("Stopped", status(client, "VirtualMachine", "one", "phase"));
        String uid = uid(client, "three");
        Node.await(
            "the guest to boot",
            () -> node.serialLog(uid).contains("SECTOR BOOT 1"),
            () -> node.serialLog(uid));
        processors(client, "three");
      }
    }
  }

  private static void classes(KubernetesClient client) throws InterruptedException {
    Node.await(
        "the class to be refused",
        () ->
            condition(client, "VirtualMachineClass", "unknown", "Ready")
                .contains("NoSuitableNodesFound"),
        () -> condition(client, "VirtualMachineClass", "unknown", "Ready"));
    assertEquals("Ready", status(client, "VirtualMachineClass", "discovered", "phase"));
    assertTrue(
        condition(client, "VirtualMachineClass", "discovered", "Discovered")
            .contains("DiscoverySucceeded"));
    assertTrue(
        status(client, "VirtualMachineClass", "discovered", "cpuFeatures").contains("sse2"),
        status(client, "VirtualMachineClass", "discovered", "cpuFeatures"));
  }

  private static void nodeSays(KubernetesClient client) {
    var node = client.nodes().list().getItems().getFirst();
    Map<String, String> labels = node.getMetadata().getLabels();
    assertEquals("true", labels.get("cpu-model.node.virtualization.deckhouse.io/Nehalem"));
    assertEquals("true", labels.get("cpu-feature.node.virtualization.deckhouse.io/sse2"));
    List<String> types =
        node.getStatus().getConditions().stream().map(NodeCondition::getType).toList();
    assertTrue(
        types.containsAll(
            List.of(
                "Ready",
                "KVM",
                "Emulation",
                "NestedVirtualization",
                "CPUController",
                "MemoryPressure",
                "MachineRoom")),
        types::toString);
    assertEquals("600Mi", String.valueOf(node.getStatus().getAllocatable().get("memory")));
  }

  /** Where this host can keep shares, QEMU is in the machine's group. */
  private static void processors(KubernetesClient client, String name) throws Exception {
    boolean kept =
        client.nodes().list().getItems().getFirst().getStatus().getConditions().stream()
            .anyMatch(
                each -> each.getType().equals("CPUController") && each.getStatus().equals("True"));
    if (!kept) {
      return;
    }
    String uid = uid(client, name);
    Node.await("the group of " + name, () -> group(uid).size() == 1, () -> group(uid).toString());
    Path group = group(uid).getFirst();
    boolean first = Files.exists(group.resolve("cpu.shares"));
    Node.await("QEMU in its group", () -> !read(group.resolve("cgroup.procs")).isEmpty(), () -> "");
    assertEquals(first ? "512" : "50", read(group.resolve(first ? "cpu.shares" : "cpu.weight")));
    assertTrue(
        read(group.resolve(first ? "cpu.cfs_quota_us" : "cpu.max")).startsWith("100000"),
        () -> read(group.resolve(first ? "cpu.cfs_quota_us" : "cpu.max")));
    assertFalse(read(group.resolve("cgroup.procs")).isBlank());
  }

  private static List<Path> group(String uid) {
    try (Stream<Path> found =
        Files.find(
            Path.of("/sys/fs/cgroup"),
            4,
            (path, attributes) -> attributes.isDirectory() && path.endsWith(uid))) {
      return found.toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private static void create(
      KubernetesClient client, GuestSector guest, String name, String machineClass) {
    String manifest =
        MACHINE.replace("NAME", name).replace("URL", guest.url()).replace("CLASS", machineClass);
    client.load(new ByteArrayInputStream(manifest.getBytes(UTF_8))).create();
  }

  private static void awaitPhase(KubernetesClient client, String name, String phase)
      throws InterruptedException {
    Node.await(
        name + " in phase " + phase,
        () -> status(client, "VirtualMachine", name, "phase").equals(phase),
        () -> status(client, "VirtualMachine", name, "conditions"));
  }

  private static void awaitWhy(KubernetesClient client, String name, String words)
      throws InterruptedException {
    Node.await(
        words,
        () -> condition(client, "VirtualMachine", name, "Running").contains(words),
        () -> condition(client, "VirtualMachine", name, "Running"));
  }

  private static String uid(KubernetesClient client, String name) {
    return object(client, "VirtualMachine", name).getMetadata().getUid();
  }

  private static String condition(KubernetesClient client, String kind, String name, String type) {
    Object conditions =
        object(client, kind, name).get("status") instanceof Map<?, ?> status
            ? status.get("conditions")
            : null;
    return conditions instanceof List<?> list
        ? list.stream()
            .map(String::valueOf)
            .filter(
                each -> each.contains("type=" + type + ",") || each.contains("type=" + type + "}"))
            .findFirst()
            .orElse("")
        : "";
  }

  private static String status(KubernetesClient client, String kind, String name, String field) {
    return object(client, kind, name).get("status") instanceof Map<?, ?> status
        ? String.valueOf(status.get(field))
        : "";
  }

  private static GenericKubernetesResource object(
      KubernetesClient client, String kind, String name) {
    var kinds = client.genericKubernetesResources(Books.API, kind);
    return Objects.requireNonNull(
        kind.equals("VirtualMachine")
            ? kinds.inNamespace("room").withName(name).get()
            : kinds.withName(name).get());
  }

  private static long memory() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemTotal:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) << 10;
      }
    }
    throw new IOException("/proc/meminfo shows no MemTotal");
  }
}
