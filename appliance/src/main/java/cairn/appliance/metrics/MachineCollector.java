package cairn.appliance.metrics;

import static java.util.Objects.requireNonNull;

import cairn.appliance.store.Key;
import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.MachineUsage;
import cairn.hypervisor.MachineUsage.Card;
import cairn.hypervisor.MachineUsage.Disk;
import cairn.hypervisor.MachineUsage.Flow;
import cairn.hypervisor.MachineUsage.Traffic;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What machines use, by namespace and name. One question to the host for all of them; a machine
 * that has no object is left out. Where the host does not answer, only that is said.
 */
public final class MachineCollector implements MultiCollector {

  private final Supplier<List<MachineUsage>> usage;
  private final Supplier<Map<UUID, Key>> names;

  /**
   * @param usage remembered for some seconds by whoever gives it, so that many scrapes cost one
   *     question; may throw {@link HypervisorFault}
   * @param names of all machines that have an object
   */
  public MachineCollector(Supplier<List<MachineUsage>> usage, Supplier<Map<UUID, Key>> names) {
    this.usage = requireNonNull(usage, "usage is null");
    this.names = requireNonNull(names, "names is null");
  }

  @Override
  public MetricSnapshots collect() {
    Table table = new Table();
    boolean told = true;
    try {
      Map<UUID, Key> known = names.get();
      for (MachineUsage each : usage.get()) {
        Key key = known.get(each.id().uuid());
        if (key != null) {
          table.machine(Labels.of("namespace", key.namespace(), "name", key.name()), each);
        }
      }
    } catch (HypervisorFault unreachable) {
      told = false;
    }
    table.gauge(
        "cairn_machine_usage_known",
        "Whether the host told what machines use: 1 or 0",
        Labels.EMPTY,
        told ? 1 : 0);
    return table.snapshots();
  }

  /** All series, made in the order in which they are first written. */
  private static final class Table {

    private final Map<String, Series> byName = new LinkedHashMap<>();

    void counter(String name, String help, Labels labels, long value) {
      counter(name, help, labels, (double) value);
    }

    void gauge(String name, String help, Labels labels, long value) {
      byName.computeIfAbsent(name, _ -> Series.gauge(name, help)).add(labels, value);
    }

    void counter(String name, String help, Labels labels, double value) {
      byName.computeIfAbsent(name, _ -> Series.counter(name, help)).add(labels, value);
    }

    MetricSnapshots snapshots() {
      return new MetricSnapshots(
          byName.values().stream().map(Series::snapshot).toArray(MetricSnapshot[]::new));
    }

    void machine(Labels machine, MachineUsage used) {
      counter(
          "cairn_machine_cpu_seconds",
          "Processor time of the instance, QEMU's own included",
          machine,
          used.cpu().toNanos() / 1e9);
      memory(machine, used.memory());
      used.disks().forEach(disk -> disk(machine.add("device", disk.name()), disk));
      used.cards().forEach(card -> card(machine.add("device", card.name()), card));
    }

    private void memory(Labels machine, MachineUsage.Memory memory) {
      gauge(
          "cairn_machine_memory_assigned_bytes",
          "Memory that the guest has now",
          machine,
          memory.assigned());
      gauge(
          "cairn_machine_memory_most_bytes",
          "Memory that the guest was started with",
          machine,
          memory.most());
      gauge(
          "cairn_machine_memory_resident_bytes",
          "Memory of the instance's process in the host's RAM",
          machine,
          memory.resident());
      memory
          .available()
          .ifPresent(bytes ->
              gauge(
                  "cairn_machine_memory_guest_available_bytes",
                  "Memory that the guest's kernel manages, as its balloon driver tells",
                  machine,
                  bytes));
      memory
          .usable()
          .ifPresent(bytes ->
              gauge(
                  "cairn_machine_memory_guest_usable_bytes",
                  "Memory that the guest could give to programs, as its balloon driver tells",
                  machine,
                  bytes));
    }

    private void disk(Labels disk, Disk used) {
      traffic("read", "Reads", disk, used.reads());
      traffic("write", "Writes", disk, used.writes());
      counter("cairn_machine_disk_flush_requests", "Flushes", disk, used.flushes().requests());
      counter(
          "cairn_machine_disk_flush_seconds",
          "Time of flushes, summed up",
          disk,
          used.flushes().spent().toNanos() / 1e9);
      gauge(
          "cairn_machine_disk_allocated_bytes",
          "Room that the disk takes on the host",
          disk,
          used.allocated());
      gauge("cairn_machine_disk_capacity_bytes", "Size that the guest sees", disk, used.capacity());
    }

    private void traffic(String word, String what, Labels disk, Traffic traffic) {
      counter("cairn_machine_disk_" + word + "_bytes", what + ", bytes", disk, traffic.bytes());
      counter("cairn_machine_disk_" + word + "_requests", what, disk, traffic.requests());
      counter(
          "cairn_machine_disk_" + word + "_seconds",
          "Time of " + word + "s, summed up",
          disk,
          traffic.spent().toNanos() / 1e9);
    }

    private void card(Labels card, Card used) {
      flow("receive", "received by", card, used.received());
      flow("transmit", "sent by", card, used.sent());
    }

    private void flow(String word, String what, Labels card, Flow flow) {
      String prefix = "cairn_machine_network_" + word + "_";
      counter(prefix + "bytes", "Bytes " + what + " the guest", card, flow.bytes());
      counter(prefix + "packets", "Packets " + what + " the guest", card, flow.packets());
      counter(
          prefix + "errors", "Packets in error, to be " + what + " the guest", card, flow.errors());
      counter(
          prefix + "drops", "Packets dropped, to be " + what + " the guest", card, flow.drops());
    }
  }
}
