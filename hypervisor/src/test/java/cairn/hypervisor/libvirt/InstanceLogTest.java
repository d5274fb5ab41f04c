package cairn.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.MachineObservation.StopCause;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Logs as libvirt 9.0 and QEMU 7.2 write them, shortened. */
class InstanceLogTest {

  private static final String LAUNCH =
      "2026-11-22 19:13:33.001+0000: starting up libvirt version: 9.0.0, qemu version: 7.2.22";
  private static final String RUNS =
      "21475@1795374813.925567:runstate_set current_run_state 6 (prelaunch) new_state 9 (running)";
  private static final String HALTS =
      "21475@1795374815.149415:runstate_set current_run_state 9 (running) new_state 11 (shutdown)";
  private static final String ASKS =
      "21496@1795374815.149400:qemu_system_shutdown_request reason=6";
  private static final String SIGNALLED =
      "2026-11-22T19:13:35.2Z qemu-system-x86_64: terminating on signal 15 from pid 42 (libvirtd)";

  @Test
  void aPowerOffIsAskedForBeforeQemuHalts() {
    InstanceLog log = log(LAUNCH, RUNS, ASKS, HALTS, SIGNALLED, ended("shutdown"));

    assertEquals(StopCause.GUEST_POWER_OFF, log.causeOfShutdown());
    assertEquals(Optional.of("2026-11-22 19:13:33.001+0000"), log.launch());
  }

  @Test
  void aResetHaltsQemuWithoutBeingAskedFor() {
    InstanceLog log = log(LAUNCH, RUNS, HALTS, SIGNALLED, ended("shutdown"));

    assertEquals(StopCause.GUEST_REBOOT, log.causeOfShutdown());
    assertEquals(StopCause.GUEST_REBOOT, log.causeFromMemory());
  }

  @Test
  void aSignalIsNoResetAndOneFromOutsideNoWishOfTheGuest() {
    String init = SIGNALLED.replace("42 (libvirtd)", "1 (/sbin/init)");

    assertEquals(
        StopCause.GUEST_POWER_OFF,
        log(LAUNCH, RUNS, SIGNALLED, HALTS, ended("shutdown")).causeOfShutdown());
    assertEquals(
        StopCause.PLUG_PULLED, log(LAUNCH, RUNS, init, HALTS, ended("shutdown")).causeOfShutdown());
    assertEquals(
        StopCause.GUEST_POWER_OFF,
        log(LAUNCH, RUNS, ASKS, HALTS, init, ended("shutdown")).causeOfShutdown());
  }

  @Test
  void qemusWordIsAwaitedOnlyFromAQemuThatTells() {
    assertTrue(log(LAUNCH, RUNS).awaited());
    assertFalse(log(LAUNCH, RUNS, HALTS).awaited());
    assertFalse(log(LAUNCH, ended("shutdown")).awaited());
  }

  @Test
  void onlyTheLastInstanceCounts() {
    String second = LAUNCH.replace("33.001", "59.500");

    InstanceLog log = log(LAUNCH, RUNS, HALTS, ended("shutdown"), second, ended("failed"));

    assertEquals(StopCause.START_FAILED, log.causeFromMemory());
    assertEquals(InstanceLog.Halt.UNTOLD, log.halt());
    assertEquals(Optional.of("2026-11-22 19:13:59.500+0000"), log.launch());
  }

  @Test
  void aForgetfulDaemonIsHelpedByTheLog() {
    assertEquals(StopCause.CRASHED, log(LAUNCH, RUNS, ended("crashed")).causeFromMemory());
    assertEquals(StopCause.PLUG_PULLED, log(LAUNCH, RUNS, ended("destroyed")).causeFromMemory());
    assertEquals(StopCause.UNKNOWN, log(LAUNCH, RUNS).causeFromMemory());
    assertEquals(StopCause.UNKNOWN, InstanceLog.EMPTY.causeFromMemory());
  }

  private static InstanceLog log(String... lines) {
    return InstanceLog.read(
        Stream.concat(List.of("warning").stream(), Arrays.stream(lines)).toList());
  }

  private static String ended(String reason) {
    return "2026-11-22 19:13:35.300+0000: shutting down, reason=" + reason;
  }
}
