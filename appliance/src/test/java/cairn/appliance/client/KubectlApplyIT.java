package cairn.appliance.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import cairn.appliance.node.Kubectl;
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

/** Server-side apply as people use it: by every kubectl found, against the API alone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubectlApplyIT {

  private static final String MAP =
      """
      apiVersion: v1
      kind: ConfigMap
      metadata:
        name: %s
        namespace: default
      data:
        key: "%s"
        other: stays
      """;

  private static final String MACHINE =
      """
      apiVersion: virtualization.deckhouse.io/v1alpha2
      kind: VirtualMachine
      metadata:
        name: %s
        namespace: default
        creationTimestamp: null
      spec:
        virtualMachineClassName: generic
        runPolicy: AlwaysOff
        cpu:
          cores: %d
        memory:
          size: 64Mi
        blockDeviceRefs:
        - kind: VirtualDisk
          name: d
      status: {}
      """;

  private static final String SECRET =
      """
      apiVersion: v1
      kind: Secret
      metadata:
        name: %s
        namespace: default
      stringData:
        password: swordfish
      %s
      """;

  private static final String OWNERS =
      "jsonpath={range .metadata.managedFields[*]}{.manager}:{.operation} {end}";

  private final List<Kubectl> all = new ArrayList<>();
  private Optional<RunningApi> api = Optional.empty();

  @BeforeAll
  void start(@TempDir Path home) throws Exception {
    List<Path> programs = Kubectl.found();
    if (programs.isEmpty()) {
      System.err.println("SKIPPED: KubectlApplyIT needs a kubectl on the PATH, and there is none");
    }
    assumeFalse(programs.isEmpty(), "no kubectl on the PATH");
    RunningApi started = new RunningApi(home);
    api = Optional.of(started);
    started.kubeconfig(home);
    for (Path program : programs) {
      Path own = Files.createDirectory(home.resolve(program.getFileName().toString()));
      all.add(new Kubectl(program, home.resolve("kubeconfig"), own));
    }
  }

  @AfterAll
  void stop() {
    api.ifPresent(RunningApi::close);
  }

  @Test
  void everyVersionGoesFromItsOwnApplyingToTheServers() throws Exception {
    for (Kubectl kubectl : all) {
      String name = "migrated-" + all.indexOf(kubectl);
      kubectl.feed(MAP.formatted(name, "one"), "apply", "-f", "-");
      assertEquals("kubectl-client-side-apply:Update ", owners(kubectl, "cm", name));

      String said = kubectl.feed(MAP.formatted(name, "two"), "apply", "--server-side", "-f", "-");

      assertEquals("configmap/" + name + " serverside-applied\n", said, kubectl.toString());
      assertEquals("two", value(kubectl, "cm", name, "{.data.key}"));
      String owners = owners(kubectl, "cm", name);
      assertTrue(owners.contains("kubectl:Apply"), kubectl + ": " + owners);
      assertFalse(owners.contains("kubectl-client-side-apply"), kubectl + ": " + owners);

      kubectl.feed(
          MAP.formatted(name, "two").replace("  other: stays\n", ""),
          "apply",
          "--server-side",
          "-f",
          "-");
      assertEquals("", value(kubectl, "cm", name, "{.data.other}"), kubectl.toString());
    }
  }

  @Test
  void everyVersionShowsConflictsAndTakesOver() throws Exception {
    for (Kubectl kubectl : all) {
      String name = "contested-" + all.indexOf(kubectl);
      kubectl.feed(MAP.formatted(name, "one"), "apply", "--server-side", "-f", "-");
      String[] other = {"apply", "--server-side", "--field-manager=other", "-f", "-"};

      Ran refused = kubectl.run(MAP.formatted(name, "two"), other);

      assertEquals(1, refused.code(), refused.toString());
      assertTrue(
          refused
              .err()
              .contains("Apply failed with 1 conflict: conflict with \"kubectl\": .data.key"),
          refused.toString());
      assertTrue(refused.err().contains("--force-conflicts"), refused.toString());
      assertEquals("one", value(kubectl, "cm", name, "{.data.key}"));

      kubectl.feed(
          MAP.formatted(name, "two"),
          "apply",
          "--server-side",
          "--field-manager=other",
          "--force-conflicts",
          "-f",
          "-");
      assertEquals("two", value(kubectl, "cm", name, "{.data.key}"));
      assertEquals("kubectl:Apply other:Apply ", owners(kubectl, "cm", name));
      Ran back = kubectl.run(MAP.formatted(name, "one"), "apply", "--server-side", "-f", "-");
      assertTrue(back.err().contains("conflict with \"other\": .data.key"), back.toString());
    }
  }

  @Test
  void everyVersionShowsWhatWouldBeAndChangesNothing() throws Exception {
    for (Kubectl kubectl : all) {
      String name = "shown-" + all.indexOf(kubectl);
      kubectl.feed(MACHINE.formatted(name, 1), "apply", "--server-side", "-f", "-");
      String before = value(kubectl, "vm", name, "{.metadata.resourceVersion}");
      String[] diff = {"diff", "--server-side", "-f", "-"};

      Ran same = kubectl.run(MACHINE.formatted(name, 1), diff);
      Ran other = kubectl.run(MACHINE.formatted(name, 2), diff);
      String dry =
          kubectl.feed(
              MACHINE.formatted(name, 2),
              "apply",
              "--server-side",
              "--dry-run=server",
              "-f",
              "-",
              "-o",
              "jsonpath={.spec.cpu.cores}");
      kubectl.feed(MACHINE.formatted(name, 1), "apply", "--server-side", "-f", "-");

      assertEquals(0, same.code(), kubectl + ": " + same);
      assertEquals(1, other.code(), kubectl + ": " + other);
      assertTrue(
          other.out().contains("-    cores: 1") && other.out().contains("+    cores: 2"),
          other.toString());
      assertEquals("2", dry);
      assertEquals(
          before, value(kubectl, "vm", name, "{.metadata.resourceVersion}"), kubectl.toString());
    }
  }

  @Test
  void everyVersionAppliesOurKindsAndTheCores() throws Exception {
    for (Kubectl kubectl : all) {
      String name = "kinds-" + all.indexOf(kubectl);
      kubectl.feed(
          MACHINE.formatted(name, 1)
              + "---\n"
              + SECRET.formatted(name, "  user: sailor")
              + "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: "
              + name
              + "\n",
          "apply",
          "--server-side",
          "-f",
          "-");
      kubectl.feed(SECRET.formatted(name, ""), "apply", "--server-side", "-f", "-");

      assertEquals(
          "{\"password\":\"c3dvcmRmaXNo\"}",
          value(kubectl, "secret", name, "{.data}"),
          kubectl.toString());
      assertEquals("kubectl:Apply ", owners(kubectl, "vm", name), kubectl.toString());
      assertEquals("Active", value(kubectl, "namespace", name, "{.status.phase}"));
      kubectl.ok("-n", "default", "label", "vm", name, "colour=red");
      assertEquals("kubectl:Apply kubectl-label:Update ", owners(kubectl, "vm", name));
      Ran strict =
          kubectl.run(
              MACHINE.formatted(name, 1).replace("  cpu:\n", "  colour: red\n  cpu:\n"),
              "apply",
              "--server-side",
              "-f",
              "-");
      assertEquals(1, strict.code(), strict.toString());
      assertTrue(
          strict.err().contains(".spec.colour: field not declared in schema"), strict.toString());
    }
  }

  private static String owners(Kubectl kubectl, String kind, String name) throws Exception {
    return kubectl.ok("-n", "default", "get", kind, name, "--show-managed-fields", "-o", OWNERS);
  }

  private static String value(Kubectl kubectl, String kind, String name, String path)
      throws Exception {
    return kubectl.ok("-n", "default", "get", kind, name, "-o", "jsonpath=" + path);
  }
}
