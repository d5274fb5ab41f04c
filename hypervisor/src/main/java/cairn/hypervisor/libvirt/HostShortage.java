package cairn.hypervisor.libvirt;

import cairn.hypervisor.HypervisorFault;
import cairn.hypervisor.HypervisorFault.Kind;
import cairn.hypervisor.MachineId;
import cairn.hypervisor.domain.DomainXmlReader.Needs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Finds what a machine lacks that did not start: a file, a tap, memory. */
final class HostShortage {

  private HostShortage() {}

  static Optional<HypervisorFault> explains(MachineId machine, Needs needs, LibvirtError error) {
    for (Path file : needs.files()) {
      if (!Files.exists(file)) {
        return Optional.of(
            new HypervisorFault(
                Kind.MISSING,
                "DiskFileMissing",
                "machine %s cannot start: the disk file %s is not there".formatted(machine, file),
                error));
      }
    }
    for (String tap : needs.taps()) {
      if (!Files.exists(Path.of("/sys/class/net", tap)) && !inOurNamespace(tap)) {
        return Optional.of(
            new HypervisorFault(
                Kind.MISSING,
                "TapMissing",
                "machine %s cannot start: the tap device %s is not there".formatted(machine, tap),
                error));
      }
    }
    long available = availableKib();
    if (available < needs.memoryKib()) {
      return Optional.of(
          new HypervisorFault(
              Kind.EXHAUSTED,
              "HostMemoryExhausted",
              "machine %s cannot start: it needs %d MiB of memory and the host has %d MiB left"
                  .formatted(machine, needs.memoryKib() / 1024, available / 1024),
              error));
    }
    return Optional.empty();
  }

  /** /sys shows the namespace it was mounted in; /proc/net that of the asking thread. */
  private static boolean inOurNamespace(String tap) {
    try (var lines = Files.lines(Path.of("/proc/net/dev"))) {
      return lines.anyMatch(line -> line.strip().startsWith(tap + ":"));
    } catch (IOException unreadable) {
      return true;
    }
  }

  private static long availableKib() {
    try (var lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemAvailable:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElse(Long.MAX_VALUE);
    } catch (IOException unreadable) {
      return Long.MAX_VALUE;
    }
  }
}
