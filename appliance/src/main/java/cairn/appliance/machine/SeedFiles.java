package cairn.appliance.machine;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** First-boot data of machines as files that QEMU reads: whole or absent. */
final class SeedFiles {

  private final HostPaths paths;

  SeedFiles(HostPaths paths) {
    this.paths = requireNonNull(paths, "paths is null");
  }

  Path write(UUID machine, SeedImage seed) {
    Path file = paths.seed(machine);
    Path working = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(paths.seeds());
      Files.write(working, seed.bytes());
      Files.move(
          working, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("The first-boot data " + file + " cannot be written", e);
    }
  }

  void remove(UUID machine) {
    try {
      Files.deleteIfExists(paths.seed(machine));
      Files.deleteIfExists(paths.serial(machine).log());
    } catch (IOException e) {
      throw new UncheckedIOException("Files of machine " + machine + " cannot be removed", e);
    }
  }

  /** Removes files of machines that no longer exist. */
  void removeAllBut(Collection<UUID> machines) {
    for (Path file : files()) {
      boolean used =
          machines.stream().anyMatch(uid -> file.getFileName().toString().equals(uid + ".iso"));
      if (!used) {
        try {
          Files.deleteIfExists(file);
        } catch (IOException e) {
          throw new UncheckedIOException("The leftover " + file + " cannot be removed", e);
        }
      }
    }
  }

  private List<Path> files() {
    if (!Files.isDirectory(paths.seeds())) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(paths.seeds())) {
      return new ArrayList<>(files.toList());
    } catch (IOException e) {
      throw new UncheckedIOException("The folder " + paths.seeds() + " cannot be read", e);
    }
  }
}
