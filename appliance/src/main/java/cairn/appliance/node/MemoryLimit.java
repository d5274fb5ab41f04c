package cairn.appliance.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The most memory that this process and its guests may take by control groups, as in a container
 * that was given less than its host has.
 */
final class MemoryLimit {

  private static final Path ROOT = Path.of("/sys/fs/cgroup");

  private MemoryLimit() {}

  /** The smallest of all limits above this process; empty if there is none. */
  static OptionalLong now() {
    try {
      return among(Files.readAllLines(Path.of("/proc/self/cgroup")), ROOT);
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * @param groups lines of {@code /proc/self/cgroup}
   * @param root where control groups are mounted
   */
  static OptionalLong among(List<String> groups, Path root) {
    List<Path> files = new ArrayList<>();
    for (String line : groups) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && parts[1].isEmpty()) {
        above(root, parts[2], "memory.max", files);
      } else if (parts.length == 3 && List.of(parts[1].split(",", -1)).contains("memory")) {
        above(root.resolve("memory"), parts[2], "memory.limit_in_bytes", files);
      }
    }
    return files.stream()
        .map(MemoryLimit::read)
        .flatMap(Optional::stream)
        .mapToLong(Long::longValue)
        .min();
  }

  private static void above(Path mount, String group, String name, List<Path> files) {
    Path at = mount.resolve(group.substring(1)).normalize();
    while (at.startsWith(mount)) {
      files.add(at.resolve(name));
      at = Optional.ofNullable(at.getParent()).orElse(Path.of("/"));
      if (at.equals(Path.of("/"))) {
        return;
      }
    }
  }

  /** {@code max}, and files that are not there, say nothing. */
  private static Optional<Long> read(Path file) {
    try {
      String text = Files.exists(file) ? Files.readString(file).strip() : "";
      return text.isEmpty() || text.equals("max")
          ? Optional.empty()
          : Optional.of(Long.parseLong(text));
    } catch (IOException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
