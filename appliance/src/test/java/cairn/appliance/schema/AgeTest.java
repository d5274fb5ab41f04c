package cairn.appliance.schema;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgeTest {

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT119S, 119s",
    "PT2M, 2m",
    "PT2M5S, 2m5s",
    "PT9M59S, 9m59s",
    "PT10M5S, 10m",
    "PT179M, 179m",
    "PT3H, 3h",
    "PT3H20M, 3h20m",
    "PT8H20M, 8h",
    "PT47H, 47h",
    "PT48H, 2d",
    "PT50H, 2d2h",
    "P7DT23H, 7d23h",
    "P8DT3H, 8d",
    "P729D, 729d",
    "P730D, 2y",
    "P731D, 2y1d",
    "P3000D, 8y",
    "PT-1S, 0s",
    "PT-9S, <invalid>",
  })
  void writesWhatKubectlUsersRead(Duration age, String text) {
    assertEquals(text, Age.text(age));
  }

  @Test
  void copesWithWhatIsNoTime() {
    assertEquals("<unknown>", Age.since("", Instant.EPOCH));
    assertEquals("<invalid>", Age.since("yesterday", Instant.EPOCH));
    assertEquals("61s", Age.since("1970-01-01T00:00:00Z", Instant.EPOCH.plusSeconds(61)));
  }
}
