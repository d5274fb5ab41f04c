package cairn.appliance.machineclass;

import static java.util.Objects.requireNonNull;

import cairn.appliance.api.ByteCount;
import cairn.appliance.machineclass.SizingPolicies.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * What one range of cores allows.
 *
 * @param coreFractions allowed guarantees, as {@code 20%}; empty: any
 * @param memory of the whole machine
 * @param memoryPerCore of each core
 */
record SizingPolicy(
    Cores cores,
    List<String> coreFractions,
    Optional<String> defaultCoreFraction,
    Grid memory,
    Grid memoryPerCore) {

  /** From {@code min} to {@code max} in steps of {@code step}; {@code max} is always allowed. */
  record Cores(int min, int max, int step) {

    boolean covers(int cores) {
      return min <= cores && cores <= max;
    }

    boolean onStep(int cores) {
      return step <= 1 || cores == max || (cores - min) % step == 0;
    }

    boolean overlaps(Cores other) {
      return min <= other.max && other.min <= max;
    }

    @Override
    public String toString() {
      return "[%d; %d]".formatted(min, max);
    }
  }

  /**
   * Bytes allowed.
   *
   * @param step distance of allowed values, counted from {@code min} (0 if unset); looked at only
   *     where {@code max} is set
   */
  record Grid(OptionalLong min, OptionalLong max, OptionalLong step) {

    static final Grid ANY =
        new Grid(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

    List<String> violations(String what, long bytes) {
      if (min.isPresent() && bytes < min.getAsLong()) {
        return List.of(
            "%s is %s, the smallest allowed is %s"
                .formatted(what, text(bytes), text(min.getAsLong())));
      }
      if (max.isPresent() && bytes > max.getAsLong()) {
        return List.of(
            "%s is %s, the largest allowed is %s"
                .formatted(what, text(bytes), text(max.getAsLong())));
      }
      if (max.isPresent() && step.isPresent() && step.getAsLong() > 0 && !onStep(bytes)) {
        return List.of(
            "%s is %s, allowed are %s to %s in steps of %s"
                .formatted(
                    what,
                    text(bytes),
                    text(min.orElse(0)),
                    text(max.getAsLong()),
                    text(step.getAsLong())));
      }
      return List.of();
    }

    private boolean onStep(long bytes) {
      return bytes == max.getAsLong() || (bytes - min.orElse(0)) % step.getAsLong() == 0;
    }

    private static String text(long bytes) {
      return ByteCount.quantity(bytes);
    }
  }

  SizingPolicy {
    requireNonNull(cores, "cores is null");
    coreFractions = List.copyOf(coreFractions);
    requireNonNull(defaultCoreFraction, "defaultCoreFraction is null");
    requireNonNull(memory, "memory is null");
    requireNonNull(memoryPerCore, "memoryPerCore is null");
  }

  List<Violation> violations(Sizing sizing) {
    List<Violation> found = new ArrayList<>();
    if (!cores.onStep(sizing.cores())) {
      found.add(
          new Violation(
              Violation.CORES,
              "cpu.cores is %d, allowed are %d to %d in steps of %d"
                  .formatted(sizing.cores(), cores.min(), cores.max(), cores.step())));
    }
    if (!coreFractions.isEmpty() && !coreFractions.contains(sizing.coreFraction())) {
      found.add(
          new Violation(
              Violation.CORE_FRACTION,
              "cpu.coreFraction is %s, allowed for %s are %s"
                  .formatted(
                      sizing.coreFraction(),
                      SizingPolicies.counted(sizing.cores()),
                      String.join(", ", coreFractions))));
    }
    memory
        .violations("memory.size", sizing.memoryBytes())
        .forEach(why -> found.add(new Violation(Violation.MEMORY, why)));
    long perCore = sizing.memoryBytes() / sizing.cores();
    // The same step is checked against the grid of one core too, as the contract has it.
    Grid perCoreGrid = new Grid(memoryPerCore.min(), memoryPerCore.max(), memory.step());
    perCoreGrid
        .violations("memory.size per core", perCore)
        .forEach(why -> found.add(new Violation(Violation.MEMORY, why)));
    return found;
  }

  /** Reads one item of {@code spec.sizingPolicies}; fractions may be numbers or percentages. */
  static SizingPolicy read(JsonNode policy) {
    List<String> fractions = new ArrayList<>();
    policy.path("coreFractions").forEach(each -> fractions.add(fraction(each)));
    JsonNode chosen = policy.path("defaultCoreFraction");
    return new SizingPolicy(
        new Cores(
            policy.path("cores").path("min").asInt(0),
            policy.path("cores").path("max").asInt(0),
            policy.path("cores").path("step").asInt(1)),
        fractions,
        chosen.isMissingNode() || chosen.isNull()
            ? Optional.empty()
            : Optional.of(fraction(chosen)),
        grid(policy.path("memory")),
        grid(policy.path("memory").path("perCore")));
  }

  private static Grid grid(JsonNode limits) {
    return new Grid(
        ByteCount.parse(limits.path("min")),
        ByteCount.parse(limits.path("max")),
        ByteCount.parse(limits.path("step")));
  }

  private static String fraction(JsonNode value) {
    String text = value.asString("");
    return text.chars().allMatch(Character::isDigit) ? text + "%" : text;
  }
}
