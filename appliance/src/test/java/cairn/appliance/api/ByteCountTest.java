package cairn.appliance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ByteCountTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "1k, 1000",
    "1Ki, 1024",
    "1.5Gi, 1610612736",
    "500m, 1",
    "2e3, 2000",
    ".5Ki, 512"
  })
  void quantitiesAreReadInBytesAndRoundedUp(String quantity, long bytes) {
    assertEquals(OptionalLong.of(bytes), ByteCount.parse(quantity));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Gi", "-1Gi", "1 Gi", "1gi", "1Xi", "16Ei", "1e99"})
  void whatIsNoQuantityIsNotRead(String quantity) {
    assertEquals(OptionalLong.empty(), ByteCount.parse(quantity));
  }

  @ParameterizedTest
  @CsvSource({
    "8Ei, true",
    "99999999999999999999Gi, true",
    "1e99, true",
    "1e400, true",
    "7Ei, false",
    "0e400, false",
    "1e-400, false",
    "much, false"
  })
  void quantitiesBeyondCountingAreToldFromNone(String quantity, boolean tooLarge) {
    assertEquals(tooLarge, ByteCount.tooLarge(quantity));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "1023, 1023B",
    "1024, 1Ki",
    "1536, 1.5Ki",
    "1048575, 1Mi",
    "2147483648, 2Gi"
  })
  void peopleReadOneDecimalAtMost(long bytes, String human) {
    assertEquals(human, ByteCount.human(bytes));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1024, 1Ki", "1536, 1536", "2147483648, 2Gi"})
  void quantitiesAreWrittenExactly(long bytes, String quantity) {
    assertEquals(quantity, ByteCount.quantity(bytes));
  }
}
