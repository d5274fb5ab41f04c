package cairn.appliance.node;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.SimpleFileServer;
import com.sun.net.httpserver.SimpleFileServer.OutputLevel;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every condition of a machine that one node can show without an agent in the guest, set and
 * cleared, on real guests. What agents make of conditions is in {@link ObservedGuestIT}, a class
 * that no host fits in {@link RoomIT}.
 */
class ConditionsIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));

  private static final String ADDRESS = "VirtualMachineIPAddressReady";
  private static final String CLASS = "VirtualMachineClassReady";
  private static final String DEVICES = "BlockDevicesReady";
  private static final String FIRST_BOOT = "ProvisioningReady";
  private static final String RUNNING = "Running";
  private static final String SIZE = "SizingPolicyMatched";
  private static final String ABSENT = "absent";
  private static final String CLOUD_INIT = "provisioning.virtualization.deckhouse.io/cloud-init";

  private Node node;
  private GuestSector guest;
  private KubernetesClient client;
  private Fleet fleet;

  @BeforeEach
  void startNode(@TempDir Path home) throws IOException {
    node = new Node(home, LIBVIRT);
    guest = new GuestSector();
    client = node.client();
    fleet = new Fleet(client);
    fleet.prepare(guest);
  }

  @AfterEach
  void stopNode() throws IOException {
    client.close();
    guest.close();
    node.close();
  }

  @Test
  void eachIsSetAndCleared(@TempDir Path discs) throws Exception {
    HttpServer files = files(discs);
    String url = "http://127.0.0.1:%d/disc.iso".formatted(files.getAddress().getPort());
    Together.all(
        List.of(
            this::classAndSize,
            this::address,
            this::devices,
            this::firstBoot,
            this::running,
            () -> tooManyDiscs(url)));
    files.stop(0);
  }

  private void classAndSize() {
    SectorMachine machine = machine(0, "AlwaysOn", "virtualMachineClassName: later");
    machine.awaitCondition(CLASS, "False VirtualMachineClassNotReady");
    machine.awaitCondition(SIZE, "False VirtualMachineClassNotFound");
    machine.awaitCondition(RUNNING, "False PodNotStarted");

    fleet.create(
        """
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualMachineClass
        metadata: {name: later}
        spec: {cpu: {type: Host}}
        """);
    machine.awaitCondition(CLASS, "True VirtualMachineClassReady");
    machine.awaitCondition(SIZE, ABSENT);
    machine.awaitCondition(RUNNING, "True Running");

    sizes("[{\"cores\":{\"min\":2,\"max\":4}}]");
    machine.awaitCondition(SIZE, "False SizingPolicyNotMatched");
    assertEquals("Running", machine.phase());
    sizes("[{\"cores\":{\"min\":1,\"max\":4}}]");
    machine.awaitCondition(SIZE, ABSENT);
  }

  private void sizes(String policies) {
    client
        .genericKubernetesResources(Books.API, "VirtualMachineClass")
        .withName("later")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"sizingPolicies\":%s}}".formatted(policies));
  }

  private void address() {
    String named = "virtualMachineIPAddressName: kept";
    SectorMachine first = machine(1, "AlwaysOn", named);
    first.awaitCondition(ADDRESS, "False VirtualMachineIPAddressNotReady");
    first.awaitCondition("VirtualMachineMACAddressReady", "True VirtualMachineMACAddressReady");

    fleet.create(
        """
        apiVersion: virtualization.deckhouse.io/v1alpha2
        kind: VirtualMachineIPAddress
        metadata: {name: kept, namespace: fleet}
        spec: {type: Auto}
        """);
    first.awaitCondition(ADDRESS, "True VirtualMachineIPAddressReady");
    first.awaitPhase("Running");

    SectorMachine second = machine(2, "AlwaysOn", named);
    second.awaitCondition(ADDRESS, "False VirtualMachineIPAddressNotAvailable");
    second.awaitCondition(RUNNING, "False PodNotStarted");

    fleet.deleteMachine(1);
    second.awaitCondition(ADDRESS, "True VirtualMachineIPAddressReady");
    second.awaitPhase("Running");
  }

  private void devices() {
    fleet.createMachine(3, "AlwaysOn", "");
    SectorMachine first = new SectorMachine(fleet, node, LIBVIRT, 3);
    first.awaitCondition(DEVICES, "False BlockDevicesNotReady");

    first.createDisk();
    first.awaitCondition(DEVICES, "True BlockDevicesReady");
    first.awaitPhase("Running");
    fleet.createMachine(4, "AlwaysOn", "", "[{kind: VirtualDisk, name: disk-3}]");
    SectorMachine second = new SectorMachine(fleet, node, LIBVIRT, 4);
    second.awaitCondition(DEVICES, "False BlockDevicesNotReady");

    fleet.deleteMachine(3);
    second.awaitCondition(DEVICES, "True BlockDevicesReady");
    second.awaitPhase("Running");
  }

  /** IDE has four places for CD-ROMs. */
  private void tooManyDiscs(String url) {
    for (int disc = 0; disc < 5; disc++) {
      fleet.create(
          """
          apiVersion: virtualization.deckhouse.io/v1alpha2
          kind: VirtualImage
          metadata: {name: disc-%d, namespace: fleet}
          spec: {storage: ContainerRegistry, dataSource: {type: HTTP, http: {url: '%s'}}}
          """
              .formatted(disc, url));
    }
    fleet.createMachine(5, "AlwaysOn", "osType: Legacy", discs(5));
    SectorMachine machine = new SectorMachine(fleet, node, LIBVIRT, 5);
    machine.awaitCondition(DEVICES, "False BlockDeviceLimitExceeded");

    machine.change(
        "\"blockDeviceRefs\":["
            + IntStream.range(0, 4)
                .mapToObj("{\"kind\":\"VirtualImage\",\"name\":\"disc-%d\"}"::formatted)
                .collect(Collectors.joining(","))
            + "]");
    machine.awaitCondition(DEVICES, "True BlockDevicesReady");
    machine.awaitCondition(RUNNING, "True Running");
  }

  private static String discs(int many) {
    return IntStream.range(0, many)
        .mapToObj("{kind: VirtualImage, name: disc-%d}"::formatted)
        .collect(Collectors.joining(", ", "[", "]"));
  }

  private void firstBoot() {
    SectorMachine machine =
        machine(
            6,
            "AlwaysOn",
            "provisioning: {type: UserDataRef, userDataRef: {kind: Secret, name: told}}");
    machine.awaitCondition(FIRST_BOOT, "False ProvisioningNotReady");
    secret("Opaque", "userData: '#cloud-config'");
    machine.awaitMessage(FIRST_BOOT, "is of type \"Opaque\"");
    forgetSecret();
    machine.awaitMessage(FIRST_BOOT, "does not exist");
    secret(CLOUD_INIT, "other: x");
    machine.awaitMessage(FIRST_BOOT, "neither userData nor userdata");
    forgetSecret();

    secret(CLOUD_INIT, "userData: hm");
    machine.awaitCondition(FIRST_BOOT, "True ProvisioningReadyWithWarnings");
    machine.awaitPhase("Running");
    forgetSecret();
    secret(CLOUD_INIT, "userData: '#cloud-config'");
    machine.awaitCondition(FIRST_BOOT, "True ProvisioningReady");
  }

  private void forgetSecret() {
    client.secrets().inNamespace(Fleet.NAMESPACE).withName("told").delete();
  }

  private void secret(String type, String fields) {
    fleet.create(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: told, namespace: fleet}
        type: %s
        stringData: {%s}
        """
            .formatted(type, fields));
  }

  private void running() {
    SectorMachine machine = machine(7, "Manual", "");
    machine.awaitCondition(RUNNING, "False NotRunning");
    machine.awaitCondition("AgentReady", ABSENT);
    machine.awaitCondition("Migratable", "False VirtualMachineNonMigratable");
    machine.operation("Start");
    machine.awaitCondition(RUNNING, "True Running");
    machine.awaitCondition("AgentReady", "False AgentNotReady");
    machine.awaitBoots(1);

    machine.suspend();
    machine.awaitCondition(RUNNING, "False GuestNotRunning");
    machine.resume();
    machine.awaitCondition(RUNNING, "True Running");

    machine.change("\"memory\":{\"size\":\"48Mi\"}");
    machine.awaitCondition("ConfigurationApplied", "False ConfigurationNotApplied");
    machine.awaitCondition("AwaitingRestartToApplyConfiguration", "True ChangesPendingRestart");
    machine.operation("Restart");
    machine.awaitCondition("ConfigurationApplied", ABSENT);
    machine.awaitCondition("AwaitingRestartToApplyConfiguration", ABSENT);

    machine.operation("Stop");
    machine.awaitCondition(RUNNING, "False NotRunning");
    machine.awaitCondition("AgentReady", ABSENT);
    machine.breakStart();
    machine.ask("Start");
    machine.awaitCondition(RUNNING, "False InternalVirtualMachineError");
    machine.mendStart();
    machine.awaitCondition(RUNNING, "True Running");
  }

  private SectorMachine machine(int which, String policy, String more) {
    fleet.createDisk(which);
    fleet.createMachine(which, policy, more);
    return new SectorMachine(fleet, node, LIBVIRT, which);
  }

  private static HttpServer files(Path discs) throws IOException {
    byte[] disc = new byte[64 << 10];
    System.arraycopy("CD001".getBytes(US_ASCII), 0, disc, 32769, 5);
    Files.write(discs.resolve("disc.iso"), disc);
    HttpServer files =
        SimpleFileServer.createFileServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), discs, OutputLevel.NONE);
    files.start();
    return files;
  }
}
