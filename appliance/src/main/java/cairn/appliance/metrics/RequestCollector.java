package cairn.appliance.metrics;

import cairn.appliance.server.RequestFigures;
import cairn.appliance.server.RequestFigures.Count;
import cairn.appliance.server.RequestFigures.Latency;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** What clients asked and how long they waited. */
public final class RequestCollector implements MultiCollector {

  private final RequestFigures figures;

  public RequestCollector(RequestFigures figures) {
    this.figures = figures;
  }

  @Override
  public MetricSnapshots collect() {
    Series answers =
        Series.counter("cairn_http_requests", "Answers sent, by verb and class of status code");
    for (Count count : figures.counts()) {
      answers.add(
          Labels.of("verb", count.verb().word(), "code", count.codeClass()), count.answers());
    }
    return new MetricSnapshots(answers.snapshot(), latencies());
  }

  private MetricSnapshot latencies() {
    HistogramSnapshot.Builder histogram =
        HistogramSnapshot.builder()
            .name("cairn_http_request_seconds")
            .help("From the head of a request to its answer; of a watch, to its first byte");
    for (Latency latency : figures.latencies()) {
      ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
      for (int at = 0; at < RequestFigures.BOUNDS.size(); at++) {
        buckets.bucket(RequestFigures.BOUNDS.get(at).toNanos() / 1e9, latency.buckets().get(at));
      }
      buckets.bucket(Double.POSITIVE_INFINITY, latency.buckets().getLast());
      histogram.dataPoint(
          HistogramDataPointSnapshot.builder()
              .labels(Labels.of("verb", latency.verb().word()))
              .classicHistogramBuckets(buckets.build())
              .sum(latency.sum().toNanos() / 1e9)
              .build());
    }
    return histogram.build();
  }
}
