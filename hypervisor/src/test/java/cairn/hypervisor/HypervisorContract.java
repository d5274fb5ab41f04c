package cairn.hypervisor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineObservation.StopCause;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every hypervisor does, the one in memory and the real one. */
public abstract class HypervisorContract {

  private static final Duration AT_ONCE = Duration.ZERO;

  protected abstract Hypervisor hypervisor();

  /** A machine of a new identity, whose guest heeds its power button. */
  protected abstract MachineSpec obedient() throws IOException;

  /** A machine of a new identity, whose guest ignores its power button. */
  protected abstract MachineSpec stubborn() throws IOException;

  /** A machine of a new identity, whose guest ends by itself as soon as it runs. */
  protected abstract MachineSpec brief(StopCause end) throws IOException;

  /** A machine of a new identity, with an agent in its guest that answers once it is up. */
  protected abstract MachineSpec withAgent() throws IOException;

  /** Ends the agent in the guest, which goes on without. */
  protected abstract void endAgent(MachineSpec machine) throws IOException;

  /** Returns when the guest is far enough to notice its power button. */
  protected abstract void awaitGuest(MachineSpec machine);

  /** What a test may need to say before a stubborn guest is started. */
  protected void prepare(MachineSpec machine) {}

  @Test
  void aDefinedMachineIsStopped() throws IOException {
    MachineSpec machine = defined(obedient());

    assertEquals(new Power.Stopped(StopCause.UNKNOWN), power(machine));
    assertTrue(observed(machine).persistent());
    assertTrue(observed(machine).instancePid().isEmpty());
    assertEquals(Optional.empty(), observed(machine).lastLaunch());

    hypervisor().define(machine);
    assertTrue(hypervisor().observeAll().contains(observed(machine)));
  }

  @Test
  void anInstanceRunsUntilItsPlugIsPulled() throws IOException {
    MachineSpec machine = started(stubborn());
    MachineObservation first = observed(machine);

    assertEquals(new Power.Running(), first.power());
    hypervisor().start(machine.id());
    hypervisor().define(machine);
    assertEquals(first, observed(machine));

    hypervisor().pullPlug(machine.id());
    hypervisor().pullPlug(machine.id());
    assertEquals(new Power.Stopped(StopCause.PLUG_PULLED), power(machine));

    hypervisor().start(machine.id());
    assertNotEquals(first.instancePid(), observed(machine).instancePid());
  }

  @Test
  void anObedientGuestGoesWhenItsButtonIsPressed() throws IOException {
    MachineSpec machine = started(obedient());
    awaitGuest(machine);

    hypervisor().pressPowerButton(machine.id());

    Eventually.holds(
        "powered off by the guest",
        () -> power(machine).equals(new Power.Stopped(StopCause.GUEST_POWER_OFF)));
    hypervisor().pressPowerButton(machine.id());
  }

  @Test
  void aStubbornGuestStays() throws IOException {
    MachineSpec machine = stubborn();
    prepare(machine);
    started(machine);
    awaitGuest(machine);
    MachineObservation running = observed(machine);

    hypervisor().pressPowerButton(machine.id());

    assertEquals(new Power.ShuttingDown(), power(machine));
    assertEquals(running.instancePid(), observed(machine).instancePid());
  }

  @ParameterizedTest
  @EnumSource(
      value = StopCause.class,
      names = {"GUEST_POWER_OFF", "GUEST_REBOOT"})
  void aGuestThatEndsByItselfEndsItsInstanceAndItsWishIsKnown(StopCause end) throws IOException {
    MachineSpec machine = brief(end);
    hypervisor().define(machine);
    hypervisor().start(machine.id());

    Eventually.holds("ended", () -> power(machine).equals(new Power.Stopped(end)));

    Optional<String> first = observed(machine).lastLaunch();
    assertTrue(first.isPresent());
    assertEquals(first, observed(machine).lastLaunch());
    hypervisor().start(machine.id());
    Eventually.holds(
        "ended again",
        () ->
            power(machine).equals(new Power.Stopped(end))
                && !observed(machine).lastLaunch().equals(first));
  }

  @Test
  void anUnknownMachineIsMissingOrAlreadyGone() {
    MachineId nobody = new MachineId(UUID.randomUUID());

    hypervisor().pullPlug(nobody);
    hypervisor().undefine(nobody);
    assertEquals(Optional.empty(), hypervisor().observe(nobody));
    assertMissing(() -> hypervisor().start(nobody));
    assertMissing(() -> hypervisor().pressPowerButton(nobody));
    assertMissing(() -> hypervisor().resume(nobody));
    assertMissing(() -> hypervisor().openSerial(nobody, AT_ONCE));
    assertMissing(() -> hypervisor().openScreen(nobody));
    hypervisor().unplug(nobody, "plug-1");
    assertEquals(Set.of(), hypervisor().plugged(nobody));
    assertMissing(() -> hypervisor().growDisk(nobody, Path.of("/dev/null"), 512));
  }

  @Test
  void aMachineWithoutItsDiskDoesNotStart() throws IOException {
    MachineSpec machine = defined(obedient());
    var disk = ((DiskDevice.Source.Raw) machine.disks().getFirst().source()).file();
    Files.delete(disk);

    HypervisorFault fault = assertMissing(() -> hypervisor().start(machine.id()));

    assertTrue(String.valueOf(fault.getMessage()).contains(disk.toString()), fault::getMessage);
  }

  @Test
  void forgettingEndsTheInstance() throws IOException {
    MachineSpec machine = started(stubborn());

    hypervisor().undefine(machine.id());

    assertEquals(Optional.empty(), hypervisor().observe(machine.id()));
    assertFalse(
        hypervisor().observeAll().stream().anyMatch(other -> other.id().equals(machine.id())));
  }

  @Test
  void filesAreInUseAsLongAsAnInstanceIsThere() throws IOException {
    MachineSpec machine = defined(stubborn());
    var disk = ((DiskDevice.Source.Raw) machine.disks().getFirst().source()).file();
    assertFalse(hypervisor().filesInUse().contains(disk));

    hypervisor().start(machine.id());
    assertTrue(hypervisor().filesInUse().contains(disk));

    hypervisor().pullPlug(machine.id());
    Eventually.holds("file free", () -> !hypervisor().filesInUse().contains(disk));
  }

  @Test
  void aDiskGrowsUnderARunningInstance() throws IOException {
    MachineSpec machine = defined(stubborn());
    var disk = ((DiskDevice.Source.Raw) machine.disks().getFirst().source()).file();
    assertMissing(() -> hypervisor().growDisk(machine.id(), disk, 8 << 20));
    hypervisor().start(machine.id());

    hypervisor().growDisk(machine.id(), disk, 8 << 20);
    hypervisor().growDisk(machine.id(), disk, 8 << 20);

    assertEquals(8 << 20, Files.size(disk));
    assertEquals(new Power.Running(), power(machine));
    assertMissing(
        () -> hypervisor().growDisk(machine.id(), disk.resolveSibling("another"), 9 << 20));
  }

  @Test
  void devicesComeAndGoWhileAnInstanceRuns() throws IOException {
    MachineSpec machine = defined(stubborn());
    DiskDevice more = more(machine, "plug-1", DiskDevice.Role.DISK);
    DiskDevice disc = more(machine, "plug-2", DiskDevice.Role.CDROM);
    assertEquals(Set.of(), hypervisor().plugged(machine.id()));
    assertMissing(() -> hypervisor().plug(machine.id(), more));
    hypervisor().unplug(machine.id(), "plug-1");
    hypervisor().start(machine.id());
    awaitGuest(machine);
    assertEquals(Set.of("root"), hypervisor().plugged(machine.id()));

    hypervisor().plug(machine.id(), more);
    hypervisor().plug(machine.id(), more);
    hypervisor().plug(machine.id(), disc);
    assertEquals(Set.of("root", "plug-1", "plug-2"), hypervisor().plugged(machine.id()));
    assertTrue(hypervisor().filesInUse().contains(file(more)));

    hypervisor().unplug(machine.id(), "plug-1");
    hypervisor().unplug(machine.id(), "plug-1");
    hypervisor().unplug(machine.id(), "plug-2");
    Eventually.holds("let go", () -> hypervisor().plugged(machine.id()).equals(Set.of("root")));
    assertFalse(hypervisor().filesInUse().contains(file(more)));

    hypervisor().plug(machine.id(), more);
    hypervisor().pullPlug(machine.id());
    hypervisor().start(machine.id());
    assertEquals(Set.of("root"), hypervisor().plugged(machine.id()));
    assertEquals(new Power.Running(), power(machine));
  }

  @Test
  void aDeviceWithoutItsFileIsNotPlugged() throws IOException {
    MachineSpec machine = started(stubborn());
    DiskDevice more = more(machine, "plug-1", DiskDevice.Role.DISK);
    Files.delete(file(more));

    HypervisorFault fault = assertMissing(() -> hypervisor().plug(machine.id(), more));

    assertTrue(String.valueOf(fault.getMessage()).contains(file(more).toString()));
    assertEquals(Set.of("root"), hypervisor().plugged(machine.id()));
  }

  /** A device beside the machine's own disk, with a file that QEMU may open. */
  private static DiskDevice more(MachineSpec machine, String name, DiskDevice.Role role)
      throws IOException {
    Path file = file(machine.disks().getFirst()).resolveSibling(machine.id() + "-" + name + ".raw");
    Files.write(file, new byte[1 << 20]);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    return new DiskDevice(
        name, new DiskDevice.Source.Raw(file), role, name + "-serial", OptionalInt.empty());
  }

  private static Path file(DiskDevice device) {
    return ((DiskDevice.Source.Raw) device.source()).file();
  }

  @Test
  void changesAreTold() throws IOException {
    Set<MachineId> told = ConcurrentHashMap.newKeySet();
    try (var _ = hypervisor().onChange(told::add)) {
      MachineSpec machine = defined(obedient());
      Eventually.holds("definition told", () -> told.remove(machine.id()));

      hypervisor().start(machine.id());
      Eventually.holds("start told", () -> told.remove(machine.id()));
      awaitGuest(machine);
      told.clear();

      hypervisor().pullPlug(machine.id());
      Eventually.holds("end told", () -> told.remove(machine.id()));
    }
  }

  @Test
  void theSerialPortHasOneReaderAndEndsWithTheInstance() throws IOException {
    MachineSpec machine = started(stubborn());
    awaitGuest(machine);

    try (GuestStream serial = hypervisor().openSerial(machine.id(), AT_ONCE)) {
      HypervisorFault busy =
          assertThrows(HypervisorFault.class, () -> hypervisor().openSerial(machine.id(), AT_ONCE));
      assertEquals(HypervisorFault.Kind.REJECTED, busy.kind());

      hypervisor().pullPlug(machine.id());
      assertEquals(-1, serial.fromGuest().read());
    }

    assertMissing(() -> hypervisor().openSerial(machine.id(), AT_ONCE));
    hypervisor().start(machine.id());
    hypervisor().openSerial(machine.id(), AT_ONCE).close();
    hypervisor().openSerial(machine.id(), AT_ONCE).close();
  }

  @Test
  void theScreenGreetsAndEndsWithTheInstance() throws IOException {
    MachineSpec machine = started(stubborn());

    try (GuestStream screen = hypervisor().openScreen(machine.id())) {
      byte[] greeting = screen.fromGuest().readNBytes(12);
      assertEquals("RFB 003.008\n", new String(greeting, StandardCharsets.US_ASCII));

      hypervisor().pullPlug(machine.id());
      assertEquals(-1, screen.fromGuest().read());
    }

    assertMissing(() -> hypervisor().openScreen(machine.id()));
  }

  @Test
  void theHostSaysWhatItOffers() {
    HostCapabilities host = hypervisor().capabilities(MachineSpec.Acceleration.EMULATION);

    assertTrue(host.usableCpuModels().contains("Nehalem"), host::toString);
    assertTrue(host.cpus() > 0 && host.memoryBytes() > 1 << 20, host::toString);
    assertTrue(host.qemuVersion().matches("\\d+\\.\\d+\\.\\d+"), host::toString);
  }

  @Test
  void whatMachinesUseIsToldOfThoseThatRun() throws IOException {
    MachineSpec stopped = defined(stubborn());
    MachineSpec running = started(stubborn());

    Eventually.holds(
        "used",
        () ->
            usage(running)
                .filter(used -> used.cpu().isPositive() && used.memory().resident() > 0)
                .isPresent());

    MachineUsage used = usage(running).orElseThrow();
    assertEquals(running.memoryBytes(), used.memory().assigned());
    assertEquals(running.memoryBytes(), used.memory().most());
    assertEquals(running.disks().size(), used.disks().size());
    assertEquals(Optional.empty(), usage(stopped));
    assertTrue(hypervisor().calls().stream().allMatch(each -> each.faults() <= each.calls()));
  }

  private Optional<MachineUsage> usage(MachineSpec machine) {
    return hypervisor().usage().stream().filter(each -> each.id().equals(machine.id())).findFirst();
  }

  @Test
  void whereNoAgentIsNoneIsHeard() throws IOException {
    MachineSpec machine = defined(stubborn());
    MachineId nobody = new MachineId(UUID.randomUUID());

    Eventually.holds("looked", () -> hypervisor().agent(nobody).equals(GuestAgent.ABSENT));
    assertEquals(GuestAgent.ABSENT, hypervisor().agent(machine.id()));
    hypervisor().start(machine.id());
    assertEquals(GuestAgent.ABSENT, hypervisor().agent(machine.id()));
  }

  @Test
  void anAgentIsHeardWhileItAnswers() throws IOException {
    MachineSpec machine = withAgent();
    Set<MachineId> told = ConcurrentHashMap.newKeySet();
    started(machine);
    hypervisor().onChange(told::add);

    Eventually.holds(
        "heard", () -> hypervisor().agent(machine.id()) instanceof GuestAgent.Answering);
    var heard = (GuestAgent.Answering) hypervisor().agent(machine.id());
    assertEquals("tiny", heard.report().system().id());
    assertEquals(Set.of(), heard.report().missing());

    told.clear();
    endAgent(machine);
    Eventually.holds("gone", () -> hypervisor().agent(machine.id()).equals(GuestAgent.ABSENT));
    Eventually.holds("told", () -> told.contains(machine.id()));
  }

  protected final MachineSpec defined(MachineSpec machine) {
    hypervisor().define(machine);
    return machine;
  }

  protected final MachineSpec started(MachineSpec machine) {
    hypervisor().define(machine);
    hypervisor().start(machine.id());
    return machine;
  }

  protected final MachineObservation observed(MachineSpec machine) {
    return hypervisor().observe(machine.id()).orElseThrow();
  }

  protected final Power power(MachineSpec machine) {
    return observed(machine).power();
  }

  private static HypervisorFault assertMissing(org.junit.jupiter.api.function.Executable call) {
    HypervisorFault fault = assertThrows(HypervisorFault.class, call);
    assertEquals(HypervisorFault.Kind.MISSING, fault.kind(), fault::getMessage);
    return fault;
  }
}
