package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.machine.RunPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operations on real guests: which of them a machine takes in which phase, which take the place of
 * one under way, and what is left of a guest that does not hear its power button.
 */
class OperationsIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));

  private static final String PHASE = "Failed NotApplicableForVirtualMachinePhase";
  private static final String DONE = "Completed OperationCompleted";
  private static final String REPLACED = "Superseded Superseded";

  /** Longer than any of these stories: only force ends a deaf guest in time. */
  private static final String PATIENT = "\"terminationGracePeriodSeconds\":600";

  @Test
  void storiesSideBySide(@TempDir Path home) throws Exception {
    try (Node node = new Node(home, LIBVIRT);
        GuestSector guest = new GuestSector();
        KubernetesClient client = node.client()) {
      Fleet fleet = new Fleet(client);
      fleet.prepare(guest);
      List<Consumer<SectorMachine>> stories =
          List.of(
              machine -> forceReplacesWhatADeafGuestDoesNotHear(machine, "Stop", "Stop", "Stopped"),
              machine ->
                  forceReplacesWhatADeafGuestDoesNotHear(machine, "Stop", "Restart", "Running"),
              machine ->
                  forceReplacesWhatADeafGuestDoesNotHear(machine, "Restart", "Stop", "Stopped"),
              machine ->
                  forceReplacesWhatADeafGuestDoesNotHear(machine, "Restart", "Restart", "Running"),
              OperationsIT::aDeafGuestIsEndedWhenItsGraceIsOver,
              OperationsIT::aMachineTakesWhatItsPhaseAllows,
              OperationsIT::aStopTakesBackAStartThatWaits,
              OperationsIT::aMachineThatWaitsForItsDiskTakesOnlyAStop);
      List<Runnable> told = new ArrayList<>();
      for (int which = 0; which < stories.size(); which++) {
        fleet.createMachine(which, "Manual", "");
        SectorMachine machine = new SectorMachine(fleet, node, LIBVIRT, which);
        Consumer<SectorMachine> story = stories.get(which);
        told.add(() -> story.accept(machine));
      }
      Together.all(told);
    }
  }

  private static void forceReplacesWhatADeafGuestDoesNotHear(
      SectorMachine machine, String gentle, String forced, String phase) {
    machine.createDisk();
    machine.change(PATIENT);
    assertEquals(DONE, machine.operation("Start"));
    machine.awaitBoots(1);
    machine.type('D');
    long deaf = machine.instance();
    String under = machine.ask(gentle);
    machine.awaitPhase("Stopping");
    for (String other : List.of("Start", "Stop", "Restart", "Evict")) {
      machine.refused(other, "replace it by a Stop or Restart with force: true");
    }
    assertEquals(deaf, machine.instance());

    String by = machine.force(forced);

    assertEquals(REPLACED, machine.ending(under));
    assertEquals(DONE, machine.ending(by));
    machine.awaitPhase(phase);
    assertNotEquals(deaf, machine.instance());
  }

  private static void aStopTakesBackAStartThatWaits(SectorMachine machine) {
    machine.awaitPhase("Stopped");
    String start = machine.ask("Start");
    machine.awaitPhase("Pending");
    machine.refused("Start", "replace it by a Stop");

    String stop = machine.ask("Stop");

    assertEquals(REPLACED, machine.ending(start));
    assertEquals(DONE, machine.ending(stop));
    machine.awaitPhase("Stopped");
  }

  private static void aMachineTakesWhatItsPhaseAllows(SectorMachine machine) {
    machine.createDisk();
    machine.awaitPhase("Stopped");
    for (String type : List.of("Stop", "Restart", "Evict")) {
      assertEquals(PHASE, machine.operation(type), type);
    }
    assertEquals(DONE, machine.operation("Start"));
    assertEquals(PHASE, machine.operation("Start"));
    assertEquals("Failed OperationFailed", machine.operation("Evict"));
    long instance = machine.instance();

    machine.suspend();
    machine.awaitPhase("Pause");
    assertEquals(PHASE, machine.operation("Start"));
    assertEquals(PHASE, machine.operation("Evict"));
    assertEquals(DONE, machine.operation("Restart"));
    assertNotEquals(instance, machine.instance());

    machine.suspend();
    machine.awaitPhase("Pause");
    assertEquals(DONE, machine.operation("Stop"));
    machine.awaitPhase("Stopped");
  }

  private static void aMachineThatWaitsForItsDiskTakesOnlyAStop(SectorMachine machine) {
    // Only a machine that rested by its policy begins to run with this one.
    machine.policy(RunPolicy.ALWAYS_OFF);
    machine.policy(RunPolicy.ALWAYS_ON_UNLESS_STOPPED_MANUALLY);
    machine.awaitPhase("Pending");
    for (String type : List.of("Start", "Restart", "Evict")) {
      assertEquals(PHASE, machine.operation(type), type);
    }

    assertEquals(DONE, machine.operation("Stop"));

    machine.awaitPhase("Stopped");
  }

  private static void aDeafGuestIsEndedWhenItsGraceIsOver(SectorMachine machine) {
    machine.createDisk();
    assertEquals(DONE, machine.operation("Start"));
    machine.awaitBoots(1);
    machine.type('D');
    long asked = System.nanoTime();

    assertEquals(DONE, machine.operation("Stop"));

    machine.awaitPhase("Stopped");
    // The fleet's machines have five seconds.
    assertTrue(System.nanoTime() - asked >= 5_000_000_000L, "its grace was cut short");
    assertEquals("destroyed", machine.endedBy());
  }
}
