package cairn.appliance.image;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgressTest {

  @ParameterizedTest(name = "{0} of {1}, {2} before: {3}")
  @CsvSource({
    "0,    1000, '',    0%",
    "1,    1000, '',    0.1%",
    "0,    1000, 0%,    0%",
    "333,  1000, 0%,    33.3%",
    "2,    3,    0%,    66.6%",
    // Never done before it is: the last steps come after the transfer.
    "1000, 1000, 50.0%, 99.9%",
    "2000, 1000, 50.0%, 99.9%",
    // Never back, as after a transfer that began anew.
    "10,   1000, 40.0%, 40.0%",
    "10,   1000, 100%,  99.9%",
    // Without a length nothing is known.
    "10,   -1,   '',    0%",
    "10,   -1,   12.5%, 12.5%",
    "10,   0,    '',    0%",
    "500,  1000, words, 50.0%",
  })
  void shown(long transferred, long expected, String before, String shown) {
    OptionalLong length = expected < 0 ? OptionalLong.empty() : OptionalLong.of(expected);

    assertEquals(shown, Progress.text(transferred, length, before));
  }

  @Test
  void speedIsTheAverageOverAllOfTheTransfer() {
    var speed = Progress.speed(3 << 20, Duration.ofMillis(1500));

    assertEquals("2097152", speed.path("avgBytes").asString(""));
    assertEquals("0", Progress.speed(0, Duration.ZERO).path("avgBytes").asString(""));
  }
}
