package cairn.appliance.placement;

import cairn.appliance.api.ByteCount;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.function.ToLongFunction;

/** Says what a machine lacks, in numbers: what it asks for, what is free, and who has the rest. */
public final class Shortage {

  /** More names than this help nobody. */
  private static final int MOST_HOLDERS = 5;

  private Shortage() {}

  /** Part of a sentence; empty if nothing is lacking. */
  static Optional<String> of(
      Occupant machine,
      Budget budget,
      long freeThousandths,
      long freeBytes,
      List<Occupant> holders) {
    Size size = machine.size();
    List<String> lacks = new ArrayList<>();
    if (size.bytes() > freeBytes) {
      lacks.add(
          "not enough memory: asked %s and %s to run it, free %s of %s%s"
              .formatted(
                  ByteCount.human(size.memoryBytes()),
                  ByteCount.human(size.overheadBytes()),
                  ByteCount.human(Math.max(0, freeBytes)),
                  ByteCount.human(budget.bytes()),
                  held(machine, holders, each -> each.size().bytes(), ByteCount::human)));
    }
    if (size.thousandths() > freeThousandths) {
      lacks.add(
          "not enough CPU: asked %s (cores %d at %d%%), free %s of %s cores%s"
              .formatted(
                  Budget.cores(size.thousandths()),
                  size.cores(),
                  size.percent(),
                  Budget.cores(Math.max(0, freeThousandths)),
                  Budget.cores(budget.thousandths()),
                  held(machine, holders, each -> each.size().thousandths(), Budget::cores)));
    }
    if (!lacks.isEmpty()) {
      ever(size, budget).ifPresent(why -> lacks.add("it can never start here: " + why));
    }
    return lacks.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", lacks));
  }

  /** Why a machine of that size can never start, though no other runs; empty if it can. */
  public static Optional<String> ever(Size size, Budget budget) {
    if (size.bytes() > budget.bytes()) {
      return Optional.of(
          "memory.size %s and %s to run it are more than the %s that machines can have"
              .formatted(
                  ByteCount.human(size.memoryBytes()),
                  ByteCount.human(size.overheadBytes()),
                  ByteCount.human(budget.bytes())));
    }
    if (size.thousandths() > budget.thousandths()) {
      return Optional.of(
          "cpu.cores %d at coreFraction %d%% are %s cores, more than the %s that machines can have"
              .formatted(
                  size.cores(),
                  size.percent(),
                  Budget.cores(size.thousandths()),
                  Budget.cores(budget.thousandths())));
    }
    return Optional.empty();
  }

  /**
   * Machines of the same namespace by name, those of others summed up by namespace: whoever may see
   * one namespace is not told the names in another.
   */
  private static String held(
      Occupant machine,
      List<Occupant> holders,
      ToLongFunction<Occupant> amount,
      LongFunction<String> text) {
    Map<String, Long> byHolder = new TreeMap<>();
    for (Occupant each : holders) {
      boolean near = each.key().namespace().equals(machine.key().namespace());
      byHolder.merge(
          near ? each.key().name() : "namespace " + each.key().namespace(),
          amount.applyAsLong(each),
          Long::sum);
    }
    if (byHolder.isEmpty()) {
      return "";
    }
    List<Map.Entry<String, Long>> largest =
        byHolder.entrySet().stream()
            .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
            .toList();
    List<String> words = new ArrayList<>();
    largest.stream()
        .limit(MOST_HOLDERS)
        .forEach(each -> words.add(each.getKey() + " " + text.apply(each.getValue())));
    if (largest.size() > MOST_HOLDERS) {
      long rest = largest.stream().skip(MOST_HOLDERS).mapToLong(Map.Entry::getValue).sum();
      words.add((largest.size() - MOST_HOLDERS) + " more " + text.apply(rest));
    }
    return ", held by " + String.join(", ", words);
  }
}
