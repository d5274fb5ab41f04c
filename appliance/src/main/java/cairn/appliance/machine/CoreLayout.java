package cairn.appliance.machine;

import cairn.hypervisor.CpuTopology;
import java.util.Optional;

/** How cores are spread over sockets: the contract's brackets, exact. */
final class CoreLayout {

  static final int MOST_CORES = 248;

  private CoreLayout() {}

  /** The sentence that refuses the number, or empty if it is fine. */
  static Optional<String> refusal(int cores) {
    if (cores < 1 || cores > MOST_CORES) {
      return Optional.of("cpu.cores is %d, allowed are 1 to %d".formatted(cores, MOST_CORES));
    }
    int sockets = sockets(cores);
    return cores % sockets == 0
        ? Optional.empty()
        : Optional.of(
            "cpu.cores is %d, which does not divide by the %d sockets of a machine this large"
                .formatted(cores, sockets));
  }

  /**
   * @param cores a number that {@link #refusal} has nothing against
   */
  static CpuTopology of(int cores) {
    int sockets = sockets(cores);
    return new CpuTopology(sockets, cores / sockets);
  }

  private static int sockets(int cores) {
    if (cores <= 16) {
      return 1;
    }
    if (cores <= 32) {
      return 2;
    }
    return cores <= 64 ? 4 : 8;
  }
}
