package cairn.appliance.controller;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RetryPolicyTest {

  static Stream<Arguments> cases() {
    Outcome rejected = new Outcome.Failed(new Fault.Rejected("Bad", "Bad field."));
    Outcome missing = new Outcome.Failed(new Fault.Missing("NoDisk", "No disk."));
    Outcome exhausted = new Outcome.Failed(new Fault.Exhausted("NoRoom", "No room."));
    Outcome passing = new Outcome.Failed(new Fault.Transient("Busy", "Busy."));
    Outcome broken = new Outcome.Failed(new Fault.Broken("Defect", "Defect."));
    return Stream.of(
        Arguments.of(Outcome.SETTLED, 0, Optional.empty()),
        Arguments.of(
            new Outcome.LookAgain(Duration.ofSeconds(3)), 0, Optional.of(Duration.ofSeconds(3))),
        Arguments.of(new Outcome.WaitingFor("a disk"), 0, Optional.of(Duration.ofMinutes(1))),
        Arguments.of(rejected, 5, Optional.empty()),
        Arguments.of(missing, 5, Optional.of(Duration.ofMinutes(1))),
        Arguments.of(exhausted, 1, Optional.of(Duration.ofSeconds(5))),
        Arguments.of(exhausted, 50, Optional.of(Duration.ofMinutes(2))),
        Arguments.of(passing, 1, Optional.of(Duration.ofMillis(200))),
        Arguments.of(passing, 2, Optional.of(Duration.ofMillis(400))),
        Arguments.of(passing, 1000, Optional.of(Duration.ofSeconds(30))),
        Arguments.of(broken, 1, Optional.of(Duration.ofSeconds(1))),
        Arguments.of(broken, 1000, Optional.of(Duration.ofMinutes(5))));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theOutcomeDecidesAboutTheNextLook(
      Outcome outcome, int failures, Optional<Duration> expected) {
    assertEquals(expected, RetryPolicy.after(outcome, failures));
  }

  @Test
  void aReasonIsOneCamelCaseWord() {
    assertThrows(IllegalArgumentException.class, () -> new Fault.Broken("not a word", "x"));
  }
}
