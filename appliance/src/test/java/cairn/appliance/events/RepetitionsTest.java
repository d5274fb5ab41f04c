package cairn.appliance.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import cairn.appliance.events.Repetitions.Subject;
import cairn.appliance.events.Repetitions.Telling;
import cairn.appliance.resource.Bench;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepetitionsTest {

  private static final Subject SUBJECT = new Subject("uid", "Warning", "Failed");

  private final Repetitions repetitions = new Repetitions();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "process 4711 ended | process 9 ended | true",
        "at 0x7f00aa | at 0x12 | true",
        "uuid 3f0c7a52-5b1e-4b3a-9c77-1f2e3d4c5b6a | uuid 00000000-0000-0000-0000-000000000000"
            + " | true",
        "no room | no network | false",
        "process 4711 ended | process 4711 began | false",
      })
  void messagesThatDifferInNumbersOnlyAreOne(String one, String other, boolean same) {
    Telling first = repetitions.of(SUBJECT, one, Bench.NOW);
    Telling second = repetitions.of(SUBJECT, other, Bench.NOW);

    assertEquals(same, first.same().equals(second.same()));
    assertEquals(other, second.message());
  }

  @Test
  void otherObjectsAndReasonsAreOthers() {
    Telling one = repetitions.of(SUBJECT, "x", Bench.NOW);

    assertNotEquals(
        one.same(), repetitions.of(new Subject("u", "Warning", "Failed"), "x", Bench.NOW).same());
    assertNotEquals(
        one.same(), repetitions.of(new Subject("uid", "Warning", "Lost"), "x", Bench.NOW).same());
  }

  @Test
  void tooManyDifferentThingsBecomeOne() {
    for (int i = 0; i < Repetitions.MOST_DIFFERENT; i++) {
      assertEquals(word(i), repetitions.of(SUBJECT, word(i), Bench.NOW).message());
    }

    Telling eleventh = repetitions.of(SUBJECT, "eleventh", Bench.NOW);
    Telling twelfth = repetitions.of(SUBJECT, "twelfth", Bench.NOW);
    Telling known = repetitions.of(SUBJECT, word(3), Bench.NOW);
    Telling later =
        repetitions.of(SUBJECT, "thirteenth", Bench.NOW.plus(Repetitions.SOON).plusSeconds(1));

    assertEquals("(combined from similar events): eleventh", eleventh.message());
    assertEquals(eleventh.same(), twelfth.same());
    assertEquals(word(3), known.message());
    assertEquals("thirteenth", later.message());
  }

  private static String word(int i) {
    return "thing " + (char) ('a' + i);
  }
}
