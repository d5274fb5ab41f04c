package cairn.appliance.metrics;

import cairn.hypervisor.CallFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;

/** Calls to libvirt, by the connection they went over. */
public final class CallCollector implements MultiCollector {

  private final Supplier<List<CallFigures>> figures;

  public CallCollector(Supplier<List<CallFigures>> figures) {
    this.figures = figures;
  }

  @Override
  public MetricSnapshots collect() {
    Series calls = Series.counter("cairn_libvirt_calls", "Calls to libvirt that have ended");
    Series faults = Series.counter("cairn_libvirt_call_faults", "Calls that ended in a fault");
    Series spent =
        Series.counter(
            "cairn_libvirt_call_seconds",
            "Time that calls took, waiting for a thread included, summed up");
    Series inFlight = Series.gauge("cairn_libvirt_calls_in_flight", "Calls under way");
    for (CallFigures each : figures.get()) {
      Labels labels = Labels.of("role", each.role());
      calls.add(labels, each.calls());
      faults.add(labels, each.faults());
      spent.add(labels, each.spent().toNanos() / 1e9);
      inFlight.add(labels, each.inFlight());
    }
    return new MetricSnapshots(
        calls.snapshot(), faults.snapshot(), spent.snapshot(), inFlight.snapshot());
  }
}
