package cairn.hypervisor.cpu;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Where the kernel's CPU controller is reached. */
record CpuMount(Version version, Path root) {

  /** The two forms of control groups. */
  enum Version {
    ONE,
    TWO
  }

  CpuMount {
    requireNonNull(version, "version is null");
    requireNonNull(root, "root is null");
  }

  /**
   * Of all mounts, the one that has the CPU controller: a hierarchy of the first version if it is
   * there, because then the second does not have it.
   *
   * @param mounts lines of {@code /proc/self/mountinfo}
   */
  static Optional<CpuMount> among(List<String> mounts) {
    Optional<CpuMount> first = Optional.empty();
    Optional<CpuMount> second = Optional.empty();
    for (String line : mounts) {
      int dash = line.indexOf(" - ");
      String[] place = line.split(" ", -1);
      if (dash < 0 || place.length < 5) {
        continue;
      }
      String[] kind = line.substring(dash + 3).split(" ", -1);
      Path root = Path.of(place[4].replace("\\040", " "));
      if (kind[0].equals("cgroup2") && second.isEmpty()) {
        second = Optional.of(new CpuMount(Version.TWO, root));
      } else if (kind[0].equals("cgroup")
          && kind.length > 2
          && Arrays.asList(kind[2].split(",", -1)).contains("cpu")
          && first.isEmpty()) {
        first = Optional.of(new CpuMount(Version.ONE, root));
      }
    }
    return first.isPresent() ? first : second;
  }

  /**
   * Makes the group that holds the groups of all machines.
   *
   * @param cores of the host: all machines together weigh as much
   * @throws IOException with the reason, if it cannot be made or cannot do what is needed
   */
  Path prepare(String name, int cores) throws IOException {
    Path group = root.resolve(name);
    Optional<String> trouble = trouble();
    if (trouble.isPresent()) {
      throw new IOException(trouble.get());
    }
    switch (version) {
      case ONE -> {
        Files.createDirectories(group);
        write(group.resolve("cpu.shares"), Integer.toString(new CpuShare(cores, 100).shares()));
      }
      case TWO -> {
        delegate(root);
        Files.createDirectories(group);
        delegate(group);
        write(group.resolve("cpu.weight"), Integer.toString(new CpuShare(cores, 100).weight()));
      }
    }
    return group;
  }

  /** Why nothing can be done with it, as far as can be seen without trying. */
  Optional<String> trouble() throws IOException {
    Optional<String> lacks =
        switch (version) {
          case ONE ->
              Files.exists(root.resolve("cpu.shares"))
                      && Files.exists(root.resolve("cpu.cfs_quota_us"))
                  ? Optional.empty()
                  : Optional.of(root + " knows no shares or no quota");
          case TWO ->
              words(root.resolve("cgroup.controllers")).contains("cpu")
                  ? Optional.empty()
                  : Optional.of(
                      root.resolve("cgroup.controllers") + " does not list the controller cpu");
        };
    return lacks.isPresent() || Files.isWritable(root)
        ? lacks
        : Optional.of(root + " may not be written");
  }

  void apply(Path group, CpuShare share) throws IOException {
    switch (version) {
      case ONE -> {
        write(group.resolve("cpu.shares"), Integer.toString(share.shares()));
        write(group.resolve("cpu.cfs_period_us"), Long.toString(CpuShare.PERIOD));
        write(group.resolve("cpu.cfs_quota_us"), Long.toString(share.quota()));
      }
      case TWO -> {
        write(group.resolve("cpu.weight"), Integer.toString(share.weight()));
        write(group.resolve("cpu.max"), share.quota() + " " + CpuShare.PERIOD);
      }
    }
  }

  static void write(Path file, String text) throws IOException {
    Files.writeString(file, text);
  }

  private static void delegate(Path group) throws IOException {
    Path file = group.resolve("cgroup.subtree_control");
    if (!words(file).contains("cpu")) {
      write(file, "+cpu");
    }
  }

  private static List<String> words(Path file) throws IOException {
    return Files.exists(file)
        ? Arrays.asList(Files.readString(file).strip().split(" ", -1))
        : List.of();
  }
}
