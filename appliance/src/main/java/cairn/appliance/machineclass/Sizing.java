package cairn.appliance.machineclass;

import static java.util.Objects.requireNonNull;

/**
 * How large a machine wants to be.
 *
 * @param coreFraction guaranteed share of each core, as {@code 20%}
 */
public record Sizing(int cores, String coreFraction, long memoryBytes) {

  public Sizing {
    if (cores < 1) {
      throw new IllegalArgumentException("cores is " + cores + ", expected at least 1");
    }
    requireNonNull(coreFraction, "coreFraction is null");
  }
}
