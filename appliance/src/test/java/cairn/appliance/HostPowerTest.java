package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.resource.Resource;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.testing.FakeHypervisor.Temper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens to machines when their host goes down and comes up. */
class HostPowerTest {

  private static final Duration AMPLE = Duration.ofSeconds(20);

  @TempDir private Path folder;
  private World world;

  @BeforeEach
  void begin() {
    world = new World(folder);
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void theyGoInReverseOrderAndComeBackInOrderAsTheirPolicySays() {
    Manifests.all(world, "");
    machine("early", "-5", "");
    machine("late", "5", ",'runPolicy':'AlwaysOn'");
    machine("byhand", "1", ",'runPolicy':'Manual'");
    machine("off", "1", "");
    await("Running", "hello", "early", "late", "off");
    world.apply(Manifests.operation("start", "Start", "").replace("hello", "byhand"));
    await("Running", "byhand");
    world.apply(Manifests.operation("stop", "Stop", "").replace("hello", "off"));
    await("Stopped", "off");
    world.await("its stop to be told", () -> told("Stopped").equals(List.of("off")));
    world.told.clear();

    world.shutDownHost(AMPLE);

    for (String name : List.of("hello", "early", "late", "byhand", "off")) {
      assertEquals("Stopped", phase(name), name);
    }
    assertEquals(List.of("late", "byhand", "hello", "early"), told("Stopped"));
    world.told.clear();

    world.bootHost();

    await("Running", "early", "hello", "late");
    assertEquals(List.of("early", "hello", "late"), told("Started"));
    assertEquals("Stopped", phase("byhand"));
    assertEquals("Stopped", phase("off"));
  }

  @Test
  void aGuestThatDoesNotHearIsEndedWhenTheLimitIsOver() {
    Manifests.all(world, ",'runPolicy':'AlwaysOn'");
    await("Running", "hello");
    world.hypervisor.guestTemper(id("hello"), Temper.SLOW);

    world.shutDownHost(Duration.ofMillis(300));

    assertTrue(
        world.hypervisor.observe(id("hello")).orElseThrow().power()
            instanceof MachineObservation.Power.Stopped);
    assertEquals("Stopped", phase("hello"));
  }

  @Test
  void aServiceThatOnlyStartsAnewLeavesThemRunning() {
    Manifests.all(world, "");
    await("Running", "hello");
    var instance = world.hypervisor.observe(id("hello")).orElseThrow().instancePid();

    world.restart();

    world.await("a pass", () -> phase("hello").equals("Running"));
    assertEquals(instance, world.hypervisor.observe(id("hello")).orElseThrow().instancePid());
  }

  @Test
  void aStopUnderWayIsStillOneWhenTheServiceComesBack() {
    Manifests.all(world, "");
    await("Running", "hello");
    world.hypervisor.guestTemper(id("hello"), Temper.SLOW);
    world.apply(Manifests.operation("stop", "Stop", ""));
    await("Stopping", "hello");

    world.restart();
    world.patchMachine("{'spec':{'disruptions':{'restartApprovalMode':'Automatic'}}}");

    world.await(
        "a pass of the new service",
        () ->
            machine("hello").document().path("status").path("observedGeneration").asLong(0)
                == machine("hello").generation());
    assertEquals("Stopping", phase("hello"));
    world.hypervisor.guestPowersOff(id("hello"));
    await("Stopped", "hello");
  }

  private void machine(String name, String order, String more) {
    Manifests.disk(world, name);
    Manifests.machine(
        world, name, name, ",'annotations':{'cairn.io/start-order':'" + order + "'}", more);
  }

  private void await(String phase, String... names) {
    for (String name : names) {
      world.await(name + " " + phase, () -> phase(name).equals(phase));
    }
  }

  private String phase(String name) {
    return world.phase("virtualmachines", "default", name);
  }

  private Resource machine(String name) {
    return world.get("virtualmachines" + World.GROUP, "default", name).orElseThrow();
  }

  private MachineId id(String name) {
    return new MachineId(machine(name).uid());
  }

  private List<String> told(String reason) {
    return world.told.stream()
        .filter(each -> each.contains(" " + reason + ": "))
        .map(each -> each.substring(0, each.indexOf(' ')))
        .toList();
  }
}
