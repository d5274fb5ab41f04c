package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
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
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What can be told of a guest from outside: by QEMU's real agent in it, beside a guest whose agent
 * hangs; by the hypervisor when somebody pauses it; by the metrics. One story in order, because
 * booting guests is the dear part.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ObservedGuestIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));
  private static final Path GUEST = Path.of(Hello.environment("CAIRN_TEST_GUEST"));

  /** Opens the agent's port and never says a word. */
  private static final String HANG =
      "sleep 3; for p in /dev/vport*p1; do (exec 3<>$p; exec sleep 100000) & done; echo GUEST HANGS";

  private static final String MANIFEST =
      """
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualDisk
      metadata: {name: NAME, namespace: observed}
      spec:
        persistentVolumeClaim: {size: 64Mi}
        dataSource: {type: HTTP, http: {url: "URL"}}
      ---
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualMachine
      metadata: {name: NAME, namespace: observed}
      spec:
        virtualMachineClassName: generic
        cpu: {cores: 1, coreFraction: 100%}
        memory: {size: 160Mi}
        provisioning:
          type: UserData
          userData: |
            #cloud-config
            # guest-run: COMMAND
        blockDeviceRefs: [{kind: VirtualDisk, name: NAME}]
      """;

  private final HttpServer files =
      SimpleFileServer.createFileServer(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), GUEST, OutputLevel.NONE);

  private Path home;
  private Node node;
  private KubernetesClient client;

  @BeforeAll
  void startNode(@TempDir Path folder) throws Exception {
    home = folder;
    files.start();
    node = new Node(home, LIBVIRT);
    client = node.client();
    apply("apiVersion: v1\nkind: Namespace\nmetadata: {name: observed}\n");
    machine("hung", "tiny.qcow2", HANG);
    machine("talker", "tiny-agent.qcow2", "true");
  }

  @AfterAll
  void stopNode() throws Exception {
    client.namespaces().withName("observed").delete();
    Node.await(
        "the namespace to go",
        () -> client.namespaces().withName("observed").get() == null,
        this::log);
    client.close();
    node.close();
    files.stop(0);
  }

  @Test
  @Order(1)
  void whatTheAgentSaysIsInTheStatus() throws Exception {
    await("talker", "AgentReady", "True AgentReady");

    assertEquals("tiny", status("talker", "guestOSInfo", "id"));
    assertEquals("Tiny guest of Cairn", status("talker", "guestOSInfo", "prettyName"));
    assertEquals("x86_64", status("talker", "guestOSInfo", "machine"));
    assertEquals("talker", status("talker", "guestOSInfo", "hostname"));
    assertTrue(status("talker", "guestOSInfo", "kernelRelease").contains("cloud-amd64"));
    assertTrue(status("talker", "guestOSInfo", "agentVersion").matches("\\d+\\.\\d+.*"));
    assertEquals("", condition("talker", "AgentVersionNotSupported"));
    String took = status("talker", "stats", "launchTimeDuration", "guestOSAgentStarting");
    assertTrue(took.matches("\\d+s"), took);
    // The guest may have been asked before it had its address; it is asked again.
    await("talker", "VirtualMachineIPAddressReady", "True VirtualMachineIPAddressReady");
    Node.await(
        "the address to be reported",
        () -> status("talker", "guestOSInfo", "interfaces").contains(status("talker", "ipAddress")),
        this::log);
  }

  @Test
  @Order(2)
  void aServiceThatDiesForgetsNothingOfIt() throws Exception {
    String since = String.valueOf(find("talker", "AgentReady").get("lastTransitionTime"));
    String told = status("talker", "guestOSInfo");

    node.kill();
    node.restart();
    client.close();
    client = node.client();
    Node.await("agents to be asked anew", () -> agentCalls() >= 4, this::log);

    assertEquals("True AgentReady", condition("talker", "AgentReady"));
    assertEquals(since, find("talker", "AgentReady").get("lastTransitionTime"));
    assertEquals(told, status("talker", "guestOSInfo"));
  }

  private double agentCalls() {
    return Objects.requireNonNull(client.raw("/metrics"))
        .lines()
        .filter(line -> line.startsWith("cairn_libvirt_calls_total{role=\"agent\"}"))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }

  @Test
  @Order(3)
  void aHungAgentIsToldAndDelaysNobodyElse() throws Exception {
    Node.await(
        "the agent to be known as hung",
        () -> message("hung", "AgentReady").contains("does not answer"),
        this::log);

    type("talker", "killall qemu-ga");
    await("talker", "AgentReady", "False AgentNotReady");
    assertEquals("null", status("talker", "guestOSInfo"));
    assertEquals("Running", status("talker", "phase"));
    assertEquals("Running", status("hung", "phase"));
  }

  @Test
  @Order(4)
  void aGuestThatTookAnotherAddressSaysSo() throws Exception {
    type(
        "talker",
        "ip addr flush dev eth0; ip addr add 192.0.2.7/24 dev eth0;"
            + " (/usr/sbin/qemu-ga -m virtio-serial -p /dev/vport*p1 -t /run > /dev/null 2>&1 &)");

    await("talker", "AgentReady", "True AgentReady");
    await("talker", "VirtualMachineIPAddressReady", "False VirtualMachineIPAddressNotAssigned");
    assertTrue(message("talker", "VirtualMachineIPAddressReady").contains("192.0.2.7"));
  }

  @Test
  @Order(5)
  void whoIsPausedFromOutsideIsInPauseUntilItGoesOn() throws Exception {
    virsh("suspend");
    Node.await("Pause", () -> status("talker", "phase").equals("Pause"), this::log);
    assertEquals("False GuestNotRunning", condition("talker", "Running"));
    Node.await("an event", () -> events().contains("somebody asked the hypervisor"), this::log);

    virsh("resume");
    Node.await("Running", () -> status("talker", "phase").equals("Running"), this::log);
    assertEquals("True Running", condition("talker", "Running"));
  }

  @Test
  @Order(6)
  void whatMachinesUseIsScrapedByName() {
    String text = Objects.requireNonNull(client.raw("/metrics"));

    assertTrue(used(text, "cairn_machine_cpu_seconds_total") > 0.1, text);
    assertTrue(used(text, "cairn_machine_memory_resident_bytes") > 50e6, text);
    assertTrue(used(text, "cairn_machine_disk_read_bytes_total") > 1e6, text);
    assertTrue(used(text, "cairn_machine_network_transmit_packets_total") > 0, text);
    assertTrue(text.contains("cairn_machine_usage_known 1.0"), text);
    assertTrue(text.contains("cairn_reconcile_passes_total{controller=\"machine\"}"), text);
    assertTrue(text.contains("cairn_libvirt_calls_total{role=\"agent\"}"), text);
    assertTrue(text.contains("cairn_http_requests_total{code=\"2xx\",verb=\"get\"}"), text);
  }

  @Test
  @Order(7)
  void anAgentThatMayNotAnswerEverythingIsNotSupported() throws Exception {
    type("talker", "killall qemu-ga");
    await("talker", "AgentReady", "False AgentNotReady");
    type(
        "talker",
        "(/usr/sbin/qemu-ga -m virtio-serial -p /dev/vport*p1 -t /run -b guest-get-osinfo"
            + " > /dev/null 2>&1 &)");
    await("talker", "AgentVersionNotSupported", "True AgentVersionNotSupported");
    assertEquals("True AgentReady", condition("talker", "AgentReady"));
    assertTrue(message("talker", "AgentVersionNotSupported").contains("guest-get-osinfo"));

    type("talker", "killall qemu-ga");
    await("talker", "AgentVersionNotSupported", "");
  }

  /** A guest that powers itself off would stay off. */
  @Test
  @Order(8)
  void aKernelThatGivesUpIsNoPowerOff() throws Exception {
    String uid = Objects.requireNonNull(get("hung").get()).getMetadata().getUid();
    type("hung", "{ (sleep 1; echo 2 > /proc/sys/kernel/panic; echo c > /proc/sysrq-trigger) & }");
    Node.await("the panic", () -> node.serialLog(uid).contains("Kernel panic"), this::log);
    assertEquals("Running", status("hung", "phase"));

    Node.await(
        "the guest to boot anew",
        () -> node.serialLog(uid).split("GUEST BOOT", -1).length > 2,
        () -> node.serialLog(uid) + log());
    Node.await("Running", () -> status("hung", "phase").equals("Running"), this::log);
  }

  /** The largest value among the talker's series of that name. */
  private static double used(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name + "{"))
        .filter(line -> line.contains("name=\"talker\",namespace=\"observed\""))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
        .max()
        .orElse(0);
  }

  private void machine(String name, String image, String command) {
    apply(
        MANIFEST
            .replace("NAME", name)
            .replace("URL", "http://127.0.0.1:" + files.getAddress().getPort() + "/" + image)
            .replace("COMMAND", command));
  }

  private void apply(String manifest) {
    client.load(new ByteArrayInputStream(manifest.getBytes(UTF_8))).create();
  }

  private void await(String machine, String type, String wanted) throws InterruptedException {
    Node.await(
        machine + " " + type + " " + wanted,
        () -> condition(machine, type).equals(wanted),
        () -> get(machine).get() + log());
  }

  private String condition(String machine, String type) {
    Map<String, Object> found = find(machine, type);
    return found.isEmpty() ? "" : found.get("status") + " " + found.get("reason");
  }

  private String message(String machine, String type) {
    return String.valueOf(find(machine, type).get("message"));
  }

  private Map<String, Object> find(String machine, String type) {
    List<Map<String, Object>> all =
        Objects.requireNonNull(get(machine).get()).get("status", "conditions");
    return Objects.requireNonNullElse(all, List.<Map<String, Object>>of()).stream()
        .filter(each -> type.equals(each.get("type")))
        .findFirst()
        .orElse(Map.of());
  }

  private String status(String machine, Object... path) {
    Object found = Objects.requireNonNull(get(machine).get()).get("status");
    for (Object field : path) {
      found = found instanceof Map<?, ?> map ? map.get(field) : null;
    }
    return String.valueOf(found);
  }

  private Resource<GenericKubernetesResource> get(String machine) {
    return client
        .genericKubernetesResources(Books.API, "VirtualMachine")
        .inNamespace("observed")
        .withName(machine);
  }

  private String events() {
    return String.valueOf(client.v1().events().inNamespace("observed").list().getItems());
  }

  /** Types a line at the guest's shell, past the service, and waits until it was carried out. */
  private void type(String machine, String command) throws IOException {
    String uid = Objects.requireNonNull(get(machine).get()).getMetadata().getUid();
    try (SocketChannel serial = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      serial.connect(UnixDomainSocketAddress.of(home.resolve("run/console/" + uid + ".sock")));
      serial.write(ByteBuffer.wrap((command + "; echo TYPED $((6*7))\n").getBytes(US_ASCII)));
      StringBuilder said = new StringBuilder();
      ByteBuffer some = ByteBuffer.allocate(4096);
      while (!said.toString().contains("TYPED 42")) {
        some.clear();
        if (serial.read(some) < 0) {
          throw new IOException("the guest hung up: " + said);
        }
        said.append(US_ASCII.decode(some.flip()));
      }
    }
  }

  private void virsh(String verb) throws Exception {
    String uid = Objects.requireNonNull(get("talker").get()).getMetadata().getUid();
    String uri = "qemu+unix:///system?socket=" + LIBVIRT.resolve("run/libvirt-sock");
    Process process =
        new ProcessBuilder("virsh", "-q", "-c", uri, verb, uid).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertEquals(0, process.waitFor(), said);
  }

  private String log() {
    try {
      return Files.readString(node.log().resolve("service.log"));
    } catch (IOException e) {
      return e.toString();
    }
  }
}
