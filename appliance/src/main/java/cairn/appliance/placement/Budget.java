package cairn.appliance.placement;

import cairn.appliance.api.ByteCount;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * What machines may have of the host in all, after the host's own part and with over-commit.
 *
 * @param thousandths of a core that may be guaranteed
 */
public record Budget(long thousandths, long bytes) {

  private static final long GIBIBYTE = 1L << 30;
  private static final long LEAST_RESERVE = GIBIBYTE / 2;
  private static final long MOST_RESERVE = 2 * GIBIBYTE;

  /** What is kept for the host where nothing else is configured. */
  public static long usualReserve(long memoryBytes) {
    return Math.clamp(memoryBytes / 8, LEAST_RESERVE, MOST_RESERVE);
  }

  /**
   * @param cores of the host
   * @param reservedThousandths of a core that are the host's own
   * @param cpuRatio how many times the rest may be guaranteed
   * @param memoryRatio how many times the rest may be given out
   */
  public static Budget of(
      int cores,
      long reservedThousandths,
      BigDecimal cpuRatio,
      long memoryBytes,
      long reservedBytes,
      BigDecimal memoryRatio) {
    return new Budget(
        times(cores * 1000L - reservedThousandths, cpuRatio),
        times(memoryBytes - reservedBytes, memoryRatio));
  }

  private static long times(long amount, BigDecimal ratio) {
    return BigDecimal.valueOf(Math.max(0, amount))
        .multiply(ratio)
        .setScale(0, RoundingMode.DOWN)
        .longValueExact();
  }

  /** As a Node's {@code status.allocatable} has it; empty if it says nothing. */
  public static Optional<Budget> allocatable(JsonNode allocatable) {
    OptionalLong bytes = ByteCount.parse(allocatable.path("memory"));
    String cpu = allocatable.path("cpu").asString("");
    // The grammar of quantities counts whole units: in thousandths, there are no parts of one.
    OptionalLong thousandths =
        cpu.endsWith("m")
            ? ByteCount.parse(cpu.substring(0, cpu.length() - 1))
            : ByteCount.parse(cpu + "k");
    return bytes.isEmpty() || thousandths.isEmpty()
        ? Optional.empty()
        : Optional.of(new Budget(thousandths.getAsLong(), bytes.getAsLong()));
  }

  /** Cores for people: {@code 1.5}. */
  static String cores(long thousandths) {
    return BigDecimal.valueOf(thousandths, 3).stripTrailingZeros().toPlainString();
  }

  /** Cores as a quantity: {@code 2} or {@code 1500m}. */
  public String cpuQuantity() {
    return thousandths % 1000 == 0
        ? Long.toString(thousandths / 1000)
        : String.format(Locale.ROOT, "%dm", thousandths);
  }
}
