package cairn.hypervisor.cpu;

/**
 * What a machine may have of the processors.
 *
 * @param cores the most it may use at any time
 * @param percent of each core that it has while others want it, too; 1 to 100
 */
public record CpuShare(int cores, int percent) {

  /** The period that a limit is counted over, in microseconds: the kernel's usual. */
  static final long PERIOD = 100_000;

  private static final int SHARES_OF_A_CORE = 1024;
  private static final int MOST_SHARES = 262_144;
  private static final int MOST_WEIGHT = 10_000;

  public CpuShare {
    if (cores < 1) {
      throw new IllegalArgumentException("cores is " + cores + ", expected at least 1");
    }
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("percent is " + percent + ", expected 1 to 100");
    }
  }

  /** {@code cpu.shares} of the first version of control groups: 1024 for a whole core. */
  int shares() {
    return Math.clamp((long) cores * percent * SHARES_OF_A_CORE / 100, 2, MOST_SHARES);
  }

  /** {@code cpu.weight} of the second version: 100 for a whole core. */
  int weight() {
    return Math.clamp((long) cores * percent, 1, MOST_WEIGHT);
  }

  /** Microseconds of processor time in each {@link #PERIOD}. */
  long quota() {
    return cores * PERIOD;
  }
}
