package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.MachineId;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What becomes of each field of a running machine's spec that is changed. */
class PendingRestartTest {

  /** A change, what takes it back, and what waits for a restart then; empty for nothing. */
  private record Row(String change, String back, String waits) {}

  private static final String NOTHING = "";

  private static final List<Row> FIELDS =
      List.of(
          // At once.
          new Row("'runPolicy':'Manual'", "'runPolicy':'AlwaysOnUnlessStoppedManually'", NOTHING),
          new Row("'provisioning':null", "'provisioning':null", NOTHING),
          // Read when it is needed.
          new Row("'liveMigrationPolicy':'AlwaysSafe'", "'liveMigrationPolicy':null", NOTHING),
          new Row(
              "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root','bootOrder':3}]",
              "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root'}]",
              NOTHING),
          // Plugged in while it runs, once it is there.
          new Row(
              "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root'},{'kind':'VirtualDisk','name':'more'}]",
              "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root'}]",
              NOTHING),
          // The same in other words.
          new Row("'memory':{'size':'0.125Gi'}", "'memory':{'size':'128Mi'}", NOTHING),
          new Row("'networks':[{'type':'Main'}]", "'networks':null", NOTHING),
          new Row("'nodeSelector':{}", "'nodeSelector':null", NOTHING),
          // With the next instance.
          new Row(
              "'virtualMachineClassName':'other'",
              "'virtualMachineClassName':'generic'",
              "replace virtualMachineClassName generic other"),
          new Row("'cpu':{'cores':2}", "'cpu':{'cores':1}", "replace cpu.cores 1 2"),
          new Row(
              "'cpu':{'coreFraction':'50%'}",
              "'cpu':{'coreFraction':'100%'}", "replace cpu.coreFraction 100% 50%"),
          new Row(
              "'cpu':{'cores':2,'coreFraction':'50%'}",
              "'cpu':{'cores':1,'coreFraction':'100%'}",
              "replace cpu {cores:1,coreFraction:100%} {cores:2,coreFraction:50%}"),
          new Row(
              "'memory':{'size':'256Mi'}",
              "'memory':{'size':'128Mi'}",
              "replace memory.size 128Mi 256Mi"),
          new Row("'osType':'Windows'", "'osType':'Generic'", "replace osType Generic Windows"),
          new Row("'bootloader':'EFI'", "'bootloader':'BIOS'", "replace bootloader BIOS EFI"),
          new Row(
              "'enableParavirtualization':false",
              "'enableParavirtualization':true",
              "replace enableParavirtualization true false"),
          new Row(
              "'terminationGracePeriodSeconds':30",
              "'terminationGracePeriodSeconds':60",
              "replace terminationGracePeriodSeconds 60 30"),
          new Row(
              "'virtualMachineIPAddressName':'other'",
              "'virtualMachineIPAddressName':null",
              "add virtualMachineIPAddress - other"),
          new Row(
              "'nodeSelector':{'kubernetes.io/hostname':'cairn-test'}",
              "'nodeSelector':null",
              "add nodeSelector - {kubernetes.io/hostname:cairn-test}"),
          new Row(
              "'tolerations':[{'key':'a','operator':'Exists'}]",
              "'tolerations':null",
              "add tolerations - [{key:a,operator:Exists}]"),
          new Row(
              "'priorityClassName':'high'",
              "'priorityClassName':null",
              "add priorityClassName - high"));

  private static final List<String> REFUSED =
      List.of(
          "'usbDevices':[{'name':'stick'}]",
          "'gpus':[{'gpuClassName':'big'}]",
          "'networks':[{'type':'Main'},{'type':'Network','name':'blue'}]",
          "'cpu':{'coreFraction':'Auto'}");

  @TempDir private Path folder;
  private World world;

  @BeforeEach
  void begin() {
    world = new World(folder);
    Manifests.all(world, "");
    world.awaitMachine("Running");
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void everyFieldIsOfItsClass() {
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachineClass',"
            + "'metadata':{'name':'other'},'spec':{'cpu':{'type':'Host'}}}");
    long instance = pid();
    for (Row row : FIELDS) {
      patch(row.change());
      assertEquals(row.waits(), waiting(), row.change());
      boolean waits = !row.waits().isEmpty();
      assertEquals(waits ? "False" : "none", condition("ConfigurationApplied"), row.change());
      assertEquals(
          waits ? "True" : "none", condition("AwaitingRestartToApplyConfiguration"), row.change());
      patch(row.back());
      assertEquals("", waiting(), row.back());
      assertEquals("none", condition("AwaitingRestartToApplyConfiguration"), row.back());
      assertEquals(instance, pid(), row.change());
    }
    for (String change : REFUSED) {
      assertThrows(Refusal.class, () -> patch(change), change);
    }
  }

  @Test
  void whatWaitsIsAppliedByARestartAndTold() {
    patch("'memory':{'size':'256Mi'}");
    long instance = pid();

    world.apply(Manifests.operation("restart", "Restart", ""));

    world.await("a new instance", () -> pid() != instance && pid() > 0);
    world.awaitMachine("Running");
    assertEquals("", waiting());
    assertEquals("256Mi", status().path("resources").path("memory").path("size").asString(""));
    assertTrue(
        world.told.contains(
            "hello RestartAwaitingChanges: A restart is needed to apply: memory.size."),
        world.told::toString);
    assertTrue(
        world.told.stream().anyMatch(each -> each.startsWith("hello ChangesApplied")),
        world.told::toString);
  }

  @Test
  void approvalByItselfRestartsAtOnceAndAStoppedMachineTakesEverything() {
    patch("'disruptions':{'restartApprovalMode':'Automatic'}");
    assertEquals("", waiting());
    long instance = pid();

    patch("'cpu':{'cores':2}");

    world.await("a new instance", () -> pid() > 0 && pid() != instance);
    world.awaitMachine("Running");
    world.await(
        "two cores", () -> status().path("resources").path("cpu").path("cores").asInt(0) == 2);

    world.apply(Manifests.operation("stop", "Stop", ""));
    world.awaitMachine("Stopped");
    patch("'cpu':{'cores':4}");
    assertEquals("", waiting());
    assertEquals("none", condition("ConfigurationApplied"));
    assertEquals(4, status().path("resources").path("cpu").path("cores").asInt(0));
    assertEquals("Stopped", world.machine());
  }

  @Test
  void aClassThatMovesItsMachinesMakesThemWaitWithoutAList() {
    world.patch(
        "VirtualMachineClass",
        "generic",
        "{'spec':{'tolerations':[{'key':'a','operator':'Exists'}]}}");

    world.await(
        "the condition", () -> condition("AwaitingRestartToApplyConfiguration").equals("True"));
    assertEquals("", waiting());
    world.apply(Manifests.operation("restart", "Restart", ""));
    world.await("applied", () -> condition("AwaitingRestartToApplyConfiguration").equals("none"));
  }

  @Test
  void whatIsSaidIsSaidOfOneGeneration() {
    patch("'memory':{'size':'256Mi'}");

    long generation = machine().generation();
    assertEquals(generation, status().path("observedGeneration").asLong(0));
    for (JsonNode condition : status().path("conditions")) {
      assertEquals(generation, condition.path("observedGeneration").asLong(0), condition::toString);
    }
    JsonNode phases = status().path("stats").path("phasesTransitions");
    assertEquals("Pending", phases.path(0).path("phase").asString(""));
    JsonNode launch = status().path("stats").path("launchTimeDuration");
    assertTrue(
        launch.path("waitingForDependencies").asString("").matches("[0-9]+s"), launch::toString);
    assertTrue(
        launch.path("virtualMachineStarting").asString("").matches("[0-9]+s"), launch::toString);
  }

  private void patch(String change) {
    world.patchMachine("{'spec':{" + change + "}}");
    world.await(
        "the change to be seen: " + change,
        () -> status().path("observedGeneration").asLong(0) == machine().generation());
  }

  private String waiting() {
    return status()
        .path("restartAwaitingChanges")
        .valueStream()
        .map(each ->
            "%s %s %s %s"
                .formatted(
                    each.path("operation").asString(""),
                    each.path("path").asString(""),
                    value(each.path("currentValue")),
                    value(each.path("desiredValue"))))
        .collect(Collectors.joining("; "));
  }

  private static String value(JsonNode value) {
    return value.isMissingNode()
        ? "-"
        : value.isString() ? value.asString("") : value.toString().replace("\"", "");
  }

  private String condition(String type) {
    return Conditions.find(machine().document(), type)
        .map(each -> each.path("status").asString(""))
        .orElse("none");
  }

  private Resource machine() {
    return world.get("virtualmachines" + World.GROUP, "default", "hello").orElseThrow();
  }

  private JsonNode status() {
    return machine().document().path("status");
  }

  private long pid() {
    return world
        .hypervisor
        .observe(new MachineId(machine().uid()))
        .orElseThrow()
        .instancePid()
        .orElse(-1);
  }
}
