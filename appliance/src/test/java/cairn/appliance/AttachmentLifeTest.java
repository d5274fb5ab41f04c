package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.Conditions;
import cairn.appliance.api.Finalizers;
import cairn.appliance.api.Refusal;
import cairn.appliance.machine.ReadyDevice;
import cairn.appliance.resource.Resource;
import cairn.hypervisor.MachineId;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/** Devices that machines get and lose while they run, by attachments and by their own documents. */
class AttachmentLifeTest {

  private static final String PLURAL = "virtualmachineblockdeviceattachments";
  private static final String CAPACITY = "DiskAttachmentCapacityAvailableType";

  @TempDir private Path folder;
  private World world;

  @BeforeEach
  void begin() {
    world = new World(folder);
    Manifests.all(world, "");
    Manifests.disk(world, "data");
    world.awaitMachine("Running");
    awaitDisk("data");
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void aDiskIsAttachedToARunningMachineAndDetached() {
    attach("one", "VirtualDisk", "data", "hello");
    awaitPhase("one", "Attached");

    assertEquals(Set.of("disk0", plug("data"), "seed"), plugged());
    assertEquals("True Attached", condition("one", "Attached"));
    assertEquals("True BlockDeviceReady", condition("one", "BlockDeviceReady"));
    assertEquals("True VirtualMachineReady", condition("one", "VirtualMachineReady"));
    assertEquals("True CapacityAvailable", condition("one", CAPACITY));
    assertEquals("hello", attachment("one").path("status").path("virtualMachineName").asString(""));
    awaitDevices(
        "[{\"kind\":\"VirtualDisk\",\"name\":\"root\",\"size\":\"1Mi\",\"attached\":true,"
            + "\"hotplugged\":true},"
            + "{\"kind\":\"VirtualDisk\",\"name\":\"data\",\"size\":\"1Mi\",\"attached\":true,"
            + "\"hotplugged\":true,\"virtualMachineBlockDeviceAttachmentName\":\"one\"}]");
    assertTrue(Finalizers.stands(disk("data").document(), Finalizers.DISK_PROTECTION));
    assertEquals("True AttachedToVirtualMachine", diskCondition("data", "InUse"));
    assertTrue(
        world.told.contains(
            "one Attached: VirtualDisk \"data\" was attached to machine \"hello\"."));

    world.delete(PLURAL, "default", "one");
    awaitPhase("one", "gone");

    assertEquals(Set.of("disk0", "seed"), plugged());
    world.await("free", () -> diskCondition("data", "InUse").equals("False NotInUse"));
    world.await(
        "unprotected",
        () -> !Finalizers.stands(disk("data").document(), Finalizers.DISK_PROTECTION));
    assertEquals("Running", world.machine());
  }

  @Test
  void itWaitsForItsDiskAndForItsMachine() {
    attach("one", "VirtualDisk", "late", "other");
    awaitCondition("one", "BlockDeviceReady", "False BlockDeviceNotReady");
    assertEquals("False VirtualMachineNotReady", condition("one", "VirtualMachineReady"));
    assertEquals("Unknown CapacityUnknown", condition("one", CAPACITY));
    assertEquals("False NotAttached", condition("one", "Attached"));
    assertEquals("Pending", phase("one"));

    Manifests.disk(world, "late");
    awaitCondition("one", "BlockDeviceReady", "True BlockDeviceReady");
    Manifests.machine(world, "other", "second", "", ",'runPolicy':'Manual'");
    awaitCondition("one", "VirtualMachineReady", "False NotAttached");
    assertEquals("Pending", phase("one"));

    Manifests.disk(world, "second");
    awaitDisk("second");
    world.apply(Manifests.operation("go", "Start", "").replace("'hello'", "'other'"));
    awaitPhase("one", "Attached");
  }

  @Test
  void itComesAboutAnewWithEachInstanceAndOutlivesItsMachine() {
    attach("one", "VirtualDisk", "data", "hello");
    awaitPhase("one", "Attached");

    world.hypervisor.guestCrashes(id());
    world.await(
        "another instance, attached again",
        () -> world.hypervisor.launches(id()) == 2 && plugged().contains(plug("data")));
    awaitPhase("one", "Attached");

    world.patchMachine("{'spec':{'runPolicy':'AlwaysOff'}}");
    world.awaitMachine("Stopped");
    awaitPhase("one", "Pending");
    world.await("free", () -> diskCondition("data", "InUse").equals("False NotInUse"));
    world.delete("virtualmachines", "default", "hello");
    world.await("gone", () -> world.machine().equals("gone"));
    awaitCondition("one", "VirtualMachineReady", "False VirtualMachineNotReady");

    Manifests.machine(world, "hello", "root", "", "");
    world.awaitMachine("Running");
    awaitPhase("one", "Attached");
    assertTrue(plugged().contains(plug("data")));
  }

  @Test
  void itIsOverOnlyWhenTheGuestHasLetGo() {
    attach("one", "VirtualDisk", "data", "hello");
    awaitPhase("one", "Attached");
    world.hypervisor.guestClings(id());

    world.delete(PLURAL, "default", "one");
    awaitCondition("one", "Terminating", "False DetachPending");
    assertEquals("Terminating", phase("one"));
    assertEquals("True AttachedToVirtualMachine", diskCondition("data", "InUse"));
    assertTrue(plugged().contains(plug("data")));

    world.hypervisor.guestLetsGo(id());
    awaitPhase("one", "gone");
    world.await("free", () -> diskCondition("data", "InUse").equals("False NotInUse"));
  }

  @Test
  void aKillOfTheServiceChangesNothing() {
    attach("one", "VirtualDisk", "data", "hello");
    awaitPhase("one", "Attached");

    world.restart();
    world.hypervisor.guestClings(id());
    world.delete(PLURAL, "default", "one");
    awaitCondition("one", "Terminating", "False DetachPending");
    world.restart();
    world.hypervisor.guestLetsGo(id());

    awaitPhase("one", "gone");
    assertEquals(Set.of("disk0", "seed"), plugged());
  }

  @Test
  void aDaemonThatIsAwayIsWaitedFor() {
    world.hypervisor.hostLosesDaemon();
    attach("one", "VirtualDisk", "data", "hello");

    world.hypervisor.hostFindsDaemon();

    awaitPhase("one", "Attached");
  }

  @Test
  void aDiskHasOneAttachment() {
    attach("one", "VirtualDisk", "data", "hello");
    awaitPhase("one", "Attached");

    Refusal refusal =
        assertThrows(Refusal.class, () -> attach("two", "VirtualDisk", "data", "other"));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .contains(
                "spec.blockDeviceRef: VirtualDisk \"data\" is attached to machine \"hello\" by"
                    + " \"one\" already."),
        refusal.getMessage());

    world.slipIn(manifest("two", "VirtualDisk", "data", "other"));
    awaitPhase("two", "Failed");
    assertEquals("False Conflict", condition("two", "Attached"));
    world.delete(PLURAL, "default", "one");
    awaitPhase("two", "Pending");
  }

  @Test
  void whatTheMachineNamesIsNotAttachedToItAndWhatIsAttachedIsNotNamed() {
    Refusal named =
        assertThrows(Refusal.class, () -> attach("one", "VirtualDisk", "root", "hello"));
    assertTrue(
        String.valueOf(named.getMessage())
            .contains("is in spec.blockDeviceRefs of machine \"hello\" already"),
        named.getMessage());

    attach("one", "VirtualDisk", "data", "hello");
    Refusal attached = assertThrows(Refusal.class, () -> nameToo("data"));
    assertTrue(
        String.valueOf(attached.getMessage())
            .contains(
                "spec.blockDeviceRefs[1]: VirtualDisk \"data\" is attached to the machine by"
                    + " VirtualMachineBlockDeviceAttachment \"one\"; delete that first"),
        attached.getMessage());
  }

  @Test
  void imagesAreAttachedToManyMachines() {
    Manifests.disk(world, "second");
    Manifests.machine(world, "other", "second", "", "");
    world.await(
        "other runs", () -> world.phase("virtualmachines", "default", "other").equals("Running"));

    attach("one", "VirtualImage", "base", "hello");
    attach("two", "VirtualImage", "base", "other");

    awaitPhase("one", "Attached");
    awaitPhase("two", "Attached");
  }

  @Test
  void aMachineHasSixteenPlaces() {
    for (int more = 1; more <= 15; more++) {
      attach("a" + more, "VirtualDisk", "none" + more, "hello");
    }
    Refusal refusal =
        assertThrows(Refusal.class, () -> attach("one", "VirtualDisk", "data", "hello"));
    assertTrue(
        String.valueOf(refusal.getMessage())
            .contains("has 16 devices with those attached to it, at most 16 are allowed"),
        refusal.getMessage());
    assertThrows(Refusal.class, () -> nameToo("data"));

    world.slipIn(manifest("one", "VirtualDisk", "data", "hello"));
    awaitCondition("one", CAPACITY, "False CapacityReached");
    assertEquals("Pending", phase("one"));
    world.delete(PLURAL, "default", "a7");
    awaitPhase("one", "Attached");
  }

  @Test
  void nothingOfItCanBeChanged() {
    attach("one", "VirtualDisk", "data", "hello");

    assertThrows(
        Refusal.class,
        () ->
            world.patch(
                "VirtualMachineBlockDeviceAttachment",
                "one",
                "{'spec':{'virtualMachineName':'other'}}"));
    assertThrows(
        Refusal.class,
        () ->
            world.apply(
                "{'apiVersion':'virtualization.deckhouse.io/v1alpha2',"
                    + "'kind':'VirtualMachineBlockDeviceAttachment','metadata':{'name':'two'},"
                    + "'spec':{'virtualMachineName':'hello','blockDeviceRef':{}}}"));
  }

  @Test
  void anotherDiskOfTheNameIsAttachedInItsPlace() {
    attach("one", "VirtualDisk", "data", "hello");
    awaitPhase("one", "Attached");
    String first = plug("data");
    Resource disk = disk("data");
    world.resources.amend(
        disk,
        object -> {
          Finalizers.remove(object.document(), Finalizers.DISK_PROTECTION);
          Finalizers.remove(object.document(), Finalizers.DISK_CLEANUP);
          return object;
        });
    world.resources.delete(disk);
    world.await(
        "another disk",
        () -> {
          Optional<Resource> found = world.get("virtualdisks" + World.GROUP, "default", "data");
          if (found.isEmpty()) {
            Manifests.disk(world, "data");
          } else if (found.get().uid().equals(disk.uid())) {
            world.resources.amend(
                found.get(),
                object -> {
                  object.document().withObject("/metadata").remove("finalizers");
                  return object;
                });
          }
          return found.filter(it -> !it.uid().equals(disk.uid())).isPresent();
        });

    awaitDisk("data");
    world.await("the other one is in", () -> plugged().contains(plug("data")));
    assertFalse(plugged().contains(first));
    awaitPhase("one", "Attached");
  }

  @Test
  void aMachinesOwnDevicesComeAndGoWhileItRuns() {
    nameToo("data");
    world.await("in", () -> plugged().contains(plug("data")));
    world.await("told", () -> device("data").path("attached").asBoolean(false));
    assertEquals("True AttachedToVirtualMachine", diskCondition("data", "InUse"));
    assertTrue(
        machine().document().path("status").path("restartAwaitingChanges").isEmpty(),
        () -> machine().document().path("status").toString());
    assertEquals(1, world.hypervisor.launches(id()));

    world.restart();
    world.hypervisor.guestClings(id());
    nameOnly();
    world.await("asked", () -> device("data").path("attached").asBoolean(false));
    world.hypervisor.guestLetsGo(id());
    world.await("out", () -> !plugged().contains(plug("data")));
    world.await("free", () -> diskCondition("data", "InUse").equals("False NotInUse"));
    world.await("not told any more", () -> device("data").isMissingNode());
    assertEquals(1, world.hypervisor.launches(id()));
  }

  @Test
  void aDeviceThatIsNotReadyIsGivenWhenItIs() {
    nameToo("late");
    world.await(
        "waited for",
        () ->
            Conditions.find(machine().document(), "BlockDevicesReady")
                .map(found -> found.path("status").asString("").equals("False"))
                .orElse(false));
    assertEquals("Running", world.machine());

    Manifests.disk(world, "late");
    awaitDisk("late");
    world.await("in", () -> plugged().contains(plug("late")));
  }

  @Test
  void theNextInstanceStartsWithWhatItsDocumentNames() {
    nameToo("data");
    world.await("in", () -> plugged().contains(plug("data")));

    world.hypervisor.guestCrashes(id());
    world.await(
        "another instance",
        () ->
            world.hypervisor.launches(id()) == 2
                && plugged().equals(Set.of("disk0", "disk1", "seed")));

    nameOnly();
    world.await("out", () -> plugged().equals(Set.of("disk0", "seed")));
    world.await("free", () -> diskCondition("data", "InUse").equals("False NotInUse"));
  }

  private void nameToo(String disk) {
    world.patchMachine(
        "{'spec':{'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root'},"
            + "{'kind':'VirtualDisk','name':'"
            + disk
            + "'}]}}");
  }

  private void nameOnly() {
    world.patchMachine("{'spec':{'blockDeviceRefs':[{'kind':'VirtualDisk','name':'root'}]}}");
  }

  private JsonNode device(String name) {
    return machine()
        .document()
        .path("status")
        .path("blockDeviceRefs")
        .valueStream()
        .filter(each -> each.path("name").asString("").equals(name))
        .findFirst()
        .orElse(MissingNode.getInstance());
  }

  private void attach(String name, String kind, String device, String machine) {
    world.apply(manifest(name, kind, device, machine));
  }

  private static String manifest(String name, String kind, String device, String machine) {
    return "{'apiVersion':'virtualization.deckhouse.io/v1alpha2',"
        + "'kind':'VirtualMachineBlockDeviceAttachment','metadata':{'name':'"
        + name
        + "','namespace':'default'},'spec':{'virtualMachineName':'"
        + machine
        + "','blockDeviceRef':{'kind':'"
        + kind
        + "','name':'"
        + device
        + "'}}}";
  }

  private JsonNode attachment(String name) {
    return world.get(PLURAL + World.GROUP, "default", name).orElseThrow().document();
  }

  private String phase(String name) {
    return world.phase(PLURAL, "default", name);
  }

  private void awaitPhase(String name, String phase) {
    world.await(name + " " + phase, () -> phase(name).equals(phase));
  }

  private String condition(String name, String type) {
    return world
        .get(PLURAL + World.GROUP, "default", name)
        .map(found -> said(found, type))
        .orElse("gone");
  }

  private void awaitCondition(String name, String type, String expected) {
    world.await(name + " " + type + " " + expected, () -> condition(name, type).equals(expected));
  }

  private static String said(Resource resource, String type) {
    return Conditions.find(resource.document(), type)
        .map(found -> found.path("status").asString("") + " " + found.path("reason").asString(""))
        .orElse("absent");
  }

  private Resource disk(String name) {
    return world.get("virtualdisks" + World.GROUP, "default", name).orElseThrow();
  }

  private String diskCondition(String name, String type) {
    return said(disk(name), type);
  }

  private void awaitDisk(String name) {
    world.await(
        name + " Ready", () -> world.phase("virtualdisks", "default", name).equals("Ready"));
  }

  private Resource machine() {
    return world.get("virtualmachines" + World.GROUP, "default", "hello").orElseThrow();
  }

  private MachineId id() {
    return new MachineId(machine().uid());
  }

  private Set<String> plugged() {
    return world.hypervisor.plugged(id());
  }

  private String plug(String disk) {
    return ReadyDevice.plugName(disk(disk).uid());
  }

  private void awaitDevices(String expected) {
    world.await("told", () -> devices().contains("AttachmentName"));
    assertEquals(expected, devices());
  }

  private String devices() {
    return machine().document().path("status").path("blockDeviceRefs").toString();
  }
}
