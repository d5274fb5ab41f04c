package cairn.appliance.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0",
    "4, 4, 4000",
    "2Gi, 2147483648, 2147483648000",
    "1.5Gi, 1610612736, 1610612736000",
    "1500m, 2, 1500",
    "100m, 1, 100",
    "1k, 1000, 1000000",
    "1e3, 1000, 1000000",
    "1E3, 1000, 1000000",
    "1E, 1000000000000000000, -",
    ".5, 1, 500",
    "5., 5, 5000",
    "-1Ki, -1024, -1024000",
    "+3M, 3000000, 3000000000",
    "1n, 1, 1",
  })
  void readsTheGrammar(String text, long whole, String milli) {
    Quantity quantity = Quantity.parse(text);

    assertEquals(whole, quantity.whole());
    if (!milli.equals("-")) {
      assertEquals(Long.parseLong(milli), quantity.milli());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0Gi, 0",
    "1024Mi, 1Gi",
    "1536Mi, 1536Mi",
    "1000Mi, 1000Mi",
    "1.5Gi, 1536Mi",
    "100Ki, 100Ki",
    "1024, 1024",
    "1000, 1k",
    "1500m, 1500m",
    "2000m, 2",
    "0.5, 500m",
    "0.5Ki, 512",
    "1e3, 1e3",
    "1500e3, 1500e3",
    "12e-3, 12e-3",
    "-2048Ki, -2Mi",
    "1e0, 1",
  })
  void writesTheCanonicalText(String text, String canonical) {
    assertEquals(canonical, Quantity.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "Gi", "1GB", "1 Gi", "1gi", "--1", "1.2.3", "0x10", "1e", "1e9999", "NaN"})
  void refusesWhatIsNotInTheGrammar(String text) {
    assertThrows(IllegalArgumentException.class, () -> Quantity.parse(text));
  }

  @Test
  void comparesAmountsWhateverTheirNotation() {
    assertEquals(0, Quantity.parse("1Gi").compareTo(Quantity.parse("1073741824")));
    assertEquals("4Gi", Quantity.ofBytes(4L << 30).toString());
  }

  @Test
  void saysThatAnAmountIsTooLarge() {
    assertThrows(ArithmeticException.class, () -> Quantity.parse("10E").whole());
  }
}
