package cairn.hypervisor.libvirt;

import static org.junit.jupiter.api.Assertions.assertEquals;

import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineUsage;
import cairn.hypervisor.MachineUsage.Flow;
import cairn.hypervisor.MachineUsage.Traffic;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Figures as libvirt 9.0 names them. */
class BulkStatsTest {

  private static final MachineId MACHINE = new MachineId(UUID.randomUUID());

  @Test
  void figuresAreFoundByTheirNamesAndUnits() {
    Map<String, Object> told = new HashMap<>();
    told.put("cpu.time", 1_500_000_000L);
    told.put("balloon.current", 1024L);
    told.put("balloon.maximum", 2048L);
    told.put("balloon.rss", 512L);
    told.put("balloon.usable", 100L);
    told.put("block.count", 1L);
    told.put("block.0.name", "sda");
    told.put("block.0.rd.reqs", 3L);
    told.put("block.0.rd.bytes", 1536L);
    told.put("block.0.rd.times", 7_000_000L);
    told.put("block.0.fl.reqs", 2L);
    told.put("block.0.allocation", 4096L);
    told.put("block.0.capacity", 8192L);
    told.put("net.count", 1L);
    told.put("net.0.name", "ctabcd1");
    told.put("net.0.rx.bytes", 90L);
    told.put("net.0.rx.pkts", 1L);
    told.put("net.0.tx.drop", 4L);

    MachineUsage used = BulkStats.usage(MACHINE, told);

    Traffic none = new Traffic(0, 0, Duration.ZERO);
    assertEquals(
        new MachineUsage(
            MACHINE,
            Duration.ofMillis(1500),
            new MachineUsage.Memory(
                1 << 20, 2 << 20, 512 << 10, OptionalLong.empty(), OptionalLong.of(100 << 10)),
            List.of(
                new MachineUsage.Disk(
                    "sda",
                    new Traffic(1536, 3, Duration.ofMillis(7)),
                    none,
                    new Traffic(0, 2, Duration.ZERO),
                    4096,
                    8192)),
            List.of(new MachineUsage.Card("ctabcd1", new Flow(90, 1, 0, 0), new Flow(0, 0, 0, 4)))),
        used);
  }

  @Test
  void layersBelowADiskAreNoDisks() {
    Map<String, Object> told =
        Map.of(
            "block.count",
            2L,
            "block.0.name",
            "vda",
            "block.0.capacity",
            10L,
            "block.1.name",
            "vda",
            "block.1.backingIndex",
            1,
            "block.1.capacity",
            20L);

    assertEquals(
        List.of(10L),
        BulkStats.usage(MACHINE, told).disks().stream().map(MachineUsage.Disk::capacity).toList());
  }

  @Test
  void whatIsNotToldIsZero() {
    MachineUsage used = BulkStats.usage(MACHINE, Map.of());

    assertEquals(Duration.ZERO, used.cpu());
    assertEquals(List.of(), used.disks());
    assertEquals(List.of(), used.cards());
  }
}
