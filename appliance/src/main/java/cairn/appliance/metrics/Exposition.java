package cairn.appliance.metrics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import cairn.appliance.store.H2ResourceStore;
import cairn.appliance.store.StoreFigures;
import cairn.appliance.store.StoreUnusable;
import cairn.appliance.store.Writability;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.registry.MultiCollector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * All figures as text. The registry is made when somebody first asks: the counting is done in plain
 * numbers by the parts themselves, so a service that nobody scrapes spends nothing on it.
 */
public final class Exposition {

  private static final Path MEMORY = Path.of("/proc/self/status");

  private final H2ResourceStore store;
  private final List<MultiCollector> parts = new ArrayList<>();
  private @Nullable PrometheusMeterRegistry registry;

  public Exposition(H2ResourceStore store) {
    this.store = requireNonNull(store, "store is null");
  }

  /** Adds figures of a part. Any thread, at any time. */
  public synchronized Exposition with(MultiCollector part) {
    parts.add(part);
    if (registry != null) {
      registry.getPrometheusRegistry().register(part);
    }
    return this;
  }

  /** Text format 0.0.4, UTF-8. Any thread. */
  public synchronized byte[] text() {
    PrometheusMeterRegistry all = registry;
    if (all == null) {
      all = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
      bind(all);
      registry = all;
    }
    return all.scrape().getBytes(UTF_8);
  }

  private void bind(PrometheusMeterRegistry to) {
    file(to);
    memory(to);
    to.getPrometheusRegistry().register(new WriteLatencyCollector(store));
    parts.forEach(to.getPrometheusRegistry()::register);
    FunctionCounter.builder("process.cpu", this, _ -> cpuSeconds())
        .baseUnit("seconds")
        .description("Processor time of the service, user and system")
        .register(to);
    Gauge.builder("process.resident.memory", Exposition::residentBytes)
        .baseUnit("bytes")
        .description("Memory of the service that is in RAM")
        .register(to);
    new JvmMemoryMetrics().bindTo(to);
    new JvmThreadMetrics().bindTo(to);
    new UptimeMetrics().bindTo(to);
  }

  private void file(PrometheusMeterRegistry to) {
    gauge(to, "file.bytes", "Size of the store's file", StoreFigures::fileSize);
    counter(to, "rotations", "Fresh files begun", StoreFigures::rotations);
    counter(to, "syncs", "Transactions made durable", StoreFigures::syncs);
    counter(to, "writes", "Acknowledged writes", StoreFigures::writes);
    counter(to, "write.failures", "Writes the disk did not take", StoreFigures::failures);
    Gauge.builder("cairn.store.room.bytes", store, Exposition::room)
        .description("Bytes that can still be written to the disk of the store")
        .register(to);
    Gauge.builder(
            "cairn.store.writable",
            store,
            asked -> asked.writability() instanceof Writability.Open ? 1 : 0)
        .description("Whether writes are taken: 1 or 0; /readyz?verbose says why not")
        .register(to);
  }

  private void memory(PrometheusMeterRegistry to) {
    gauge(to, "objects", "Objects of all kinds", figures -> figures.memory().objects());
    gauge(
        to,
        "document.bytes",
        "Documents of all objects",
        figures -> figures.memory().documentBytes());
    gauge(
        to,
        "history.changes",
        "Changes that a watch can begin at",
        figures -> figures.memory().historyChanges());
    gauge(
        to,
        "history.bytes",
        "Documents of these changes, an upper bound",
        figures -> figures.memory().historyBytes());
    gauge(
        to,
        "watchers",
        "Open watches, those of the service's own controllers included",
        figures -> figures.memory().watchers());
    counter(
        to,
        "watchers.cut",
        "Watches cut off because they fell behind",
        figures -> figures.memory().watchersCut());
  }

  private void gauge(
      PrometheusMeterRegistry to,
      String name,
      String description,
      ToDoubleFunction<StoreFigures> value) {
    Gauge.builder("cairn.store." + name, store, asked -> value.applyAsDouble(asked.figures()))
        .description(description)
        .register(to);
  }

  private void counter(
      PrometheusMeterRegistry to,
      String name,
      String description,
      ToDoubleFunction<StoreFigures> value) {
    FunctionCounter.builder(
            "cairn.store." + name, store, asked -> value.applyAsDouble(asked.figures()))
        .description(description)
        .register(to);
  }

  /** Not a number where the disk does not tell: that is what Prometheus shows as unknown. */
  private static double room(H2ResourceStore store) {
    try {
      return store.room();
    } catch (StoreUnusable e) {
      return Double.NaN;
    }
  }

  private static double cpuSeconds() {
    return ProcessHandle.current()
        .info()
        .totalCpuDuration()
        .map(time -> time.toNanos() / 1e9)
        .orElse(Double.NaN);
  }

  private static double residentBytes() {
    try {
      for (String line : Files.readAllLines(MEMORY)) {
        if (line.startsWith("VmRSS:")) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024.0;
        }
      }
    } catch (IOException e) {
      // Unknown, as where there is no such line.
    }
    return Double.NaN;
  }
}
