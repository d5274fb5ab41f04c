package cairn.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.BootSector;
import cairn.hypervisor.Eventually;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineSpec;
import cairn.hypervisor.MachineSpec.Acceleration;
import cairn.hypervisor.domain.DomainNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

  @Test
  void aStartThatDiedWithTheDaemonBeforeItHadAProcessIsForgotten() throws Exception {
    try (PrivateLibvirt libvirt = PrivateLibvirt.ofOurOwn();
        LibvirtHypervisor hypervisor = LibvirtHypervisor.connect(libvirt.settings("loss"))) {
      MachineSpec machine = libvirt.machines().of(BootSector.STUBBORN, Acceleration.EMULATION);
      hypervisor.define(machine);
      hypervisor.start(machine.id());
      Path status =
          libvirt
              .directory()
              .resolve("run/qemu/" + new DomainNames("loss").of(machine.id()) + ".xml");
      String started = Files.readString(status);
      hypervisor.pullPlug(machine.id());
      assertTrue(Files.notExists(status), "libvirt's own");

      // As libvirt 9.0 left it when it was killed between its note of the start and the process.
      Files.writeString(
          status,
          started
              .replaceFirst(
                  "<domstatus [^>]*>", "<domstatus state='paused' reason='starting up' pid='0'>")
              .replaceFirst(
                  "<job [^>]*>", "<job type='none' async='start' flags='0x0' asyncStarted='1'/>"));
      ProcessHandle daemon = ProcessHandle.of(libvirt.daemonPid()).orElseThrow();
      assertTrue(daemon.destroyForcibly());
      daemon.onExit().join();

      Eventually.holds(
          "known as stopped",
          () ->
              observed(hypervisor, machine)
                  .filter(seen -> seen.power() instanceof Power.Stopped)
                  .isPresent());
      hypervisor.start(machine.id());
      assertEquals(new Power.Running(), observed(hypervisor, machine).orElseThrow().power());
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
