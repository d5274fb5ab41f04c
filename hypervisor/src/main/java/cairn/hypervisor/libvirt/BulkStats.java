package cairn.hypervisor.libvirt;

import cairn.hypervisor.MachineId;
import cairn.hypervisor.MachineUsage;
import cairn.hypervisor.MachineUsage.Card;
import cairn.hypervisor.MachineUsage.Disk;
import cairn.hypervisor.MachineUsage.Flow;
import cairn.hypervisor.MachineUsage.Memory;
import cairn.hypervisor.MachineUsage.Traffic;
import cairn.hypervisor.domain.DomainNames;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What all running domains use, by one call. Names of the figures are those of {@code
 * virConnectGetAllDomainStats} in libvirt 9.0; one that is absent counts as zero or as unknown.
 */
final class BulkStats {

  /** {@code VIR_DOMAIN_STATS_}: CPU_TOTAL, BALLOON, INTERFACE, BLOCK. */
  private static final int WANTED = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 5;

  /** Running and paused ones; one that is busy with a job is told with what is known without it. */
  private static final int WHICH = 1 | 1 << 29;

  private static final long KIB = 1024;

  private BulkStats() {}

  static List<MachineUsage> of(Link link, DomainNames names) throws LibvirtError {
    PointerByReference records = new PointerByReference();
    int count = Api.LIBVIRT.virConnectGetAllDomainStats(link.pointer(), WANTED, records, WHICH);
    if (count < 0) {
      throw LibvirtError.last("virConnectGetAllDomainStats");
    }
    @Nullable Pointer array = records.getValue();
    if (array == null) {
      return List.of();
    }
    try {
      List<MachineUsage> all = new ArrayList<>(count);
      for (int at = 0; at < count; at++) {
        Pointer record = array.getPointer((long) at * Native.POINTER_SIZE);
        // The domain is the record's: it goes with it.
        Optional<MachineId> machine =
            names.machineOf(Api.LIBVIRT.virDomainGetName(record.getPointer(0)));
        if (machine.isPresent()) {
          all.add(usage(machine.get(), TypedParameters.of(record)));
        }
      }
      return all;
    } finally {
      Api.LIBVIRT.virDomainStatsRecordListFree(array);
    }
  }

  /** Pure. */
  static MachineUsage usage(MachineId machine, Map<String, Object> told) {
    return new MachineUsage(
        machine,
        Duration.ofNanos(number(told, "cpu.time")),
        new Memory(
            number(told, "balloon.current") * KIB,
            number(told, "balloon.maximum") * KIB,
            number(told, "balloon.rss") * KIB,
            kibibytes(told, "balloon.available"),
            kibibytes(told, "balloon.usable")),
        disks(told),
        cards(told));
  }

  private static List<Disk> disks(Map<String, Object> told) {
    List<Disk> disks = new ArrayList<>();
    Map<String, Integer> places = new HashMap<>();
    for (int at = 0; at < number(told, "block.count"); at++) {
      String disk = "block." + at + ".";
      String name = String.valueOf(told.getOrDefault(disk + "name", ""));
      // Layers below come with the name of the disk again; only the top one is the machine's.
      if (places.putIfAbsent(name, at) == null) {
        disks.add(
            new Disk(
                name,
                traffic(told, disk + "rd."),
                traffic(told, disk + "wr."),
                traffic(told, disk + "fl."),
                number(told, disk + "allocation"),
                number(told, disk + "capacity")));
      }
    }
    return disks;
  }

  private static Traffic traffic(Map<String, Object> told, String direction) {
    return new Traffic(
        number(told, direction + "bytes"),
        number(told, direction + "reqs"),
        Duration.ofNanos(number(told, direction + "times")));
  }

  private static List<Card> cards(Map<String, Object> told) {
    List<Card> cards = new ArrayList<>();
    for (int at = 0; at < number(told, "net.count"); at++) {
      String card = "net." + at + ".";
      cards.add(
          new Card(
              String.valueOf(told.getOrDefault(card + "name", "")),
              flow(told, card + "rx."),
              flow(told, card + "tx.")));
    }
    return cards;
  }

  private static Flow flow(Map<String, Object> told, String direction) {
    return new Flow(
        number(told, direction + "bytes"),
        number(told, direction + "pkts"),
        number(told, direction + "errs"),
        number(told, direction + "drop"));
  }

  private static OptionalLong kibibytes(Map<String, Object> told, String name) {
    return told.get(name) instanceof Number number
        ? OptionalLong.of(number.longValue() * KIB)
        : OptionalLong.empty();
  }

  private static long number(Map<String, Object> told, String name) {
    return told.get(name) instanceof Number number ? number.longValue() : 0;
  }
}
