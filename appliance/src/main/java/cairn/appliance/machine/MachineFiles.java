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
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The files of machines in our folders: first-boot data, whole or absent; what the serial port
 * printed; what UEFI remembers; sockets, which a killed QEMU leaves behind. The name of each begins
 * with the machine's uid.
 */
final class MachineFiles {

  private static final int UID_LENGTH = 36;

  private final HostPaths paths;

  MachineFiles(HostPaths paths) {
    this.paths = requireNonNull(paths, "paths is null");
  }

  Path writeSeed(UUID machine, SeedImage seed) {
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

  void removeSeed(UUID machine) {
    remove(paths.seed(machine));
  }

  /** Removes all files of a machine. */
  void remove(UUID machine) {
    removeAll(machine::equals);
  }

  /** Removes files of machines that no longer exist. */
  void removeAllBut(Collection<UUID> machines) {
    removeAll(uid -> !machines.contains(uid));
  }

  private void removeAll(Predicate<UUID> which) {
    for (Path folder : paths.folders()) {
      for (Path file : files(folder)) {
        if (owner(file).filter(which).isPresent()) {
          remove(file);
        }
      }
    }
  }

  private static Optional<UUID> owner(Path file) {
    String name = file.getFileName().toString();
    try {
      return name.length() < UID_LENGTH
          ? Optional.empty()
          : Optional.of(UUID.fromString(name.substring(0, UID_LENGTH)));
    } catch (IllegalArgumentException notOurs) {
      return Optional.empty();
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("The file " + file + " cannot be removed", e);
    }
  }

  private static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(files.toList());
    } catch (IOException e) {
      throw new UncheckedIOException("The folder " + folder + " cannot be read", e);
    }
  }
}
