package cairn.appliance.metrics;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The values of one metric while a scrape is answered. What stands in labels is escaped by the
 * writer; the same labels twice would make the whole scrape fail, so the first one counts.
 */
final class Series {

  /** Whether the value only ever grows. */
  private enum Sort {
    COUNTER,
    GAUGE
  }

  private final Sort sort;
  private final String name;
  private final String help;
  private final Map<Labels, Double> values = new LinkedHashMap<>();

  private Series(Sort sort, String name, String help) {
    this.sort = sort;
    this.name = name;
    this.help = help;
  }

  /**
   * @param name without {@code _total}, which is added where it is written
   */
  static Series counter(String name, String help) {
    return new Series(Sort.COUNTER, name, help);
  }

  static Series gauge(String name, String help) {
    return new Series(Sort.GAUGE, name, help);
  }

  /** Prometheus' values are doubles: exact up to 2^53. */
  void add(Labels labels, long value) {
    add(labels, (double) value);
  }

  void add(Labels labels, double value) {
    values.putIfAbsent(labels, value);
  }

  MetricSnapshot snapshot() {
    return switch (sort) {
      case COUNTER -> {
        List<CounterDataPointSnapshot> points = new ArrayList<>();
        values.forEach((labels, value) ->
            points.add(
                CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value(Math.max(0, value))
                    .build()));
        CounterSnapshot.Builder counter = CounterSnapshot.builder().name(name).help(help);
        points.forEach(counter::dataPoint);
        yield counter.build();
      }
      case GAUGE -> {
        GaugeSnapshot.Builder gauge = GaugeSnapshot.builder().name(name).help(help);
        values.forEach((labels, value) ->
            gauge.dataPoint(GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
        yield gauge.build();
      }
    };
  }
}
