package cairn.storage.qemuimg;

import cairn.storage.ByteSize;
import cairn.storage.StorageFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The strongest confinement for {@code qemu-img} that this host offers with util-linux alone: a
 * network namespace without network, limits on memory, processor time, file size and descriptors,
 * no capabilities, no new privileges, and (started by root) an identity of its own.
 *
 * <p>Files are not named to the program. They are opened by us and handed over as descriptors 0 and
 * 1, so the program needs no way into our folders.
 *
 * @param prefix programs that confine and then become the next one
 * @param identity user and group that the program runs as, if not ours
 */
record Sandbox(List<String> prefix, OptionalInt identity) {

  /** In the range that nobody hands out: above 65535 and below the containers' 524288. */
  private static final int OWN_IDENTITY = 409_600;

  private static final List<String> NO_NETWORK = List.of("unshare", "--net", "--ipc", "--");
  private static final List<String> NO_NETWORK_UNPRIVILEGED =
      List.of("unshare", "--user", "--net", "--ipc", "--");
  private static final List<String> OTHER_IDENTITY =
      List.of(
          "setpriv",
          "--reuid=" + OWN_IDENTITY,
          "--regid=" + OWN_IDENTITY,
          "--clear-groups",
          "--no-new-privs",
          "--inh-caps=-all",
          "--bounding-set=-all",
          "--");
  private static final List<String> SAME_IDENTITY = List.of("setpriv", "--no-new-privs", "--");

  /** Address space: qemu-img starts up to 64 threads, each with a stack of 8 MiB. */
  private static final ByteSize MEMORY = ByteSize.ofGibibytes(2);

  /** Without it glibc reserves 64 MiB of address space for nearly every thread. */
  private static final List<String> ONE_ARENA = List.of("env", "MALLOC_ARENA_MAX=1");

  Sandbox {
    prefix = List.copyOf(prefix);
  }

  /** Tried out, strongest first. */
  static Sandbox strongest() {
    return List.of(
            new Sandbox(joined(NO_NETWORK, OTHER_IDENTITY), OptionalInt.of(OWN_IDENTITY)),
            new Sandbox(joined(NO_NETWORK_UNPRIVILEGED, SAME_IDENTITY), OptionalInt.empty()))
        .stream()
        .filter(Sandbox::works)
        .findFirst()
        .orElseGet(() -> new Sandbox(SAME_IDENTITY, OptionalInt.empty()));
  }

  boolean withoutNetwork() {
    return prefix.contains("--net");
  }

  List<String> confined(List<String> program, Duration processorTime, ByteSize largestFile) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "prlimit",
                "--as=" + MEMORY.bytes(),
                "--cpu=" + Math.max(1, processorTime.toSeconds()),
                "--fsize=" + largestFile.bytes(),
                "--nofile=64",
                "--core=0",
                "--"));
    arguments.addAll(ONE_ARENA);
    arguments.addAll(prefix);
    arguments.addAll(program);
    return arguments;
  }

  /** Lets the program open the file again through its descriptor. */
  void lend(Path file) throws IOException {
    if (identity.isPresent()) {
      Files.setAttribute(file, "unix:uid", identity.getAsInt());
    }
  }

  void takeBack(Path file) throws IOException {
    if (identity.isPresent()) {
      // Whoever owns the folder lent the file.
      Path folder = file.toAbsolutePath().resolveSibling(".");
      Files.setAttribute(file, "unix:uid", Files.getAttribute(folder, "unix:uid"));
    }
  }

  private boolean works() {
    try {
      List<String> arguments =
          confined(List.of("true"), Duration.ofSeconds(5), ByteSize.ofMebibytes(1));
      return Program.capturing(arguments, Duration.ofSeconds(10)).run().status() == 0;
    } catch (StorageFault programMissing) {
      return false;
    }
  }

  private static List<String> joined(List<String> first, List<String> second) {
    List<String> both = new ArrayList<>(first);
    both.addAll(second);
    return both;
  }
}
