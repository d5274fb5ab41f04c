package cairn.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import cairn.hypervisor.BootSector;
import cairn.hypervisor.Eventually;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestStream;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorContract;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineObservation.StopCause;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.MachineSpec.DeviceModel;
import cairn.hypervisor.MachineSpec.GuestKind;
import cairn.hypervisor.TestMachines;
import cairn.hypervisor.kvm.KvmSelfTest;
import cairn.hypervisor.kvm.KvmVerdict;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The contract on real libvirt and QEMU, and what only the real thing can show. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LibvirtHypervisorIT extends HypervisorContract {

  private final PrivateLibvirt libvirt = PrivateLibvirt.shared();
  private final LibvirtHypervisor hypervisor = LibvirtHypervisor.connect(libvirt.settings("test"));
  private TestMachines machines = new TestMachines(Path.of("."));

  @BeforeAll
  void makeRoom() throws IOException {
    machines = libvirt.machines();
  }

  @AfterEach
  void forgetAll() {
    hypervisor.observeAll().forEach(machine -> hypervisor.undefine(machine.id()));
  }

  @AfterAll
  void disconnect() {
    hypervisor.close();
  }

  @Override
  protected Hypervisor hypervisor() {
    return hypervisor;
  }

  @Override
  protected MachineSpec obedient() throws IOException {
    return machines.of(BootSector.OBEDIENT, Acceleration.EMULATION);
  }

  @Override
  protected MachineSpec stubborn() throws IOException {
    return machines.of(BootSector.STUBBORN, Acceleration.EMULATION);
  }

  @Override
  protected MachineSpec brief(StopCause end) throws IOException {
    return machines.of(
        end == StopCause.GUEST_REBOOT ? BootSector.RESTLESS : BootSector.BRIEF,
        Acceleration.EMULATION);
  }

  @Override
  protected MachineSpec withAgent() throws IOException {
    return machines.withAgent();
  }

  @Override
  protected void endAgent(MachineSpec machine) throws IOException {
    try (GuestStream serial = hypervisor.openSerial(machine.id(), Duration.ofSeconds(5))) {
      serial.toGuest().write("\nkillall qemu-ga\n".getBytes(StandardCharsets.US_ASCII));
      // Whoever hangs up before the guest has read takes the words back.
      Eventually.holds(
          "agent gone", () -> hypervisor.agent(machine.id()).equals(GuestAgent.ABSENT));
    }
  }

  @Override
  protected void awaitGuest(MachineSpec machine) {
    Eventually.holds("guest greeted on its serial port", () -> TestMachines.greeted(machine));
  }

  @Test
  void whatIsTypedReachesTheGuest() throws IOException {
    MachineSpec machine = started(stubborn());
    awaitGuest(machine);

    try (GuestStream serial = hypervisor.openSerial(machine.id(), Duration.ofSeconds(5))) {
      serial.toGuest().write("x".getBytes(StandardCharsets.US_ASCII));
      assertEquals('x', serial.fromGuest().read());
    }
  }

  @Test
  void aKilledInstanceHasCrashed() throws IOException {
    MachineSpec machine = started(stubborn());
    long pid = observed(machine).instancePid().orElseThrow();

    ProcessHandle.of(pid).orElseThrow().destroyForcibly();

    Eventually.holds("crashed", () -> power(machine).equals(new Power.Stopped(StopCause.CRASHED)));
  }

  @Test
  void nothingOfAForgottenMachineIsLeftButItsDisk() throws IOException {
    MachineSpec machine = started(stubborn());
    awaitGuest(machine);

    hypervisor.undefine(machine.id());

    assertFalse(Files.exists(machine.serial().log()));
    assertFalse(Files.exists(machine.serial().socket()));
    try (var files = Files.walk(libvirt.directory())) {
      assertEquals(
          Optional.empty(),
          files
              .filter(file -> !file.toString().endsWith(".raw"))
              .filter(file -> file.toString().contains(machine.id().toString()))
              .findFirst());
    }
  }

  @Test
  void nothingIsLeftOfAMachineThatLibvirtHasForgottenAlready() throws Exception {
    MachineSpec machine =
        started(machines.full(GuestKind.WINDOWS, DeviceModel.EMULATED, Acceleration.EMULATION));
    hypervisor.pullPlug(machine.id());
    Process virsh =
        new ProcessBuilder(
                "virsh",
                "-q",
                "-c",
                libvirt.settings("test").uri(),
                "undefine",
                machine.id().toString())
            .inheritIO()
            .start();
    assertEquals(0, virsh.waitFor());

    hypervisor.undefine(machine.id());

    try (var files = Files.walk(libvirt.directory())) {
      assertEquals(
          Optional.empty(),
          files
              .filter(file -> !file.startsWith(machines.directory()))
              .filter(file -> file.toString().contains(machine.id().toString()))
              .findFirst());
    }
  }

  @Test
  void machinesOfAnotherInstanceAreNotTouched() throws IOException {
    MachineSpec machine = started(stubborn());
    try (Hypervisor other = LibvirtHypervisor.connect(libvirt.settings("other"))) {
      other.pullPlug(machine.id());
      other.undefine(machine.id());

      assertEquals(Optional.empty(), other.observe(machine.id()));
      assertTrue(other.observeAll().isEmpty());
    }
    assertEquals(new Power.Running(), power(machine));
  }

  @ParameterizedTest
  @CsvSource({
    "GENERIC, PARAVIRTUAL",
    "GENERIC, EMULATED",
    "WINDOWS, PARAVIRTUAL",
    "WINDOWS, EMULATED",
    "LEGACY, PARAVIRTUAL",
    "LEGACY, EMULATED"
  })
  void everyPresetBootsFromTheLastOfItsDisks(GuestKind guest, DeviceModel devices)
      throws IOException {
    MachineSpec machine = started(machines.full(guest, devices, Acceleration.EMULATION));

    awaitGuest(machine);
  }

  @Test
  void aWindowsMachineRunsByKvm() throws IOException {
    assumeTrue(
        new KvmSelfTest(Path.of("/dev/kvm")).run() instanceof KvmVerdict.Usable,
        "SKIPPED: what a KVM that cannot run guests offers to Windows says nothing");
    MachineSpec machine =
        started(machines.full(GuestKind.WINDOWS, DeviceModel.PARAVIRTUAL, Acceleration.KVM));

    awaitGuest(machine);
  }

  @Test
  void whatATpmRemembersStaysUntilTheMachineIsForgotten() throws IOException {
    MachineSpec machine =
        started(machines.full(GuestKind.WINDOWS, DeviceModel.EMULATED, Acceleration.EMULATION));
    Path memory = libvirt.directory().resolve("lib/swtpm/" + machine.id());
    hypervisor.pullPlug(machine.id());
    assertTrue(Files.exists(memory));

    hypervisor.define(TestMachines.as(GuestKind.GENERIC, machine));
    assertTrue(Files.exists(memory));
    hypervisor.undefine(machine.id());

    assertFalse(Files.exists(memory));
  }

  @Test
  void aRealModeGuestRunsByKvm() throws IOException {
    assumeKvmRunsRealMode();
    MachineSpec machine = started(machines.of(BootSector.OBEDIENT, Acceleration.KVM));

    awaitGuest(machine);

    assertEquals(new Power.Running(), power(machine));
  }

  @Test
  void anInstanceThatKvmGaveUpIsSeen() throws IOException {
    assumeKvmRunsRealMode();
    assumeTrue(
        new KvmSelfTest(Path.of("/dev/kvm")).run() instanceof KvmVerdict.Broken,
        "SKIPPED: this host's KVM knows every instruction, so it gives nothing up");
    MachineSpec machine = started(machines.of(BootSector.SSE, Acceleration.KVM));

    Eventually.holds(
        "given up by KVM",
        () ->
            power(machine) instanceof Power.Paused paused
                && paused.cause() == PauseCause.INTERNAL_ERROR
                && paused.detail().contains("KVM internal error. Suberror: 1"));

    HypervisorFault fault =
        assertThrows(HypervisorFault.class, () -> hypervisor.resume(machine.id()));
    assertEquals(HypervisorFault.Kind.REJECTED, fault.kind());
  }

  private static void assumeKvmRunsRealMode() {
    assumeTrue(
        !(new KvmSelfTest(Path.of("/dev/kvm")).run() instanceof KvmVerdict.Absent),
        "SKIPPED: /dev/kvm cannot be used here");
  }
}
