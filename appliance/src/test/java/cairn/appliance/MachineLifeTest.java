package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Refusal;
import cairn.appliance.resource.Resource;
import cairn.appliance.store.ResourceStore;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestReport;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineObservation.StopCause;
import cairn.hypervisor.testing.FakeHypervisor;
import cairn.storage.ByteSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** From manifests to a machine and back to nothing, over everything but a real host. */
class MachineLifeTest {

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
  void aManifestBecomesARunningMachineInAnyOrder() {
    machine("");
    disk();
    image();

    world.awaitMachine("Running");

    Resource machine = world.get("virtualmachines" + World.GROUP, "default", "hello").orElseThrow();
    var status = machine.document().path("status");
    assertEquals("10.66.10.2", status.path("ipAddress").asString(""));
    assertEquals("cairn-test", status.path("nodeName").asString(""));
    assertEquals(
        "generic", machine.document().path("spec").path("virtualMachineClassName").asString(""));
    assertEquals(1, world.network.taps().size());
    assertEquals(1, world.network.reservations().size());
    world.await(
        "disk mounted",
        () ->
            world
                .get("virtualdisks" + World.GROUP, "default", "root")
                .orElseThrow()
                .document()
                .path("status")
                .path("attachedToVirtualMachines")
                .path(0)
                .path("mounted")
                .asBoolean(false));
  }

  @Test
  void deletingEverythingLeavesNothing() {
    all();
    world.awaitMachine("Running");

    world.delete("virtualdisks", "default", "root");
    world.delete("virtualmachines", "default", "hello");
    world.delete("virtualimages", "default", "base");

    world.awaitMachine("gone");
    world.await("disk gone", () -> world.phase("virtualdisks", "default", "root").equals("gone"));
    world.await("image gone", () -> world.phase("virtualimages", "default", "base").equals("gone"));
    assertEquals(List.of(), world.hypervisor.observeAll());
    assertEquals(List.of(), world.network.taps());
    assertEquals(List.of(), world.network.reservations());
    assertEquals(List.of(), world.pool.disks());
    world.await("cache empty", () -> world.cache.images().isEmpty());
    world.await(
        "lease released",
        () -> world.phase("virtualmachineipaddressleases", "", "ip-10-66-10-2").equals("Released"));
  }

  @Test
  void whatTheAgentSaysIsInTheStatusWhileItAnswers() {
    all();
    world.awaitMachine("Running");
    world.await("no agent", () -> condition("AgentReady").equals("False AgentNotReady"));
    assertTrue(status().path("guestOSInfo").isMissingNode());

    world.hypervisor.guestAgentIs(id(), agent(Set.of(), "10.66.10.2"));

    world.await("an agent", () -> condition("AgentReady").equals("True AgentReady"));
    assertEquals("Tiny guest", status().path("guestOSInfo").path("name").asString(""));
    assertEquals("", condition("AgentVersionNotSupported"));
    assertEquals("True VirtualMachineIPAddressReady", condition("VirtualMachineIPAddressReady"));
    String took =
        status().path("stats").path("launchTimeDuration").path("guestOSAgentStarting").asString("");
    assertTrue(took.matches("\\d+s"), took);

    world.hypervisor.guestAgentIs(id(), agent(Set.of("guest-get-osinfo"), "192.0.2.7"));
    world.await(
        "unsupported",
        () ->
            condition("AgentVersionNotSupported").equals("True AgentVersionNotSupported")
                && condition("VirtualMachineIPAddressReady")
                    .equals("False VirtualMachineIPAddressNotAssigned"));

    // The service begins anew: until the agent was asked, what was known stands.
    String known = status().path("guestOSInfo").toString();
    world.stop();
    world.hypervisor.guestAgentIs(id(), GuestAgent.UNKNOWN);
    world.restart();
    world.patchMachine("{'metadata':{'labels':{'looked':'at'}},'spec':{'runPolicy':'AlwaysOn'}}");
    world.await(
        "a pass",
        () ->
            Conditions.find(machine(), "Running").orElseThrow().path("observedGeneration").asLong(0)
                == machine().path("metadata").path("generation").asLong(-1));
    assertTrue(
        status().path("observedGeneration").asLong(0)
            < machine().path("metadata").path("generation").asLong(-1),
        "not all that is said is about the newest spec");
    assertEquals("True AgentReady", condition("AgentReady"));
    assertEquals("True AgentVersionNotSupported", condition("AgentVersionNotSupported"));
    assertEquals(
        "False VirtualMachineIPAddressNotAssigned", condition("VirtualMachineIPAddressReady"));
    assertEquals(known, status().path("guestOSInfo").toString());
    world.patchMachine("{'spec':{'runPolicy':'AlwaysOnUnlessStoppedManually'}}");

    world.hypervisor.guestAgentIs(id(), new GuestAgent.Silent("It hangs."));
    world.await("silent", () -> condition("AgentReady").equals("False AgentNotReady"));
    assertEquals("", condition("AgentVersionNotSupported"));
    assertTrue(status().path("guestOSInfo").isMissingNode());
    assertEquals(
        took,
        status()
            .path("stats")
            .path("launchTimeDuration")
            .path("guestOSAgentStarting")
            .asString(""));

    operation("stop", "Stop");
    world.awaitMachine("Stopped");
    assertEquals("", condition("AgentReady"));
  }

  private static GuestAgent agent(Set<String> missing, String address) {
    return new GuestAgent.Answering(
        new GuestReport(
            "7.2",
            missing,
            new GuestReport.OperatingSystem("tiny", "Tiny guest", "", "", "", "", "", "x86_64"),
            "hello",
            List.of(new GuestReport.Card("eth0", "", List.of("fe80::1", address)))));
  }

  @Test
  void aGuestThatStandsStillSaysWhyAndGoesOn() {
    all();
    world.awaitMachine("Running");

    world.pool.free = Optional.of(ByteSize.ofMebibytes(255));
    world.hypervisor.guestIsPaused(
        id(), new Power.Paused(PauseCause.DISK_FULL, "disk0: no space left (ENOSPC)"));
    world.awaitMachine("Pause");
    assertEquals("False GuestNotRunning", condition("Running"));
    assertTrue(Conditions.find(machine(), "Running").orElseThrow().toString().contains("ENOSPC"));

    world.pool.free = Optional.of(ByteSize.ofMebibytes(256));
    world.patchMachine("{'metadata':{'labels':{'look':'again'}}}");
    world.awaitMachine("Running");
    assertEquals("True Running", condition("Running"));
    assertTrue(world.told.toString().contains("hello Resumed: There is room"));
  }

  private String condition(String type) {
    return Conditions.find(machine(), type)
        .map(found -> found.path("status").asString("") + " " + found.path("reason").asString(""))
        .orElse("");
  }

  private JsonNode machine() {
    return world.get("virtualmachines" + World.GROUP, "default", "hello").orElseThrow().document();
  }

  @Test
  void stopAndStartByOperation() {
    all();
    world.awaitMachine("Running");

    operation("one", "Stop");
    world.awaitMachine("Stopped");
    world.await("it is not up", () -> status().path("stats").path("lastStartTime").isMissingNode());
    world.await("no tap", () -> world.network.taps().isEmpty());
    // The first is still shown as under way, and that is no reason to refuse the second.
    operation("two", "Start");
    world.awaitMachine("Running");

    world.await("stop completed", () -> operationIs("one", "Completed"));
    world.await("start completed", () -> operationIs("two", "Completed"));
  }

  @Test
  void ofManyOperationsAtOnceOneAtATimeIsDoneAndNoneStaysOpen() throws Exception {
    all();
    world.awaitMachine("Running");
    List<String> types = List.of("Stop", "Restart", "Start");
    AtomicInteger accepted = new AtomicInteger();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int at = 0; at < 24; at++) {
        String name = "many-" + at;
        String type = types.get(at % types.size());
        threads.execute(() -> {
          try {
            operation(name, type);
            accepted.incrementAndGet();
          } catch (Refusal refusal) {
            assertTrue(
                String.valueOf(refusal.getMessage()).contains("is not finished; wait for it"),
                refusal.getMessage());
          }
        });
      }
    }

    assertTrue(accepted.get() > 0);
    world.await("none is open", () -> operations().stream().noneMatch(this::open));
    String all = operations().stream().map(each -> each.document().toString()).toList().toString();
    assertFalse(all.contains("NotReadyToBeExecuted"), all);
    assertFalse(all.contains("took its place") && !all.contains("Superseded"), all);
    // And the machine can be told what to do.
    operation("last", world.machine().equals("Stopped") ? "Start" : "Restart");
    world.await("last completed", () -> operationIs("last", "Completed"));
    assertEquals("Running", world.machine());
  }

  /** Past admission, as before an update: begun in the order they were made, one at a time. */
  @Test
  void operationsThatSlippedInTogetherAreBegunInTheirOrderAndOnlyOneOfThem() {
    all();
    world.awaitMachine("Running");
    world.hypervisor.guestTemper(id(), FakeHypervisor.Temper.SLOW);
    world.stop();
    for (String name : List.of("one", "two", "three")) {
      world.slipIn(operationDocument(name, name.equals("two") ? "Stop" : "Restart"));
    }

    world.restart();

    world.await("second refused", () -> operationIs("two", "Failed"));
    world.await("third refused", () -> operationIs("three", "Failed"));
    world.hypervisor.guestPowersOff(id());
    world.await("first completed", () -> operationIs("one", "Completed"));
    world.awaitMachine("Running");
  }

  @Test
  void aRestartThatTheRunPolicyNoLongerAllowsFailsAndLeavesNothingBehind() {
    all();
    world.awaitMachine("Running");
    world.hypervisor.guestTemper(id(), FakeHypervisor.Temper.SLOW);
    operation("restart", "Restart");
    world.awaitMachine("Stopping");
    world.await("begun", () -> operationIs("restart", "InProgress"));

    world.patchMachine("{'spec':{'runPolicy':'AlwaysOff'}}");

    world.await("failed", () -> operationIs("restart", "Failed"));
    world.hypervisor.guestPowersOff(id());
    world.awaitMachine("Stopped");
    world.patchMachine("{'spec':{'runPolicy':'Manual'}}");
    operation("start", "Start");
    world.await("started", () -> operationIs("start", "Completed"));
  }

  private List<Resource> operations() {
    return world.resources.list(
        new ResourceStore.Selection("virtualmachineoperations" + World.GROUP, "default", ""));
  }

  private boolean open(Resource operation) {
    return !List.of("Completed", "Failed", "Superseded")
        .contains(operation.document().path("status").path("phase").asString(""));
  }

  @Test
  void aMachineWhoseFinalizersAreTakenOffByHandLeavesNothingAndMakesRoom() {
    all();
    world.awaitMachine("Running");
    world.hypervisor.guestTemper(id(), FakeHypervisor.Temper.SLOW);
    UUID first = id().uuid();
    world.delete("virtualmachines", "default", "hello");
    world.awaitMachine("Terminating");

    world.patchMachine("{'metadata':{'finalizers':null}}");
    machine("");

    world.awaitMachine("Running");
    assertTrue(!id().uuid().equals(first));
    world.await("one instance", () -> world.hypervisor.observeAll().size() == 1);
    world.await("one tap", () -> world.network.taps().size() == 1);
    world.await("one reservation", () -> world.network.reservations().size() == 1);
    assertFalse(Files.exists(folder.resolve("seeds").resolve(first + ".iso")));
  }

  @Test
  void aDiskTakenFromARunningMachineByForceStaysUntilTheInstanceEndsAndNoOtherTakesItsPlace() {
    all();
    world.awaitMachine("Running");
    takeDiskByForce();
    disk();
    world.await("disk", () -> world.phase("virtualdisks", "default", "root").equals("Ready"));

    world.await("said", () -> status().path("conditions").toString().contains("was removed while"));
    assertFalse(status().path("blockDeviceRefs").path(0).path("attached").asBoolean(true));
    assertEquals("Running", world.machine());
    assertEquals(2, world.pool.disks().size(), "the file that the guest writes to");
    world.hypervisor.guestReboots(id());
    world.awaitMachine("Pending");
    world.await("old file gone", () -> world.pool.disks().size() == 1);
    operation("stop", "Stop");
    world.awaitMachine("Stopped");
    world.await("stopped", () -> operationIs("stop", "Completed"));
    operation("start", "Start");
    world.awaitMachine("Running");
    assertTrue(status().path("blockDeviceRefs").path(0).path("attached").asBoolean(false));
  }

  @Test
  void aServiceThatStartsLeavesAFileThatAGuestWritesTo() {
    all();
    world.awaitMachine("Running");
    takeDiskByForce();

    world.restart();

    world.await("said", () -> status().path("conditions").toString().contains("was removed while"));
    assertEquals(1, world.pool.disks().size());
    operation("stop", "Stop");
    world.awaitMachine("Stopped");
    world.restart();
    assertEquals(0, world.pool.disks().size());
  }

  private void takeDiskByForce() {
    world.delete("virtualdisks", "default", "root");
    world.patch("VirtualDisk", "root", "{'metadata':{'finalizers':null}}");
    world.await("gone", () -> world.phase("virtualdisks", "default", "root").equals("gone"));
  }

  @Test
  void aRestartMakesANewInstance() {
    all();
    world.awaitMachine("Running");
    long before = pid();

    operation("again", "Restart");

    world.await("completed", () -> operationIs("again", "Completed"));
    assertTrue(pid() != before, "the instance is the same");
  }

  @Test
  void aGuestThatPowersItselfOffStaysStoppedAndOneThatCrashesComesBack() {
    all();
    world.awaitMachine("Running");
    long before = pid();

    world.hypervisor.guestCrashes(id());
    world.await("new instance noticed", () -> pid() != before && noticed() == pid());
    world.hypervisor.guestPowersOff(id());

    world.awaitMachine("Stopped");
  }

  @Test
  void aMachineWhoseInstanceWasLostGetsANewOne() {
    all();
    world.awaitMachine("Running");
    long before = pid();

    world.hypervisor.guestIsPaused(id(), PauseCause.INSTANCE_LOST);

    world.await("new instance noticed", () -> pid() != before && noticed() == pid());
    world.awaitMachine("Running");
  }

  @Test
  void aGuestThatRebootsGetsANewInstanceWithWhatWaitedForARestart() {
    all();
    world.awaitMachine("Running");
    long before = pid();
    var disks = world.pool.disks();
    world.patchMachine("{'spec':{'memory':{'size':'192Mi'}}}");
    world.await("changes wait", () -> !status().path("restartAwaitingChanges").isEmpty());
    assertEquals("128Mi", status().path("resources").path("memory").path("size").asString(""));

    world.hypervisor.guestReboots(id());

    world.await("new instance noticed", () -> pid() != before && noticed() == pid());
    world.await("changes applied", () -> status().path("restartAwaitingChanges").isEmpty());
    assertEquals("192Mi", status().path("resources").path("memory").path("size").asString(""));
    assertEquals(192L << 20, world.hypervisor.defined(id()).orElseThrow().memoryBytes());
    assertEquals(disks, world.pool.disks());
    assertTrue(phases().endsWith("Running Starting Running"), phases());
    assertTrue(!status().path("conditions").toString().contains("AwaitingRestart"));
  }

  @Test
  void aGuestThatPowersItselfOffAtOnceHasRunAndIsStopped() {
    all();
    world.awaitMachine("Running");
    operation("stop", "Stop");
    world.awaitMachine("Stopped");
    world.await("stopped", () -> operationIs("stop", "Completed"));
    world.hypervisor.guestLivesShortly(id(), Optional.of(StopCause.GUEST_POWER_OFF));
    int launches = world.hypervisor.launches(id());

    operation("start", "Start");

    world.await("started", () -> operationIs("start", "Completed"));
    world.awaitMachine("Stopped");
    assertEquals(launches + 1, world.hypervisor.launches(id()));
  }

  @Test
  void aMachineThatKeepsDyingWaitsBetweenItsStarts() {
    all();
    world.awaitMachine("Running");
    world.hypervisor.guestLivesShortly(id(), Optional.of(StopCause.CRASHED));
    int launches = world.hypervisor.launches(id());

    world.hypervisor.guestCrashes(id());

    world.await(
        "held back",
        () -> status().path("conditions").toString().contains("ended by itself 2 times in a row"));
    assertEquals("Pending", world.machine());
    world.restart();
    world.awaitMachine("Pending");
    assertEquals(launches + 1, world.hypervisor.launches(id()));
  }

  @Test
  void aRunningMachineKeepsTheAddressItWasStartedWithWhenItsSpecNamesAnother() {
    all();
    world.awaitMachine("Running");
    String own = status().path("virtualMachineIPAddressName").asString("");
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachineIPAddress',"
            + "'metadata':{'name':'other','namespace':'default'},"
            + "'spec':{'type':'Static','staticIP':'10.66.10.50'}}");
    world.patchMachine("{'spec':{'virtualMachineIPAddressName':'other'}}");
    world.await("change waits", () -> !status().path("restartAwaitingChanges").isEmpty());
    world.await("both held", () -> address("other").equals("Attached"));
    assertEquals("Attached", address(own));
    assertEquals("10.66.10.2", world.network.reservations().getFirst().address().toString());

    operation("again", "Restart");

    world.await("completed", () -> operationIs("again", "Completed"));
    world.await("old one let go", () -> address(own).equals("Bound"));
    assertEquals("10.66.10.50", world.network.reservations().getFirst().address().toString());
  }

  @Test
  void aStartThatTheHostRefusesIsTriedAgainAfterGrowingPauses() {
    world.hypervisor.hostFailsEveryStart(
        new HypervisorFault(HypervisorFault.Kind.BROKEN, "HypervisorFailed", "no", null));
    long begin = System.nanoTime();
    all();
    world.awaitMachine("Pending");

    world.await(
        "five attempts",
        () -> world.hypervisor.observe(id()).isPresent() && world.hypervisor.launches(id()) >= 5);

    // The pauses between them are 0.2, 0.4, 0.8 and 1.6 s; the first may be cut short by news.
    assertTrue(Duration.ofNanos(System.nanoTime() - begin).toMillis() > 1500);
    assertEquals("Pending", world.machine());
  }

  @Test
  void theGraceOfAStopOutlivesTheService() {
    image();
    disk();
    machine(",'terminationGracePeriodSeconds':3");
    world.awaitMachine("Running");
    world.hypervisor.guestTemper(id(), FakeHypervisor.Temper.SLOW);
    operation("stop", "Stop");
    world.awaitMachine("Stopping");
    Instant since = endingSince();

    world.restart();
    world.await("stopping still", () -> world.machine().equals("Stopping"));
    assertEquals(since, endingSince());

    world.awaitMachine("Stopped");
    world.await("stop completed", () -> operationIs("stop", "Completed"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 7, 15, 40})
  void theServiceMayDieAtAnyTime(int pause) {
    all();
    for (int kill = 0; kill < 12 && !world.machine().equals("Running"); kill++) {
      LockSupport.parkNanos(Duration.ofMillis(pause).toNanos());
      world.restart();
    }
    world.awaitMachine("Running");
    long before = pid();

    world.restart();
    world.await("adopted", () -> world.machine().equals("Running"));
    assertEquals(before, pid());

    world.delete("virtualmachines", "default", "hello");
    for (int kill = 0; kill < 5; kill++) {
      world.restart();
    }
    world.awaitMachine("gone");
    assertEquals(List.of(), world.hypervisor.observeAll());
    assertEquals(List.of(), world.network.taps());
    assertEquals(List.of(), world.network.reservations());
  }

  @Test
  void ofTwoMachinesWithOneDiskOneRuns() {
    all();
    world.awaitMachine("Running");
    machine("second", "");

    world.await(
        "second waits",
        () -> {
          var second = world.get("virtualmachines" + World.GROUP, "default", "second");
          return second.isPresent()
              && second.get().document().toString().contains("BlockDevicesNotReady");
        });

    world.delete("virtualmachines", "default", "hello");
    world.await(
        "second runs", () -> world.phase("virtualmachines", "default", "second").equals("Running"));
  }

  @Test
  void whatDoesNotWorkIsRefused() {
    assertThrows(Refusal.class, () -> machine(",'usbDevices':[{'name':'stick'}]"));
  }

  private void all() {
    image();
    disk();
    machine("");
  }

  private void image() {
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualImage',"
            + "'metadata':{'name':'base','namespace':'default'},'spec':{'storage':'ContainerRegistry',"
            + "'dataSource':{'type':'HTTP','http':{'url':'"
            + world.imageUrl()
            + "'}}}}");
  }

  private void disk() {
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualDisk',"
            + "'metadata':{'name':'root','namespace':'default'},'spec':{'dataSource':{'type':'ObjectRef',"
            + "'objectRef':{'kind':'VirtualImage','name':'base'}},"
            + "'persistentVolumeClaim':{'size':'4Mi'}}}");
  }

  private void machine(String more) {
    machine("hello", more);
  }

  private void machine(String name, String more) {
    world.apply(
        "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachine',"
            + "'metadata':{'name':'"
            + name
            + "','namespace':'default'},'spec':{'cpu':{'cores':1},'memory':{'size':'128Mi'},"
            + "'provisioning':{'type':'UserData','userData':'#cloud-config\\n'},"
            + "'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root'}]"
            + more
            + "}}");
  }

  private void operation(String name, String type) {
    world.apply(operationDocument(name, type));
  }

  private static String operationDocument(String name, String type) {
    return "{'apiVersion':'virtualization.deckhouse.io/v1alpha2','kind':'VirtualMachineOperation',"
        + "'metadata':{'name':'"
        + name
        + "','namespace':'default'},'spec':{'type':'"
        + type
        + "','virtualMachineName':'hello'}}";
  }

  private boolean operationIs(String name, String phase) {
    return world.phase("virtualmachineoperations", "default", name).equals(phase);
  }

  private MachineId id() {
    return new MachineId(
        world.get("virtualmachines" + World.GROUP, "default", "hello").orElseThrow().uid());
  }

  private String address(String claim) {
    return world.phase("virtualmachineipaddresses", "default", claim);
  }

  private JsonNode status() {
    return world
        .get("virtualmachines" + World.GROUP, "default", "hello")
        .orElseThrow()
        .document()
        .path("status");
  }

  /** The phases the machine went through, in order. */
  private String phases() {
    return status()
        .path("stats")
        .path("phasesTransitions")
        .valueStream()
        .map(each -> each.path("phase").asString(""))
        .collect(Collectors.joining(" "));
  }

  private Instant endingSince() {
    return Instant.parse(
        world
            .get("virtualmachines" + World.GROUP, "default", "hello")
            .orElseThrow()
            .privateDocument()
            .path("power")
            .path("ending")
            .path("since")
            .asString(""));
  }

  private long noticed() {
    return world
        .get("virtualmachines" + World.GROUP, "default", "hello")
        .orElseThrow()
        .privateDocument()
        .path("power")
        .path("instance")
        .asLong(0);
  }

  private long pid() {
    return world.hypervisor.observe(id()).orElseThrow().instancePid().orElse(-1);
  }
}
