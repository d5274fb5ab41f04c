package cairn.appliance.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.hypervisor.CpuTopology;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CoreLayoutTest {

  @ParameterizedTest
  @CsvSource({"1,1,1", "16,1,16", "18,2,9", "32,2,16", "36,4,9", "64,4,16", "72,8,9", "248,8,31"})
  void coresAreSpreadOverSockets(int cores, int sockets, int perSocket) {
    assertEquals(Optional.empty(), CoreLayout.refusal(cores));
    assertEquals(new CpuTopology(sockets, perSocket), CoreLayout.of(cores));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 17, 33, 34, 63, 65, 68, 247, 249, 256})
  void otherNumbersAreRefused(int cores) {
    assertTrue(CoreLayout.refusal(cores).isPresent());
  }
}
