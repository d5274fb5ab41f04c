package cairn.hypervisor.cpu;

import static java.util.Objects.requireNonNull;

import cairn.hypervisor.MachineId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One control group for each running machine, below one of this installation. Whatever fails is
 * logged and leaves the machine running without its share: a machine without a limit is better than
 * none. All methods may be repeated and may be called from any thread.
 */
public final class CpuGroups {

  private static final Logger LOG = LoggerFactory.getLogger(CpuGroups.class);

  /** What was done for a machine last, so that it is not done at every look. */
  private record Done(long process, CpuShare share) {}

  private final Optional<CpuMount> mount;
  private final Optional<Path> base;
  private final String state;
  private final Map<MachineId, Done> done = new ConcurrentHashMap<>();

  private CpuGroups(Optional<CpuMount> mount, Optional<Path> base, String state) {
    this.mount = mount;
    this.base = base;
    this.state = state;
  }

  /**
   * Looks for the host's CPU controller and takes a group of it.
   *
   * @param instance the four characters of this installation
   * @param cores of the host
   */
  public static CpuGroups open(String instance, int cores) {
    requireNonNull(instance, "instance is null");
    try {
      return open(instance, cores, Files.readAllLines(Path.of("/proc/self/mountinfo")));
    } catch (IOException e) {
      return none("/proc/self/mountinfo cannot be read: " + e.getMessage());
    }
  }

  static CpuGroups open(String instance, int cores, List<String> mounts) {
    Optional<CpuMount> mount = CpuMount.among(mounts);
    if (mount.isEmpty()) {
      return none("no control groups are mounted");
    }
    try {
      Path base = mount.get().prepare("cairn-" + instance, cores);
      return new CpuGroups(mount, Optional.of(base), "machines have groups below " + base);
    } catch (IOException e) {
      return none("no group can be made below %s: %s".formatted(mount.get().root(), words(e)));
    }
  }

  /** Why {@link #open} would find nothing to use; empty if it would. Changes nothing. */
  public static Optional<String> look() {
    try {
      Optional<CpuMount> mount =
          CpuMount.among(Files.readAllLines(Path.of("/proc/self/mountinfo")));
      return mount.isEmpty() ? Optional.of("no control groups are mounted") : mount.get().trouble();
    } catch (IOException e) {
      return Optional.of(words(e));
    }
  }

  /** For a host where neither shares nor limits are kept. */
  public static CpuGroups none(String why) {
    return new CpuGroups(Optional.empty(), Optional.empty(), why);
  }

  public boolean usable() {
    return base.isPresent();
  }

  /** Part of a sentence: where groups are, or why there are none. */
  public String state() {
    return state;
  }

  /** Gives a running machine its share; does nothing if that was done for this process. */
  public void limit(MachineId machine, long process, CpuShare share) {
    Done wanted = new Done(process, share);
    if (base.isEmpty() || wanted.equals(done.get(machine))) {
      return;
    }
    Path group = base.get().resolve(machine.toString());
    try {
      Files.createDirectories(group);
      mount.orElseThrow().apply(group, share);
      CpuMount.write(group.resolve("cgroup.procs"), Long.toString(process));
      done.put(machine, wanted);
    } catch (IOException e) {
      LOG.warn("machine {} runs without its share of the processors: {}", machine, words(e));
    }
  }

  /** The machine does not run any more. */
  public void release(MachineId machine) {
    done.remove(machine);
    base.ifPresent(folder -> remove(folder.resolve(machine.toString())));
  }

  /** Removes the groups of all machines but these; a group with a process in it stays. */
  public void keepOnly(Collection<UUID> machines) {
    if (base.isEmpty()) {
      return;
    }
    for (Path group : groups(base.get())) {
      boolean known =
          machines.stream().anyMatch(each -> group.endsWith(new MachineId(each).toString()));
      if (!known) {
        remove(group);
      }
    }
  }

  /** Takes all of it off the host, when no machine runs any more. */
  public void clear() {
    keepOnly(List.of());
    base.ifPresent(CpuGroups::remove);
  }

  private static List<Path> groups(Path base) {
    List<Path> groups = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(base, Files::isDirectory)) {
      children.forEach(groups::add);
    } catch (IOException e) {
      LOG.warn("{} cannot be listed: {}", base, e.getMessage());
    }
    return groups;
  }

  /** A group that is gone, or still in use, is nothing to complain about. */
  private static void remove(Path group) {
    try {
      Files.deleteIfExists(group);
    } catch (IOException e) {
      LOG.debug("{} stays: {}", group, e.getMessage());
    }
  }

  private static String words(IOException e) {
    return e instanceof java.nio.file.FileSystemException file && file.getReason() != null
        ? file.getFile() + ": " + file.getReason()
        : e.getClass().getSimpleName() + " " + e.getMessage();
  }
}
