package cairn.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.BootSector;
import cairn.hypervisor.Eventually;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineSpec.Acceleration;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.Test;

/** The daemon is killed while a guest runs. */
class DaemonLossIT {

  @Test
  void theGuestGoesOnAndTheNextCallsWork() throws IOException {
    try (PrivateLibvirt libvirt = PrivateLibvirt.ofOurOwn();
        LibvirtHypervisor hypervisor = LibvirtHypervisor.connect(libvirt.settings("loss"))) {
      MachineSpec machine = libvirt.machines().of(BootSector.STUBBORN, Acceleration.EMULATION);
      hypervisor.define(machine);
      hypervisor.start(machine.id());
      MachineObservation before = hypervisor.observe(machine.id()).orElseThrow();
      Set<MachineId> told = ConcurrentHashMap.newKeySet();
      hypervisor.onChange(told::add);
      long killed = libvirt.daemonPid();

      ProcessHandle daemon = ProcessHandle.of(killed).orElseThrow();
      assertTrue(daemon.destroyForcibly());
      daemon.onExit().join();

      Eventually.holds("daemon seen again", () -> observed(hypervisor, machine).isPresent());
      assertTrue(libvirt.daemonPid() != killed);
      assertEquals(before, observed(hypervisor, machine).orElseThrow());
      Eventually.holds("resync told", () -> told.remove(machine.id()));
      assertTrue(hypervisor.isConnected());

      hypervisor.pullPlug(machine.id());
      Eventually.holds("events flow again", () -> told.remove(machine.id()));
      hypervisor.undefine(machine.id());
    }
  }

  /** Until the daemon is back every call is a fault that says: try again. */
  private static Optional<MachineObservation> observed(
      LibvirtHypervisor hypervisor, MachineSpec machine) {
    try {
      return hypervisor.observe(machine.id());
    } catch (HypervisorFault fault) {
      assertEquals(HypervisorFault.Kind.TRANSIENT, fault.kind(), fault::getMessage);
      return Optional.empty();
    }
  }
}
