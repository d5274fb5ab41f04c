package cairn.hypervisor.libvirt;

import cairn.hypervisor.MachineId;
import cairn.hypervisor.domain.DomainXmlReader.Needs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that libvirt keeps for an instance. */
final class InstanceFiles {

  private static final Logger LOG = LoggerFactory.getLogger(InstanceFiles.class);

  /** How many old logs virtlogd may keep beside the current one. */
  private static final int LOG_BACKUPS = 3;

  /** Much more than the words around the end of an instance, and little to read. */
  private static final int LOG_TAIL = 64 << 10;

  private final Path runDirectory;
  private final Path logDirectory;
  private final Path tpmDirectory;

  InstanceFiles(LibvirtSettings settings) {
    this.runDirectory = settings.runDirectory();
    this.logDirectory = settings.logDirectory();
    this.tpmDirectory = settings.tpmDirectory();
  }

  /**
   * Process of the running instance. libvirt's own domain number is no identity: a new daemon
   * counts anew.
   */
  OptionalLong pid(String domain) {
    try {
      return OptionalLong.of(
          Long.parseLong(
              Files.readString(runDirectory.resolve("qemu/" + domain + ".pid")).strip()));
    } catch (IOException | NumberFormatException notThere) {
      return OptionalLong.empty();
    }
  }

  /** Whether there is no such process, or only what nobody has reaped yet. */
  static boolean isGone(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      char state = stat.charAt(stat.lastIndexOf(')') + 2);
      return state == 'Z' || state == 'X';
    } catch (IOException gone) {
      return true;
    }
  }

  /**
   * The end of the domain's log. Empty where there is none, and where it cannot be read: then a
   * reboot looks like a power-off.
   */
  InstanceLog log(String domain) {
    Path file = logDirectory.resolve("qemu/" + domain + ".log");
    try (SeekableByteChannel log = Files.newByteChannel(file)) {
      log.position(Math.max(0, log.size() - LOG_TAIL));
      ByteBuffer tail = ByteBuffer.allocate(LOG_TAIL);
      while (tail.hasRemaining() && log.read(tail) >= 0) {
        // Reads on.
      }
      String text = new String(tail.array(), 0, tail.position(), StandardCharsets.ISO_8859_1);
      return InstanceLog.read(text.lines().toList());
    } catch (NoSuchFileException never) {
      return InstanceLog.EMPTY;
    } catch (IOException failed) {
      LOG.warn("could not read {}: {}", file, failed.getMessage());
      return InstanceLog.EMPTY;
    }
  }

  /** Removes what libvirt leaves when a domain is forgotten. */
  void remove(MachineId machine, String domain, Needs needs) {
    List<Path> left = new ArrayList<>();
    needs.variables().ifPresent(left::add);
    needs.serialSocket().ifPresent(left::add);
    needs.screen().ifPresent(left::add);
    needs.serialLog().ifPresent(log -> left.addAll(withBackups(log)));
    left.addAll(withBackups(logDirectory.resolve("qemu/" + domain + ".log")));
    left.add(logDirectory.resolve("swtpm/libvirt/qemu/" + domain + "-swtpm.log"));
    // libvirt removes a TPM's memory only with a definition that has a TPM.
    left.addAll(below(tpmDirectory.resolve(machine.toString())));
    left.forEach(InstanceFiles::remove);
  }

  private static void remove(Path file) {
    try {
      Files.delete(file);
    } catch (NoSuchFileException _) {
      // Not every machine has all of them.
    } catch (IOException failed) {
      LOG.warn("could not remove {}: {}", file, failed.getMessage());
    }
  }

  /** The folder and all in it, deepest first. */
  private static List<Path> below(Path folder) {
    try (Stream<Path> found = Files.walk(folder)) {
      return found.sorted(Comparator.reverseOrder()).toList();
    } catch (NoSuchFileException never) {
      return List.of();
    } catch (IOException | UncheckedIOException failed) {
      LOG.warn("could not look into {}: {}", folder, failed.getMessage());
      return List.of();
    }
  }

  private static List<Path> withBackups(Path log) {
    List<Path> logs = new ArrayList<>(List.of(log));
    for (int backup = 0; backup < LOG_BACKUPS; backup++) {
      logs.add(log.resolveSibling(log.getFileName() + "." + backup));
    }
    return logs;
  }
}
