package cairn.appliance.metrics;

import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.StoreFigures.WriteLatency;
import io.prometheus.metrics.model.registry.Collector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;

/** What the store counted of its writes, as a histogram; Micrometer has none that is read so. */
final class WriteLatencyCollector implements Collector {

  private static final String NAME = "cairn_store_write_seconds";

  private final H2ResourceStore store;

  WriteLatencyCollector(H2ResourceStore store) {
    this.store = store;
  }

  @Override
  public MetricSnapshot collect() {
    WriteLatency latency = store.figures().latency();
    ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
    for (int at = 0; at < latency.bounds().size(); at++) {
      buckets.bucket(latency.bounds().get(at).toNanos() / 1e9, latency.counts().get(at));
    }
    buckets.bucket(Double.POSITIVE_INFINITY, latency.counts().getLast());
    return HistogramSnapshot.builder()
        .name(NAME)
        .help("From the decision about a write to its acknowledgement")
        .dataPoint(
            HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(buckets.build())
                .sum(latency.sum().toNanos() / 1e9)
                .build())
        .build();
  }

  @Override
  public String getPrometheusName() {
    return NAME;
  }
}
