package cairn.appliance.metrics;

import cairn.network.ProgramFigures;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.List;
import java.util.function.Supplier;

/** Programs of the host that networks are made with. */
public final class ProgramCollector implements MultiCollector {

  private final Supplier<List<ProgramFigures>> figures;

  public ProgramCollector(Supplier<List<ProgramFigures>> figures) {
    this.figures = figures;
  }

  @Override
  public MetricSnapshots collect() {
    Series runs = Series.counter("cairn_network_program_runs", "Runs of programs of the host");
    Series spent =
        Series.counter("cairn_network_program_seconds", "Time that runs took, summed up");
    for (ProgramFigures each : figures.get()) {
      Labels labels = Labels.of("program", each.program());
      runs.add(labels, each.runs());
      spent.add(labels, each.spent().toNanos() / 1e9);
    }
    return new MetricSnapshots(runs.snapshot(), spent.snapshot());
  }
}
