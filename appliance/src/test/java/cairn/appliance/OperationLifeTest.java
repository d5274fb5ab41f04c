package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Finalizers;
import cairn.appliance.api.Reason;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.testing.FakeHypervisor.Temper;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What operations say of themselves, and what is refused. */
class OperationLifeTest {

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
  void aMachineThatCannotMoveSaysSo() {
    ask("evict", "Evict", "");
    awaitEnd("evict", "Failed", "OperationFailed");
    assertEquals(
        "There is one node; a machine cannot move.",
        condition("evict", "Completed").path("message").asString(""));
    assertEquals(
        machine().uid().toString(),
        operation("evict")
            .document()
            .path("metadata")
            .path("labels")
            .path("virtualization.deckhouse.io/virtual-machine-uid")
            .asString(""));

    ask("migrate", "Migrate", "");
    awaitEnd("migrate", "Failed", "OperationFailed");

    world.patchMachine("{'spec':{'liveMigrationPolicy':'AlwaysSafe'}}");
    ask("forced", "Evict", ",'force':true");
    awaitEnd("forced", "Failed", "NotApplicableForLiveMigrationPolicy");

    refused("where", "Migrate", ",'migrate':{'nodeSelector':{'a':'b'}}", "migrate.nodeSelector");
    refused(
        "restore",
        "Restore",
        ",'restore':{'mode':'Strict','virtualMachineSnapshotName':'s'}",
        "needs snapshots");
    refused("clone", "Clone", ",'clone':{'mode':'Strict','customization':{'namePrefix':'a'}}", "s");
  }

  @Test
  void ofAMachineThatIsNotThereOrGoes() {
    world.apply(Manifests.operation("nobody", "Stop", "").replace("hello", "nobody"));
    awaitEnd("nobody", "Failed", "VirtualMachineNotFound");

    world.hypervisor.guestTemper(id(), Temper.SLOW);
    ask("stop", "Stop", "");
    world.await("begun", () -> phase("stop").equals("InProgress"));
    assertTrue(Finalizers.stands(operation("stop").document(), Finalizers.OPERATION_CLEANUP));
    assertEquals("True", condition("stop", "SignalSent").path("status").asString(""));
    assertEquals("StopInProgress", condition("stop", "Completed").path("reason").asString(""));

    world.delete("virtualmachines", "default", "hello");

    awaitEnd("stop", "Failed", "OperationFailed");
    assertEquals(0, operation("stop").document().path("metadata").path("finalizers").size());
    world.hypervisor.guestPowersOff(id());
    world.awaitMachine("gone");
  }

  @Test
  void oneThatIsDeletedUnderWayIsNotUndone() {
    world.hypervisor.guestTemper(id(), Temper.SLOW);
    ask("stop", "Stop", "");
    world.await("begun", () -> phase("stop").equals("InProgress"));

    world.delete("virtualmachineoperations", "default", "stop");

    world.await("gone", () -> phase("stop").equals("gone"));
    world.awaitMachine("Stopping");
    world.hypervisor.guestPowersOff(id());
    world.awaitMachine("Stopped");
    ask("start", "Start", "");
    awaitEnd("start", "Completed", "OperationCompleted");
  }

  @Test
  void aGentleStopMakesWayForOneByForceAndOthersAreRefused() {
    world.hypervisor.guestTemper(id(), Temper.SLOW);
    ask("stop", "Stop", "");
    world.await("begun", () -> phase("stop").equals("InProgress"));
    refused("start", "Start", "", "\"stop\" (Stop) on machine \"hello\" is not finished");
    refused("again", "Stop", "", "replace it by a Stop or Restart with force: true");
    refused("away", "Evict", "", "is not finished");

    ask("force", "Stop", ",'force':true");

    awaitEnd("stop", "Superseded", "Superseded");
    awaitEnd("force", "Completed", "OperationCompleted");
    assertEquals("Stopped", world.machine());
  }

  @Test
  void onlyTheTenNewestAreKept() {
    for (int at = 0; at < 12; at++) {
      String name = "evict-" + at;
      ask(name, "Evict", "");
      awaitEnd(name, "Failed", "OperationFailed");
    }

    world.await("the first ones gone", () -> phase("evict-0").equals("gone"));
    world.await("the first ones gone", () -> phase("evict-1").equals("gone"));
    assertEquals("Failed", phase("evict-2"));
    assertEquals("Failed", phase("evict-11"));
  }

  @Test
  void oneThatIsDoneIsKeptForADay() {
    ask("evict", "Evict", "");
    awaitEnd("evict", "Failed", "OperationFailed");

    world.skipped = Duration.ofHours(23);
    look("once");
    assertEquals("Failed", phase("evict"));
    // Its age counts from the first look, which may come any time after it was done.
    world.await(
        "gone",
        () -> {
          world.skipped = world.skipped.plusHours(25);
          look("at " + world.skipped);
          return phase("evict").equals("gone");
        });
  }

  /** Makes the controller look, if the operation is still there. */
  private void look(String value) {
    String change = "{'metadata':{'annotations':{'look':'" + value + "'}}}";
    try {
      world.patch("VirtualMachineOperation", "evict", change);
    } catch (Refusal gone) {
      assertEquals(Reason.NOT_FOUND, gone.reason());
    }
  }

  private void ask(String name, String type, String more) {
    world.apply(Manifests.operation(name, type, more));
  }

  private void refused(String name, String type, String more, String why) {
    Refusal refusal = assertThrows(Refusal.class, () -> ask(name, type, more));
    assertTrue(String.valueOf(refusal.getMessage()).contains(why), refusal.getMessage());
  }

  private void awaitEnd(String name, String phase, String reason) {
    world.await(name + " " + phase, () -> phase(name).equals(phase));
    assertEquals(reason, condition(name, "Completed").path("reason").asString(""), name);
  }

  private String phase(String name) {
    return world.phase("virtualmachineoperations", "default", name);
  }

  private JsonNode condition(String name, String type) {
    return Conditions.find(operation(name).document(), type).orElseThrow();
  }

  private Resource operation(String name) {
    return world.get("virtualmachineoperations" + World.GROUP, "default", name).orElseThrow();
  }

  private Resource machine() {
    return world.get("virtualmachines" + World.GROUP, "default", "hello").orElseThrow();
  }

  private MachineId id() {
    return new MachineId(machine().uid());
  }
}
