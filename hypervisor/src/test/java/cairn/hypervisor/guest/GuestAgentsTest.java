package cairn.hypervisor.guest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.Eventually;
import cairn.hypervisor.GuestAgent;
import cairn.hypervisor.GuestReport.OperatingSystem;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.guest.AgentLine.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuestAgentsTest {

  private static final String ITSELF =
      """
      {"return": {"version": "7.2", "supported_commands": [{"name": "guest-ping", "enabled": true}]}}
      """;

  private static final Duration LONG = Duration.ofHours(1);

  /** Asked again only when somebody opens its port. */
  private static final GuestAgents.Pace ONCE =
      new GuestAgents.Pace(Duration.ZERO, LONG, LONG, LONG, LONG);

  private static final GuestAgents.Pace OFTEN =
      new GuestAgents.Pace(
          Duration.ZERO,
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ofMillis(1),
          Duration.ofMillis(1));

  private final Map<MachineId, Function<String, Reply>> guests = new ConcurrentHashMap<>();
  private final Map<MachineId, AtomicInteger> asked = new ConcurrentHashMap<>();
  private final Map<MachineId, AtomicInteger> changes = new ConcurrentHashMap<>();
  private final CountDownLatch release = new CountDownLatch(1);
  private final List<GuestAgents> made = new ArrayList<>();

  @AfterEach
  void close() {
    release.countDown();
    made.forEach(GuestAgents::close);
  }

  @Test
  void anAgentThatOpensItsPortIsHeard() {
    GuestAgents agents = agents(ONCE);
    MachineId machine = guest(honest("one"));
    assertEquals(GuestAgent.UNKNOWN, agents.of(machine));
    agents.looked();
    assertEquals(GuestAgent.ABSENT, agents.of(machine));
    assertEquals(0, asked(machine));

    agents.opened(machine);

    Eventually.holds("heard", () -> hostName(agents, machine).equals("one"));
    assertEquals(1, changes(machine));
    var answering = assertInstanceOf(GuestAgent.Answering.class, agents.of(machine));
    assertTrue(answering.report().missing().contains("guest-get-osinfo"));
    assertEquals(OperatingSystem.UNKNOWN, answering.report().system());
  }

  @Test
  void whatIsSaidAgainIsNoNews() {
    GuestAgents agents = agents(OFTEN);
    MachineId machine = guest(honest("same"));

    agents.opened(machine);

    Eventually.holds("asked often", () -> asked(machine) > 40);
    assertEquals(1, changes(machine));
  }

  @Test
  void anAgentThatClosesItsPortIsAbsentAndNotAskedAnyMore() {
    GuestAgents agents = agents(OFTEN);
    MachineId machine = guest(honest("one"));
    agents.opened(machine);
    Eventually.holds("heard", () -> hostName(agents, machine).equals("one"));

    agents.closed(machine);

    Eventually.holds("absent", () -> agents.of(machine).equals(GuestAgent.ABSENT));
    assertEquals(2, changes(machine));
    int before = asked(machine);
    MachineId other = guest(honest("two"));
    agents.opened(other);
    Eventually.holds("time has passed", () -> asked(other) > 40);
    assertEquals(before, asked(machine));
  }

  @Test
  void anAgentThatSaysNothingIsSilentAndHeardWhenItOpensAnew() {
    GuestAgents agents = agents(ONCE);
    MachineId machine = guest(_ -> new Reply.Nothing("It does not answer."));
    agents.opened(machine);
    Eventually.holds(
        "silent", () -> agents.of(machine).equals(new GuestAgent.Silent("It does not answer.")));
    assertEquals(1, asked(machine));

    guests.put(machine, honest("awake"));
    agents.closed(machine);
    agents.opened(machine);

    Eventually.holds("heard", () -> hostName(agents, machine).equals("awake"));
  }

  @Test
  void whatDoesNotSpeakTheProtocolIsSilent() {
    GuestAgents agents = agents(ONCE);
    MachineId machine = guest(_ -> new Reply.Answer("login:"));

    agents.opened(machine);

    Eventually.holds("silent", () -> agents.of(machine) instanceof GuestAgent.Silent);
  }

  @Test
  void aLineThatIsDownSaysNothingAboutTheGuest() {
    GuestAgents agents = agents(OFTEN);
    MachineId machine = guest(honest("one"));
    agents.opened(machine);
    Eventually.holds("heard", () -> hostName(agents, machine).equals("one"));

    guests.put(machine, _ -> new Reply.LineDown());
    int before = asked(machine);
    Eventually.holds("asked in vain", () -> asked(machine) > before + 5);

    assertEquals("one", hostName(agents, machine));
  }

  @Test
  void anInstanceThatEndsTakesItsAgentWithIt() {
    GuestAgents agents = agents(ONCE);
    MachineId machine = guest(honest("one"));
    agents.opened(machine);
    Eventually.holds("heard", () -> hostName(agents, machine).equals("one"));

    agents.looked();
    agents.ended(machine);

    assertEquals(GuestAgent.ABSENT, agents.of(machine));
  }

  @Test
  void anAnswerOfTheInstanceBeforeIsNotBelieved() throws InterruptedException {
    GuestAgents agents = agents(ONCE);
    CountDownLatch asking = new CountDownLatch(1);
    MachineId machine =
        guest(question -> {
          asking.countDown();
          hang();
          return honest("old").apply(question);
        });
    agents.opened(machine);
    asking.await();

    agents.ended(machine);
    guests.put(machine, honest("new"));
    agents.opened(machine);
    release.countDown();

    Eventually.holds("heard", () -> hostName(agents, machine).equals("new"));
    assertEquals(1, changes(machine));
  }

  @Test
  void hungAgentsDelayNobodyElse() {
    GuestAgents agents = agents(OFTEN);
    List<MachineId> silent = new ArrayList<>();
    for (int at = 0; at < 20; at++) {
      MachineId machine = guest(_ -> new Reply.Nothing("nothing"));
      silent.add(machine);
      agents.opened(machine);
    }
    Eventually.holds(
        "all known to be silent",
        () -> silent.stream().allMatch(each -> agents.of(each) instanceof GuestAgent.Silent));

    // From now on each of them hangs until the end of the test.
    silent.forEach(each ->
        guests.put(
            each,
            _ -> {
              hang();
              return new Reply.Nothing("nothing");
            }));
    MachineId healthy = guest(honest("healthy"));
    agents.opened(healthy);

    Eventually.holds("heard", () -> hostName(agents, healthy).equals("healthy"));
    Eventually.holds("heard again and again", () -> asked(healthy) > 40);
  }

  @Test
  void atMostFourAreAskedAtOnceAndOfOneMachineOne() {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger mostOfOne = new AtomicInteger();
    AtomicInteger total = new AtomicInteger();
    GuestAgents agents = agents(OFTEN);
    for (int at = 0; at < 30; at++) {
      AtomicInteger own = new AtomicInteger();
      MachineId machine =
          guest(question -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            mostOfOne.accumulateAndGet(own.incrementAndGet(), Math::max);
            LockSupport.parkNanos(50_000);
            own.decrementAndGet();
            now.decrementAndGet();
            total.incrementAndGet();
            return total.get() % 3 == 0 ? new Reply.Nothing("") : honest("x").apply(question);
          });
      agents.opened(machine);
    }

    Eventually.holds("a thousand questions", () -> total.get() > 1000);
    assertTrue(most.get() <= 4, () -> "at once: " + most.get());
    assertEquals(1, mostOfOne.get());
  }

  @Test
  void aGuestThatFlapsIsFollowedOnlySoFast() {
    Duration apart = Duration.ofMillis(200);
    GuestAgents agents = agents(new GuestAgents.Pace(apart, LONG, LONG, LONG, LONG));
    MachineId machine = guest(honest("flapping"));
    long began = System.nanoTime();
    for (int at = 0; at < 1000; at++) {
      agents.opened(machine);
      agents.closed(machine);
    }
    agents.opened(machine);

    Eventually.holds("heard", () -> hostName(agents, machine).equals("flapping"));
    long steps = (System.nanoTime() - began) / apart.toNanos() + 2;
    assertTrue(asked(machine) <= 4 * steps, () -> asked(machine) + " questions");
    assertTrue(changes(machine) <= steps, () -> changes(machine) + " changes");
  }

  private void hang() {
    try {
      release.await();
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private GuestAgents agents(GuestAgents.Pace pace) {
    AgentLine line =
        (machine, question) -> {
          count(asked, machine);
          return guests.getOrDefault(machine, _ -> new Reply.NobodyThere()).apply(question);
        };
    GuestAgents agents = new GuestAgents(line, machine -> count(changes, machine), pace);
    made.add(agents);
    return agents;
  }

  private MachineId guest(Function<String, Reply> speaks) {
    MachineId machine = new MachineId(UUID.randomUUID());
    guests.put(machine, speaks);
    return machine;
  }

  /** Knows its own name and nothing else. */
  private static Function<String, Reply> honest(String name) {
    return question ->
        switch (question) {
          case AgentAnswers.ABOUT_ITSELF -> new Reply.Answer(ITSELF);
          case AgentAnswers.ABOUT_ITS_NAME ->
              new Reply.Answer("{\"return\": {\"host-name\": \"%s\"}}".formatted(name));
          default -> new Reply.Refused();
        };
  }

  private static String hostName(GuestAgents agents, MachineId machine) {
    return agents.of(machine) instanceof GuestAgent.Answering answering
        ? answering.report().hostName()
        : "";
  }

  private int asked(MachineId machine) {
    return asked.getOrDefault(machine, new AtomicInteger()).get();
  }

  private int changes(MachineId machine) {
    return changes.getOrDefault(machine, new AtomicInteger()).get();
  }

  private static void count(Map<MachineId, AtomicInteger> counts, MachineId machine) {
    counts.computeIfAbsent(machine, _ -> new AtomicInteger()).incrementAndGet();
  }
}
