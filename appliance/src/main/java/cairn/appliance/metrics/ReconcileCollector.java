package cairn.appliance.metrics;

import cairn.appliance.controller.ReconcileFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;

/** What the controllers did and have to do. */
public final class ReconcileCollector implements MultiCollector {

  private final Supplier<List<ReconcileFigures>> figures;

  public ReconcileCollector(Supplier<List<ReconcileFigures>> figures) {
    this.figures = figures;
  }

  @Override
  public MetricSnapshots collect() {
    Series passes = Series.counter("cairn_reconcile_passes", "Passes over an object");
    Series failures = Series.counter("cairn_reconcile_failures", "Passes that failed");
    Series spent = Series.counter("cairn_reconcile_seconds", "Time that passes took, summed up");
    Series waiting = Series.gauge("cairn_reconcile_waiting", "Objects that wait for a pass");
    Series running = Series.gauge("cairn_reconcile_running", "Passes begun and not ended");
    Series timed =
        Series.gauge("cairn_reconcile_timed", "Objects to be looked at again at a set time");
    for (ReconcileFigures each : figures.get()) {
      Labels labels = Labels.of("controller", each.controller());
      passes.add(labels, each.passes());
      failures.add(labels, each.failures());
      spent.add(labels, each.spent().toNanos() / 1e9);
      waiting.add(labels, each.waiting());
      running.add(labels, each.running());
      timed.add(labels, each.timed());
    }
    return new MetricSnapshots(
        passes.snapshot(),
        failures.snapshot(),
        spent.snapshot(),
        waiting.snapshot(),
        running.snapshot(),
        timed.snapshot());
  }
}
