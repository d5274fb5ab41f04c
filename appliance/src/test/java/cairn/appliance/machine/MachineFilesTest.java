package cairn.appliance.machine;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MachineFilesTest {

  private static final UUID ONE = new UUID(1, 1);
  private static final UUID OTHER = new UUID(2, 2);

  private HostPaths paths;

  @BeforeEach
  void everyFolderHasAFileOfEach(@TempDir Path folder) throws IOException {
    paths =
        new HostPaths(
            folder.resolve("console"),
            folder.resolve("screen"),
            folder.resolve("log"),
            folder.resolve("seed"),
            folder.resolve("uefi"));
    for (Path each : paths.folders()) {
      Files.createDirectories(each);
      for (UUID machine : List.of(ONE, OTHER)) {
        Files.createFile(each.resolve(machine + ".x"));
      }
      Files.createFile(each.resolve("of-nobody"));
    }
  }

  @Test
  void nothingOfARemovedMachineStays() throws IOException {
    new MachineFiles(paths).remove(ONE);

    for (Path each : paths.folders()) {
      assertEquals(Set.of(OTHER + ".x", "of-nobody"), names(each), each::toString);
    }
  }

  @Test
  void onlyFilesOfMachinesThatExistStay() throws IOException {
    new MachineFiles(paths).removeAllBut(List.of(ONE));

    for (Path each : paths.folders()) {
      assertEquals(Set.of(ONE + ".x", "of-nobody"), names(each), each::toString);
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }
}
