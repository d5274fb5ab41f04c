package cairn.hypervisor.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.BootSector;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestReport;
import cairn.hypervisor.Hypervisor;
import cairn.hypervisor.HypervisorContract;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineObservation.StopCause;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.TestMachines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FakeHypervisorTest extends HypervisorContract {

  @TempDir Path directory;

  private final FakeHypervisor hypervisor = new FakeHypervisor();

  @Override
  protected Hypervisor hypervisor() {
    return hypervisor;
  }

  @Override
  protected MachineSpec obedient() throws IOException {
    return new TestMachines(directory).of(BootSector.OBEDIENT, Acceleration.EMULATION);
  }

  @Override
  protected MachineSpec stubborn() throws IOException {
    return new TestMachines(directory).of(BootSector.STUBBORN, Acceleration.EMULATION);
  }

  @Override
  protected MachineSpec brief(StopCause end) throws IOException {
    MachineSpec machine = obedient();
    hypervisor.define(machine);
    hypervisor.guestLivesShortly(machine.id(), Optional.of(end));
    return machine;
  }

  @Override
  protected MachineSpec withAgent() throws IOException {
    MachineSpec machine = obedient();
    GuestReport.OperatingSystem system =
        new GuestReport.OperatingSystem("tiny", "Tiny", "", "", "", "", "", "");
    hypervisor.guestBringsAgent(
        machine.id(),
        new GuestAgent.Answering(new GuestReport("7.2", Set.of(), system, "tiny", List.of())));
    return machine;
  }

  @Override
  protected void endAgent(MachineSpec machine) {
    hypervisor.guestAgentIs(machine.id(), GuestAgent.ABSENT);
  }

  @Override
  protected void awaitGuest(MachineSpec machine) {}

  @Override
  protected void prepare(MachineSpec machine) {
    hypervisor.define(machine);
    hypervisor.guestTemper(machine.id(), FakeHypervisor.Temper.SLOW);
  }

  @Test
  void aLostDaemonIsTransientAndComesBackWithAResync() throws IOException {
    MachineSpec machine = started(obedient());
    List<Object> told = new ArrayList<>();
    hypervisor.onChange(told::add);

    hypervisor.hostLosesDaemon();
    HypervisorFault fault =
        assertThrows(HypervisorFault.class, () -> hypervisor.observe(machine.id()));
    hypervisor.hostFindsDaemon();

    assertEquals(HypervisorFault.Kind.TRANSIENT, fault.kind());
    assertEquals(List.of(machine.id()), told);
    assertEquals(new Power.Running(), power(machine));
  }

  @Test
  void guestsDoAsScripted() throws IOException {
    MachineSpec machine = started(obedient());

    hypervisor.guestIsPaused(machine.id(), PauseCause.INTERNAL_ERROR);
    assertThrows(HypervisorFault.class, () -> hypervisor.resume(machine.id()));
    hypervisor.guestCrashes(machine.id());
    assertEquals(new Power.Stopped(StopCause.CRASHED), power(machine));

    hypervisor.hostFailsNextStart(
        new HypervisorFault(HypervisorFault.Kind.EXHAUSTED, "HostMemoryExhausted", "full", null));
    assertThrows(HypervisorFault.class, () -> hypervisor.start(machine.id()));
    assertEquals(new Power.Stopped(StopCause.START_FAILED), power(machine));
    hypervisor.start(machine.id());
    assertTrue(observed(machine).instancePid().isPresent());
  }
}
