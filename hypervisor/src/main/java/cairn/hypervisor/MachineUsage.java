package cairn.hypervisor;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a running instance has used so far. Counters begin at zero with the instance; figures that
 * the guest tells may be anything.
 *
 * @param cpu processor time of the instance, QEMU's own threads included
 */
public record MachineUsage(
    MachineId id, Duration cpu, Memory memory, List<Disk> disks, List<Card> cards) {

  public MachineUsage {
    requireNonNull(id, "id is null");
    requireNonNull(cpu, "cpu is null");
    requireNonNull(memory, "memory is null");
    disks = List.copyOf(disks);
    cards = List.copyOf(cards);
  }

  /**
   * Bytes of memory.
   *
   * @param assigned what the guest has now, the balloon's part taken off
   * @param most what it was started with
   * @param resident what QEMU's process has in RAM
   * @param available what the guest's kernel manages, by its balloon driver; empty if it tells
   *     nothing
   * @param usable what the guest could give to programs without swapping; empty likewise
   */
  public record Memory(
      long assigned, long most, long resident, OptionalLong available, OptionalLong usable) {
    public Memory {
      requireNonNull(available, "available is null");
      requireNonNull(usable, "usable is null");
    }
  }

  /**
   * One block device.
   *
   * @param name as the host calls its place in the machine, {@code sda}; not necessarily the
   *     guest's name
   * @param allocated bytes on the host's disk
   * @param capacity bytes that the guest sees
   */
  public record Disk(
      String name, Traffic reads, Traffic writes, Traffic flushes, long allocated, long capacity) {
    public Disk {
      requireNonNull(name, "name is null");
      requireNonNull(reads, "reads is null");
      requireNonNull(writes, "writes is null");
      requireNonNull(flushes, "flushes is null");
    }
  }

  /**
   * One direction of a disk.
   *
   * @param spent time that requests took, summed up
   */
  public record Traffic(long bytes, long requests, Duration spent) {
    public Traffic {
      requireNonNull(spent, "spent is null");
    }
  }

  /**
   * One network card, seen from the guest: received is what reached it.
   *
   * @param name of its tap on the host
   */
  public record Card(String name, Flow received, Flow sent) {
    public Card {
      requireNonNull(name, "name is null");
      requireNonNull(received, "received is null");
      requireNonNull(sent, "sent is null");
    }
  }

  /** One direction of a card. */
  public record Flow(long bytes, long packets, long errors, long drops) {}
}
