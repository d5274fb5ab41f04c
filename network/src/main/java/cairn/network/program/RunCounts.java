package cairn.network.program;

import cairn.network.ProgramFigures;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the runs of programs. Any thread. */
final class RunCounts {

  private record Count(LongAdder runs, LongAdder nanos) {}

  private final Map<String, Count> counts = new ConcurrentSkipListMap<>();

  void ended(String program, long nanos) {
    Count count = counts.computeIfAbsent(program, _ -> new Count(new LongAdder(), new LongAdder()));
    count.nanos().add(nanos);
    count.runs().increment();
  }

  List<ProgramFigures> figures() {
    return counts.entrySet().stream()
        .map(each ->
            new ProgramFigures(
                each.getKey(),
                each.getValue().runs().sum(),
                Duration.ofNanos(each.getValue().nanos().sum())))
        .toList();
  }
}
