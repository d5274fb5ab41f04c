package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Refusal;
import cairn.appliance.placement.Budget;
import cairn.appliance.resource.Resource;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Machines find a place on the host or wait for one, and say why. */
class MachinePlacementTest {

  private static final String MACHINES = "virtualmachines" + World.GROUP;

  @TempDir private Path folder;
  private World world;

  @BeforeEach
  void begin() {
    // Room for two machines of 1 GiB.
    world = new World(folder, new Budget(64_000, 2500L << 20));
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void theThirdWaitsAndStartsByItselfWhenRoomComes() {
    machine("one", "");
    awaitPhase("one", "Running");
    machine("two", "");
    awaitPhase("two", "Running");
    machine("three", "");

    awaitPhase("three", "Pending");
    world.await(
        "the numbers",
        () ->
            why("three")
                    .startsWith(
                        "Could not schedule: node cairn-test has not enough memory: asked 1Gi and")
                && why("three").contains("of 2.4Gi, held by one 1.1Gi, two 1.1Gi"));
    assertEquals("PodNotStarted", reason("three"));

    world.patch("VirtualMachine", "one", "{'spec':{'runPolicy':'AlwaysOff'}}");

    awaitPhase("three", "Running");
    awaitPhase("one", "Stopped");
  }

  @Test
  void whatRunsHasItsPlaceAfterTheServiceCameBack() {
    machine("one", "");
    awaitPhase("one", "Running");
    machine("two", "");
    awaitPhase("two", "Running");

    world.restart();
    machine("three", "");

    awaitPhase("three", "Pending");
    world.await("held by both", () -> why("three").contains("one 1.1Gi, two 1.1Gi"));
    world.delete("virtualmachines", "default", "two");
    awaitPhase("three", "Running");
  }

  @Test
  void aSelectorThatDoesNotFitWaitsForTheNodeOfThatKind() {
    machine("one", ",'nodeSelector':{'disk':'ssd'}");

    awaitPhase("one", "Pending");
    world.await(
        "the reason", () -> why("one").contains("spec.nodeSelector wants disk=ssd; the node"));
    assertEquals("PodNotStarted", reason("one"));

    world.resources.amend(
        world.get("nodes", "", "cairn-test").orElseThrow(),
        object -> {
          object.document().withObject("/metadata").withObject("labels").put("disk", "ssd");
          return object;
        });
    awaitPhase("one", "Running");
  }

  @Test
  void machinesThatKeepApartDoNotRunTogether() {
    String apart =
        ",'affinity':{'virtualMachineAndPodAntiAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
            + "[{'labelSelector':{},'topologyKey':'kubernetes.io/hostname'}]}}";
    machine("one", apart);
    awaitPhase("one", "Running");
    machine("two", apart);

    awaitPhase("two", "Pending");
    world.await("the reason", () -> why("two").contains("machine one runs on node cairn-test"));
    world.delete("virtualmachines", "default", "one");

    awaitPhase("two", "Running");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ,'usbDevices':[{'name':'stick'}]   | spec.usbDevices: USB device attachment requires the USB feature gate
          ,'gpus':[{'gpuClassName':'a'}]     | spec.gpus: GPU device attachment requires the GPU feature gate
          ,'networks':[{'type':'Main'},{'type':'Network','name':'x'}] | spec.networks: network configuration requires SDN to be enabled
          ,'networks':[{'type':'ClusterNetwork','name':'x'}] | spec.networks: network configuration requires SDN to be enabled
          ,'nodeSelector':{'a':'b c'}        | spec.nodeSelector[a]: "b c" is no value of a label
          ,'tolerations':[{'key':'a','operator':'Like'}] | spec.tolerations[0].operator: "Like": supported values: Equal, Exists
          """)
  void whatCannotBeIsRefused(String more, String sentence) {
    Refusal refusal = assertThrows(Refusal.class, () -> machine("one", more));

    assertTrue(String.valueOf(refusal.getMessage()).contains(sentence), refusal.getMessage());
  }

  @Test
  void anAutomaticFractionIsRefusedAsWhereTheFeatureIsMissing() {
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachineClass',"
            + "'metadata':{'name':'plain'},'spec':{'cpu':{'type':'Host'}}}");

    Refusal refusal =
        assertThrows(
            Refusal.class,
            () ->
                world.apply(
                    document("one", "'cores':1,'coreFraction':'Auto'", "1Gi")
                        .replace("MORE", "")
                        .replace("'spec':{", "'spec':{'virtualMachineClassName':'plain',")));

    assertTrue(
        String.valueOf(refusal.getMessage())
            .contains(
                "spec.cpu.coreFraction: automatic CPU core fraction (spec.cpu.coreFraction: \"Auto\") is unavailable"),
        refusal.getMessage());
  }

  @Test
  void whatCanNeverStartIsToldSoAtOnce() {
    disk("one");

    List<String> warnings =
        world.create(document("one", "'cores':1", "3Gi").replace("MORE", "")).warnings();

    assertEquals(1, warnings.size());
    assertTrue(
        warnings
            .getFirst()
            .startsWith("the machine can never start on node cairn-test: memory.size 3Gi and"),
        warnings.getFirst());
  }

  private void machine(String name, String more) {
    disk(name);
    world.apply(document(name, "'cores':1", "1Gi").replace("]MORE", "]" + more));
  }

  private void disk(String name) {
    if (world.get("virtualdisks" + World.GROUP, "default", name).isEmpty()) {
      world.apply(
          "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualDisk',"
              + "'metadata':{'name':'"
              + name
              + "','namespace':'default'},'spec':{'persistentVolumeClaim':{'size':'1Mi'}}}");
    }
  }

  private static String document(String name, String cpu, String memory) {
    return ("{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachine',"
            + "'metadata':{'name':'NAME','namespace':'default'},'spec':{'cpu':{CPU},"
            + "'memory':{'size':'MEMORY'},'blockDeviceRefs':[{'kind':'VirtualDisk','name':'NAME'}]MORE}}")
        .replace("NAME", name)
        .replace("CPU", cpu)
        .replace("MEMORY", memory);
  }

  private void awaitPhase(String name, String phase) {
    world.await(
        name + " " + phase, () -> world.phase("virtualmachines", "default", name).equals(phase));
  }

  private String why(String name) {
    return condition(name, "message");
  }

  private String reason(String name) {
    return condition(name, "reason");
  }

  private String condition(String name, String field) {
    Resource machine = world.get(MACHINES, "default", name).orElseThrow();
    return Conditions.find(machine.document(), "Running")
        .map(running -> running.path(field).asString(""))
        .orElse("");
  }
}
