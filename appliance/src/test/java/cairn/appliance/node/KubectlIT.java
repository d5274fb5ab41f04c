package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cairn.appliance.node.Kubectl.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * The kubectls that people have, unmodified, against a running node: what is done every day with
 * every version found, the rest with the newest.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubectlIT {

  private static final String DISK =
      """
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualDisk
      metadata:
        name: d
        labels:
          colour: %s
      spec:
        persistentVolumeClaim:
          size: 64Mi
      """;

  private static final String MACHINE =
      """
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualMachine
      metadata:
        name: hello
      spec:
        virtualMachineClassName: generic
        runPolicy: AlwaysOn
        cpu:
          cores: 1
        memory:
          size: 64Mi
        blockDeviceRefs:
        - kind: VirtualDisk
          name: d
      """;

  private static final String IMAGES =
      """
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: ClusterVirtualImage
      metadata:
        name: nowhere
      spec:
        dataSource:
          type: HTTP
          http:
            url: http://127.0.0.1:1/nothing.img
      ---
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualImage
      metadata:
        name: nowhere
        namespace: full
      spec:
        storage: ContainerRegistry
        dataSource:
          type: HTTP
          http:
            url: http://127.0.0.1:1/nothing.img
      """;

  private final List<Kubectl> all = new ArrayList<>();
  private Optional<Node> node = Optional.empty();

  @BeforeAll
  void startNode(@TempDir Path home) throws Exception {
    List<Path> programs = Kubectl.found();
    if (programs.isEmpty()) {
      System.err.println("SKIPPED: KubectlIT needs a kubectl on the PATH, and there is none");
    }
    assumeFalse(programs.isEmpty(), "no kubectl on the PATH");
    Path libvirt =
        Path.of(Optional.ofNullable(System.getenv("CAIRN_TEST_LIBVIRT_DIR")).orElseThrow());
    Node started = new Node(home, libvirt);
    node = Optional.of(started);
    for (Path program : programs) {
      Path own = Files.createDirectory(home.resolve(program.getFileName().toString()));
      all.add(new Kubectl(program, started.kubeconfig(), own));
    }
  }

  @AfterAll
  void stopNode() throws Exception {
    if (node.isPresent()) {
      node.get().close();
    }
  }

  @Test
  void everyVersionDoesWhatIsDoneEveryDay() throws Exception {
    for (Kubectl kubectl : all) {
      String space = "day-" + all.indexOf(kubectl);
      String disk = "virtualdisk.virtualization.deckhouse.io/d";
      assertEquals("namespace/" + space + " created\n", kubectl.ok("create", "namespace", space));
      assertEquals(
          List.of(space, "Active"),
          words(kubectl.ok("get", "namespace", space, "-o", "wide", "--no-headers")).subList(0, 2));
      kubectl.ok("-n", space, "create", "secret", "generic", "s", "--from-literal=a=swordfish");
      kubectl.ok("-n", space, "create", "configmap", "c", "--from-literal=a=b");
      assertEquals(
          "c3dvcmRmaXNo b",
          kubectl.ok("-n", space, "get", "secret", "s", "-o", "jsonpath={.data.a}")
              + " "
              + kubectl.ok("-n", space, "get", "configmap", "c", "-o", "jsonpath={.data.a}"));

      assertEquals(disk + " created\n", apply(kubectl, space, DISK.formatted("red")));
      assertEquals(disk + " unchanged\n", apply(kubectl, space, DISK.formatted("red")));
      assertEquals(disk + " configured\n", apply(kubectl, space, DISK.formatted("blue")));
      kubectl.ok(
          "-n",
          space,
          "patch",
          "vd",
          "d",
          "--type",
          "merge",
          "-p",
          "{\"metadata\":{\"labels\":{\"patched\":\"yes\"}}}");
      kubectl.ok("-n", space, "label", "vd", "d", "labelled=yes");
      kubectl.ok("-n", space, "annotate", "vd", "d", "noted=yes");
      assertEquals(
          "blue yes yes yes",
          kubectl.ok(
              "-n",
              space,
              "get",
              "vd",
              "d",
              "-o",
              "jsonpath={.metadata.labels.colour} {.metadata.labels.patched}"
                  + " {.metadata.labels.labelled} {.metadata.annotations.noted}"),
          kubectl.toString());
      assertEquals(
          List.of(
              "NAME",
              "PHASE",
              "CAPACITY",
              "INUSE",
              "VIRTUALMACHINE",
              "PROGRESS",
              "STORAGECLASS",
              "TARGETPVC",
              "AGE"),
          columns(kubectl.ok("-n", space, "get", "vd", "-o", "wide")));
      assertTrue(
          kubectl.ok("-n", space, "delete", "vd", "d").contains("\"d\" deleted"),
          kubectl.toString());
      kubectl.ok("delete", "namespace", space, "--wait=false");
    }
  }

  @Test
  void theNewestUnderstandsTheKinds() throws Exception {
    Kubectl kubectl = all.getLast();

    String explained = kubectl.ok("explain", "vm.spec.cpu");
    assertTrue(explained.contains("KIND:       VirtualMachine"), explained);
    assertTrue(explained.contains("coreFraction") && explained.contains("cores"), explained);
    String resources = kubectl.ok("api-resources", "--no-headers");
    assertTrue(
        resources
            .lines()
            .anyMatch(line ->
                words(line)
                    .equals(
                        List.of(
                            "virtualmachines",
                            "vm",
                            "virtualization.deckhouse.io/v1alpha2",
                            "true",
                            "VirtualMachine"))),
        resources);
  }

  @Test
  void theNewestIsToldWhichFieldNobodyKnows() throws Exception {
    Ran ran =
        all.getLast()
            .run(DISK.formatted("red") + "  colour: red\n", "apply", "-n", "default", "-f", "-");

    assertEquals(1, ran.code(), ran.toString());
    assertTrue(ran.err().contains("unknown field \"spec.colour\""), ran.toString());
    assertTrue(ran.err().contains("strict decoding error"), ran.toString());
  }

  @Test
  void theNewestSeesAMachineThroughItsLife() throws Exception {
    Kubectl kubectl = all.getLast();
    kubectl.ok("create", "namespace", "full");
    Path watched = Files.createTempFile(kubectl.home(), "watch", "");
    Process watch = kubectl.follow(watched, "-n", "full", "get", "vm", "-w");
    apply(kubectl, "full", DISK.formatted("red"));
    apply(kubectl, "full", MACHINE);
    kubectl.feed(IMAGES, "apply", "-f", "-");

    kubectl.ok(
        "-n",
        "full",
        "wait",
        "--for=jsonpath={.status.phase}=Running",
        "vm/hello",
        "--timeout=100s");
    String described = kubectl.ok("-n", "full", "describe", "vm", "hello");
    assertTrue(described.matches("(?s).*\\n  Phase: +Running\\n.*"), described);
    assertTrue(described.contains("Events:"), described);
    String wide = kubectl.ok("get", "vm,vd,vi,cvi,vmclass", "-A", "-o", "wide");
    assertEquals(
        List.of(
            "NAMESPACE NAME PHASE UPTIME CORES COREFRACTION MEMORY NEED_RESTART AGENT MIGRATABLE"
                + " NODE IPADDRESS AGE",
            "NAMESPACE NAME PHASE CAPACITY INUSE VIRTUALMACHINE PROGRESS STORAGECLASS TARGETPVC"
                + " AGE",
            "NAMESPACE NAME PHASE CDROM PROGRESS STOREDSIZE UNPACKEDSIZE REGISTRY_URL TARGETPVC"
                + " AGE",
            "NAMESPACE NAME PHASE CDROM PROGRESS STOREDSIZE UNPACKEDSIZE REGISTRY_URL AGE",
            "NAMESPACE NAME PHASE ISDEFAULT AGE"),
        wide.lines()
            .filter(line -> line.startsWith("NAMESPACE"))
            .map(line -> line.strip().replaceAll("(?<=\\S) (?=\\S)", "_").replaceAll(" +", " "))
            .toList(),
        wide);
    assertTrue(
        wide.lines()
            .anyMatch(line ->
                line.contains("virtualmachine.virtualization.deckhouse.io/hello")
                    && line.contains("Running")),
        wide);

    kubectl.ok("-n", "full", "delete", "vm", "hello");
    assertTrue(watch.isAlive(), "the watch ended: " + Files.readString(watched));
    watch.destroy();
    watch.waitFor();
    String seen = Files.readString(watched);
    assertTrue(seen.contains("NAME") && seen.contains("Running"), seen);
    kubectl.ok("delete", "cvi", "nowhere");
    kubectl.ok("delete", "namespace", "full");
  }

  private static String apply(Kubectl kubectl, String space, String manifest) throws Exception {
    return kubectl.feed(manifest, "apply", "-n", space, "-f", "-");
  }

  private static List<String> words(String line) {
    return List.of(line.strip().split("\\s+"));
  }

  /** A gap between columns is three spaces; a name may hold one. */
  private static List<String> columns(String table) {
    return List.of(table.lines().findFirst().orElse("").strip().split("\\s{2,}"));
  }
}
