package cairn.appliance.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.machine.PowerMemory.Kind;
import cairn.appliance.machine.PowerMemory.Manner;
import cairn.appliance.machine.PowerMemory.Request;
import cairn.appliance.machine.PowerMemory.Wish;
import cairn.appliance.machine.PowerPlan.Action;
import cairn.appliance.machine.PowerPlan.Happening;
import cairn.appliance.machine.PowerPlan.Situation;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineObservation;
import cairn.hypervisor.MachineObservation.PauseCause;
import cairn.hypervisor.MachineObservation.Power;
import cairn.hypervisor.MachineObservation.StopCause;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The run policy table of contract chapter 2.4, and the way down of an instance. */
class PowerPlanTest {

  private static final Instant NOW = Instant.parse("2026-01-01T10:00:00Z");
  private static final MachineId ID = new MachineId(new UUID(1, 2));
  private static final Duration GRACE = Duration.ofSeconds(60);

  @ParameterizedTest(name = "{0} after create: {1}")
  @CsvSource({
    "ALWAYS_ON, Start",
    "ALWAYS_ON_UNLESS_STOPPED_MANUALLY, Start",
    "MANUAL, Nothing",
    "ALWAYS_OFF, Nothing"
  })
  void afterCreate(RunPolicy policy, String action) {
    assertEquals(action, name(decide(policy, PowerMemory.NONE, absent())));
  }

  @ParameterizedTest(name = "{0}, ended by {1}: {2}")
  @CsvSource({
    "ALWAYS_ON, GUEST_POWER_OFF, Start",
    "ALWAYS_ON, CRASHED, Start",
    "ALWAYS_ON_UNLESS_STOPPED_MANUALLY, GUEST_POWER_OFF, Nothing",
    "ALWAYS_ON_UNLESS_STOPPED_MANUALLY, CRASHED, Start",
    "ALWAYS_ON_UNLESS_STOPPED_MANUALLY, UNKNOWN, Start",
    "ALWAYS_ON_UNLESS_STOPPED_MANUALLY, PLUG_PULLED, Start",
    "MANUAL, GUEST_POWER_OFF, Nothing",
    "MANUAL, CRASHED, Nothing",
    "MANUAL, UNKNOWN, Nothing",
    "ALWAYS_OFF, CRASHED, Nothing",
    "ALWAYS_ON, GUEST_REBOOT, Start",
    "ALWAYS_ON_UNLESS_STOPPED_MANUALLY, GUEST_REBOOT, Start",
    "MANUAL, GUEST_REBOOT, Start",
    "ALWAYS_OFF, GUEST_REBOOT, Nothing"
  })
  void whenAnInstanceEndsThatNobodyAskedToEnd(RunPolicy policy, StopCause cause, String action) {
    PowerPlan running = decide(policy, ranBefore(), running(7));

    PowerPlan ended = decide(policy, running.memory(), stopped(cause));

    assertEquals(action, name(ended));
    boolean reboot = cause == StopCause.GUEST_REBOOT && action.equals("Start");
    assertEquals(reboot ? "Restarted" : "Stopped", ended.happened().getFirst().reason());
  }

  @ParameterizedTest(name = "{0}, came and went by {1}: {2}")
  @CsvSource({
    "ALWAYS_ON, GUEST_POWER_OFF, Start, Stopped",
    "ALWAYS_ON_UNLESS_STOPPED_MANUALLY, GUEST_POWER_OFF, Nothing, Stopped",
    "ALWAYS_ON_UNLESS_STOPPED_MANUALLY, GUEST_REBOOT, Start, Restarted",
    "ALWAYS_ON_UNLESS_STOPPED_MANUALLY, CRASHED, Start, Stopped",
    "MANUAL, GUEST_POWER_OFF, Nothing, Stopped",
    "MANUAL, GUEST_REBOOT, Start, Restarted",
    "MANUAL, CRASHED, Nothing, Stopped"
  })
  void anInstanceThatCameAndWentUnseenIsTreatedAsOneThatRan(
      RunPolicy policy, StopCause cause, String action, String said) {
    PowerPlan start = decide(policy, ask(PowerMemory.NONE, Kind.START, Manner.GRACEFUL), absent());
    assertEquals("Start", name(start));

    PowerPlan ended = decide(policy, reread(start.memory()), stopped(cause, "launch 1"));

    assertEquals(action, name(ended));
    assertEquals(List.of(said), ended.happened().stream().map(Happening::reason).toList());
    assertEquals(Optional.empty(), ended.memory().request());
  }

  @ParameterizedTest(name = "nothing ran: {0}, marked {1}")
  @CsvSource({
    "START_FAILED, launch 1",
    "UNKNOWN, launch 1",
    "GUEST_POWER_OFF, launch 0",
    "UNKNOWN, launch 0"
  })
  void aLaunchThatDidNotComeAboutIsMadeAgain(StopCause cause, String mark) {
    PowerMemory asked = ask(PowerMemory.NONE, Kind.START, Manner.GRACEFUL);
    PowerPlan start =
        decide(RunPolicy.MANUAL, asked, stopped(StopCause.GUEST_POWER_OFF, "launch 0"));

    PowerPlan again = decide(RunPolicy.MANUAL, start.memory(), stopped(cause, mark));

    assertEquals("Start", name(again));
    assertEquals(List.of(), again.happened());
    assertEquals(start.memory(), again.memory(), "a write here would cut a back-off short");
  }

  @Test
  void aMachineThatKeepsDyingIsHeldBackLongerAndLonger() {
    List<Long> pauses = new ArrayList<>();
    PowerMemory memory = PowerMemory.NONE.wishing(Wish.RUN);
    Instant now = NOW;
    for (int life = 1; life <= 9; life++) {
      memory = decide(RunPolicy.ALWAYS_ON, memory, running(life), now).memory();
      now = now.plusSeconds(2);
      PowerPlan ended = decide(RunPolicy.ALWAYS_ON, memory, stopped(StopCause.CRASHED), now);
      Duration pause =
          ended.action() instanceof Action.HoldBack wait ? wait.lookAgain() : Duration.ZERO;
      pauses.add(pause.toSeconds());
      now = now.plus(pause);
      PowerPlan next =
          decide(RunPolicy.ALWAYS_ON, reread(ended.memory()), stopped(StopCause.CRASHED), now);
      assertEquals("Start", name(next));
      memory = next.memory();
    }

    assertEquals(List.of(0L, 5L, 10L, 20L, 40L, 80L, 160L, 300L, 300L), pauses);
  }

  @Test
  void aLongLifeOrAStartByHandEndsTheHoldingBack() {
    PowerMemory held =
        ranBefore().holdingBack(new BackOff(4, Optional.of(NOW.plusSeconds(20)))).seeingNone();
    assertEquals("HoldBack", name(decide(RunPolicy.ALWAYS_ON, held, absent())));

    assertEquals(
        "Start",
        name(decide(RunPolicy.ALWAYS_ON, ask(held, Kind.RESTART, Manner.GRACEFUL), absent())));
    PowerMemory up = held.seeing(8, NOW);
    PowerPlan ended =
        decide(RunPolicy.ALWAYS_ON, up, stopped(StopCause.CRASHED), NOW.plus(BackOff.SHORT_LIFE));
    assertEquals("Start", name(ended));
    assertEquals(BackOff.NONE, ended.memory().backOff());
  }

  @Test
  void theGraceGoesOnWhereItWasWhenTheServiceComesBack() {
    PowerMemory asked = ask(ranBefore(), Kind.STOP, Manner.GRACEFUL);
    PowerMemory pressed = decide(RunPolicy.MANUAL, asked, running(7), NOW).memory();

    // The hypervisor has forgotten the button by then: it shows a machine that runs.
    PowerPlan late =
        decide(RunPolicy.MANUAL, reread(pressed), running(7), NOW.plus(GRACE).minusSeconds(3));
    assertEquals(new Action.PressButton(Duration.ofSeconds(3)), late.action());
    PowerPlan over = decide(RunPolicy.MANUAL, reread(late.memory()), running(7), NOW.plus(GRACE));

    assertEquals("PullPlug", name(over));
  }

  @Test
  void aClockThatWentBackDoesNotMakeTheGraceLonger() {
    PowerMemory asked = ask(ranBefore(), Kind.STOP, Manner.GRACEFUL);
    PowerMemory pressed = decide(RunPolicy.MANUAL, asked, running(7), NOW).memory();
    Instant before = NOW.minusSeconds(3600);

    PowerMemory anew = decide(RunPolicy.MANUAL, pressed, running(7), before).memory();

    assertEquals("PullPlug", name(decide(RunPolicy.MANUAL, anew, running(7), before.plus(GRACE))));
  }

  @ParameterizedTest(name = "from {0} {1} to {2}: {3}")
  @CsvSource({
    "ALWAYS_OFF, false, ALWAYS_ON_UNLESS_STOPPED_MANUALLY, Start",
    "MANUAL, false, ALWAYS_ON_UNLESS_STOPPED_MANUALLY, Nothing",
    "MANUAL, false, ALWAYS_ON, Start",
    "ALWAYS_ON, true, ALWAYS_OFF, PressButton",
    "ALWAYS_ON, true, MANUAL, Nothing",
    "ALWAYS_OFF, false, MANUAL, Nothing",
    "MANUAL, true, ALWAYS_ON_UNLESS_STOPPED_MANUALLY, Nothing"
  })
  void whenThePolicyChanges(RunPolicy before, boolean runs, RunPolicy after, String action) {
    PowerMemory memory = runs ? ranBefore() : PowerMemory.NONE;
    Optional<MachineObservation> seen = runs ? running(7) : absent();
    memory = decide(before, memory, seen).memory();

    assertEquals(action, name(decide(after, memory, seen)));
  }

  @Test
  void aStopPressesTheButtonThenWaitsThenPullsThePlug() {
    PowerMemory memory = ask(ranBefore(), Kind.STOP, Manner.GRACEFUL);

    PowerPlan pressed = decide(RunPolicy.MANUAL, memory, running(7), NOW);
    assertEquals("PressButton", name(pressed));
    PowerPlan waits = decide(RunPolicy.MANUAL, pressed.memory(), running(7), NOW.plusSeconds(2));
    assertEquals("AwaitEnd", name(waits));
    PowerPlan again = decide(RunPolicy.MANUAL, waits.memory(), running(7), NOW.plusSeconds(6));
    assertEquals("PressButton", name(again));
    PowerPlan pulled = decide(RunPolicy.MANUAL, again.memory(), running(7), NOW.plus(GRACE));
    assertEquals("PullPlug", name(pulled));

    PowerPlan ended = decide(RunPolicy.MANUAL, pulled.memory(), stopped(StopCause.PLUG_PULLED));
    assertEquals("Nothing", name(ended));
    assertEquals(Wish.REST, ended.memory().wish());
    assertEquals(Optional.empty(), ended.memory().request());
  }

  @Test
  void aStopByForceAfterAGentleOnePullsThePlugAtOnce() {
    PowerMemory gentle = ask(ranBefore(), Kind.STOP, Manner.GRACEFUL);
    PowerMemory pressed = decide(RunPolicy.MANUAL, gentle, running(7)).memory();

    PowerPlan forced = decide(RunPolicy.MANUAL, ask(pressed, Kind.STOP, Manner.HARD), running(7));

    assertEquals("PullPlug", name(forced));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsLeftOfAnInstanceThatIsGoneIsClearedAway(RunPolicy policy) {
    PowerPlan plan =
        decide(policy, ranBefore(), seen(new Power.Paused(PauseCause.INSTANCE_LOST), 7));

    assertEquals("PullPlug", name(plan));
    assertTrue(plan.memory().ending().isEmpty(), "nobody asked it to end");
  }

  @Test
  void aPausedGuestCannotHearTheButton() {
    PowerMemory memory = ask(ranBefore(), Kind.STOP, Manner.GRACEFUL);

    assertEquals(
        "PullPlug",
        name(decide(RunPolicy.MANUAL, memory, seen(new Power.Paused(PauseCause.DISK_ERROR), 7))));
  }

  @ParameterizedTest
  @EnumSource(
      value = RunPolicy.class,
      names = {"ALWAYS_ON", "ALWAYS_ON_UNLESS_STOPPED_MANUALLY", "MANUAL"})
  void aRestartEndsTheInstanceAndIsDoneWhenANewOneRuns(RunPolicy policy) {
    PowerMemory asked = ask(ranBefore(), Kind.RESTART, Manner.GRACEFUL);
    PowerPlan down = decide(policy, asked, running(7));
    assertEquals("PressButton", name(down));
    PowerPlan up = decide(policy, down.memory(), stopped(StopCause.GUEST_POWER_OFF));
    assertEquals("Start", name(up));

    PowerPlan done = decide(policy, up.memory(), running(8));

    assertEquals("Nothing", name(done));
    assertEquals(Optional.empty(), done.memory().request());
  }

  @Test
  void aRestartAskedBeforeTheStartWasNoticedEndsTheInstanceThatCameOfIt() {
    PowerMemory asked =
        PowerMemory.NONE
            .wishing(Wish.RUN)
            .asked(new Request("op", Kind.RESTART, Manner.GRACEFUL, OptionalLong.empty()));

    PowerPlan down = decide(RunPolicy.ALWAYS_ON, asked, running(7));

    assertEquals("PressButton", name(down));
    PowerPlan done = decide(RunPolicy.ALWAYS_ON, down.memory(), running(8));
    assertEquals(Optional.empty(), done.memory().request());
  }

  @Test
  void aStartDuringTheWayDownComesAfterIt() {
    PowerMemory stopping =
        decide(RunPolicy.MANUAL, ask(ranBefore(), Kind.STOP, Manner.GRACEFUL), running(7)).memory();
    PowerMemory asked =
        stopping.asked(new Request("op", Kind.START, Manner.GRACEFUL, OptionalLong.empty()));

    PowerPlan still = decide(RunPolicy.MANUAL, asked, running(7), NOW.plusSeconds(1));
    assertEquals("AwaitEnd", name(still));
    PowerPlan then = decide(RunPolicy.MANUAL, still.memory(), stopped(StopCause.GUEST_POWER_OFF));

    assertEquals("Start", name(then));
  }

  @Test
  void aStartThatMustWaitIsRemembered() {
    PowerMemory asked =
        decide(RunPolicy.MANUAL, PowerMemory.NONE, absent())
            .memory()
            .asked(new Request("op", Kind.START, Manner.GRACEFUL, OptionalLong.empty()));

    PowerMemory later = decide(RunPolicy.MANUAL, asked, absent()).memory();

    assertEquals("Start", name(decide(RunPolicy.MANUAL, reread(later), absent())));
  }

  @Test
  void aNewInstanceWhileNobodyLookedIsNoticed() {
    PowerPlan plan = decide(RunPolicy.ALWAYS_ON, ranBefore(), running(9));

    assertEquals(OptionalLong.of(9), plan.memory().instance());
    assertEquals("Restarted", plan.happened().getFirst().reason());
  }

  @Test
  void aDeletedMachineGoesDownAndIsNotStartedAgain() {
    PowerPlan plan =
        PowerPlan.decide(
            new Situation(
                RunPolicy.ALWAYS_ON,
                ranBefore(),
                running(7),
                GRACE,
                true,
                false,
                HostMoment.USUAL,
                NOW));
    assertInstanceOf(Action.PressButton.class, plan.action());

    PowerPlan gone =
        PowerPlan.decide(
            new Situation(
                RunPolicy.ALWAYS_ON,
                plan.memory(),
                stopped(StopCause.GUEST_POWER_OFF),
                GRACE,
                true,
                false,
                HostMoment.USUAL,
                NOW));

    assertInstanceOf(Action.Nothing.class, gone.action());
  }

  @Test
  void pendingChangesRestartAMachineOnceItIsApproved() {
    PowerPlan plan =
        PowerPlan.decide(
            new Situation(
                RunPolicy.ALWAYS_ON,
                ranBefore(),
                running(7),
                GRACE,
                false,
                true,
                HostMoment.USUAL,
                NOW));

    assertInstanceOf(Action.PressButton.class, plan.action());
  }

  @Test
  void memoryIsReadAsItWasWritten() {
    PowerMemory memory =
        decide(RunPolicy.MANUAL, ask(ranBefore(), Kind.RESTART, Manner.GRACEFUL), running(7))
            .memory();

    assertTrue(memory.ending().isPresent());
    assertEquals(memory, reread(memory));
  }

  private static PowerMemory reread(PowerMemory memory) {
    ObjectNode document = JsonMapper.shared().createObjectNode();
    memory.writeTo(document);
    return PowerMemory.read(document);
  }

  private static PowerMemory ranBefore() {
    return PowerMemory.NONE.seeing(7, NOW.minusSeconds(100)).wishing(Wish.RUN);
  }

  private static PowerMemory ask(PowerMemory memory, Kind kind, Manner manner) {
    return memory.asked(new Request("op", kind, manner, OptionalLong.of(7)));
  }

  private static PowerPlan decide(
      RunPolicy policy, PowerMemory memory, Optional<MachineObservation> seen) {
    return decide(policy, memory, seen, NOW);
  }

  private static PowerPlan decide(
      RunPolicy policy, PowerMemory memory, Optional<MachineObservation> seen, Instant now) {
    return PowerPlan.decide(
        new Situation(policy, memory, seen, GRACE, false, false, HostMoment.USUAL, now));
  }

  private static String name(PowerPlan plan) {
    return plan.action().getClass().getSimpleName();
  }

  private static Optional<MachineObservation> absent() {
    return Optional.empty();
  }

  private static Optional<MachineObservation> running(long pid) {
    return seen(new Power.Running(), pid);
  }

  private static Optional<MachineObservation> stopped(StopCause cause) {
    return stopped(cause, "");
  }

  private static Optional<MachineObservation> stopped(StopCause cause, String mark) {
    return Optional.of(
        new MachineObservation(
            ID, new Power.Stopped(cause), OptionalLong.empty(), true, Optional.of(mark)));
  }

  private static Optional<MachineObservation> seen(Power power, long pid) {
    return Optional.of(
        new MachineObservation(ID, power, OptionalLong.of(pid), true, Optional.empty()));
  }
}
