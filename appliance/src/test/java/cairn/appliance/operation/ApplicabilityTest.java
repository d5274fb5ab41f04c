package cairn.appliance.operation;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.appliance.machine.MachinePhase;
import cairn.appliance.machine.RunPolicy;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables 7.1 and 7.3 of the contract: each row lists all that is possible, and nothing else is. */
class ApplicabilityTest {

  @ParameterizedTest(name = "{0}, force {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "START   | false | STOPPED STOPPING",
        "STOP    | false | DEGRADED PAUSE PENDING RUNNING STARTING",
        "STOP    | true  | DEGRADED PAUSE PENDING RUNNING STARTING STOPPING",
        "RESTART | false | DEGRADED PAUSE RUNNING STARTING",
        "RESTART | true  | DEGRADED PAUSE RUNNING STARTING STOPPING",
        "MIGRATE | false | RUNNING",
        "EVICT   | true  | RUNNING",
      })
  void phasesInWhichItMayBegin(OperationType type, boolean force, String phases) {
    assertEquals(
        words(phases),
        EnumSet.allOf(MachinePhase.class).stream()
            .filter(phase -> obstacle(type, force, RunPolicy.MANUAL, phase).isEmpty())
            .map(Enum::name)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "START   | STOPPED | ALWAYS_ON_UNLESS_STOPPED_MANUALLY MANUAL",
        "STOP    | RUNNING | ALWAYS_ON_UNLESS_STOPPED_MANUALLY MANUAL",
        "RESTART | RUNNING | ALWAYS_ON ALWAYS_ON_UNLESS_STOPPED_MANUALLY MANUAL",
        "MIGRATE | RUNNING | ALWAYS_ON ALWAYS_ON_UNLESS_STOPPED_MANUALLY MANUAL",
        "EVICT   | RUNNING | ALWAYS_ON ALWAYS_ON_UNLESS_STOPPED_MANUALLY MANUAL",
      })
  void runPoliciesThatAllowIt(OperationType type, MachinePhase phase, String policies) {
    assertEquals(
        words(policies),
        EnumSet.allOf(RunPolicy.class).stream()
            .filter(policy -> obstacle(type, false, policy, phase).isEmpty())
            .map(Enum::name)
            .collect(Collectors.toCollection(TreeSet::new)));
  }

  @ParameterizedTest(name = "{0} under {1} in {2}: {3}")
  @CsvSource({
    "START, ALWAYS_ON, RUNNING, NotApplicableForVirtualMachineRunPolicy",
    "START, MANUAL, RUNNING, NotApplicableForVirtualMachinePhase",
    "RESTART, ALWAYS_OFF, STOPPED, NotApplicableForVirtualMachineRunPolicy",
    "RESTART, ALWAYS_ON, STOPPED, NotApplicableForVirtualMachinePhase",
  })
  void theRunPolicyIsLookedAtFirst(
      OperationType type, RunPolicy policy, MachinePhase phase, String reason) {
    assertEquals(Optional.of(reason), obstacle(type, false, policy, phase));
  }

  @ParameterizedTest(name = "unfinished {0}, force {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "START   | false | STOP STOP-force",
        "STOP    | false | RESTART-force STOP-force",
        "RESTART | false | RESTART-force STOP-force",
        "STOP    | true  | ''",
        "RESTART | true  | ''",
        "MIGRATE | false | RESTART RESTART-force STOP STOP-force",
        "EVICT   | true  | RESTART RESTART-force STOP STOP-force",
      })
  void whatMayTakeThePlaceOfAnUnfinishedOne(OperationType running, boolean force, String newer) {
    Set<String> may =
        EnumSet.allOf(OperationType.class).stream()
            .flatMap(type ->
                Stream.of(false, true)
                    .filter(forced -> Applicability.superseded(running, force, type, forced))
                    .map(forced -> type + (forced ? "-force" : "")))
            .collect(Collectors.toCollection(TreeSet::new));

    assertEquals(words(newer), may);
  }

  @ParameterizedTest(name = "{0} with force {1}: {2}")
  @CsvSource({
    "AlwaysSafe,   true,  false",
    "AlwaysSafe,   false, true",
    "AlwaysSafe,   ,      true",
    "AlwaysForced, true,  true",
    "AlwaysForced, false, false",
    "AlwaysForced, ,      true",
    "PreferSafe,   true,  true",
    "PreferForced, false, true",
  })
  void whatTheMigrationPolicySaysOfForce(String policy, @Nullable Boolean force, boolean may) {
    assertEquals(
        may ? Optional.empty() : Optional.of("NotApplicableForLiveMigrationPolicy"),
        Applicability.obstacleToMove(Optional.ofNullable(force), policy));
  }

  private static Optional<String> obstacle(
      OperationType type, boolean force, RunPolicy policy, MachinePhase phase) {
    return Applicability.obstacle(type, force, policy, phase);
  }

  private static Set<String> words(String list) {
    return list.isEmpty() ? Set.of() : new TreeSet<>(Set.of(list.split(" ")));
  }
}
