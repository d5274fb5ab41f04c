package cairn.storage.directory;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file system of its own in a file, mounted on a folder. Needs root and a mount namespace. */
final class LoopFileSystem implements AutoCloseable {

  private final Path mounted;

  private LoopFileSystem(Path mounted) {
    this.mounted = mounted;
  }

  /** Whether this host has what is needed; if not, the reason. */
  static Optional<String> missing() throws IOException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Optional.of("not root");
    }
    return Files.exists(Path.of("/dev/loop-control"))
        ? Optional.empty()
        : Optional.of("the kernel has no loop devices");
  }

  static LoopFileSystem make(Path folder, long bytes, String... program) throws IOException {
    Path medium = folder.resolve("medium");
    Path mounted = Files.createDirectories(folder.resolve("mounted"));
    try (RandomAccessFile file = new RandomAccessFile(medium.toFile(), "rw")) {
      file.setLength(bytes);
    }
    List<String> arguments = new ArrayList<>(List.of(program));
    arguments.add(medium.toString());
    DirectoryPoolContract.run(arguments.toArray(String[]::new));
    DirectoryPoolContract.run("mount", "-o", "loop", medium.toString(), mounted.toString());
    return new LoopFileSystem(mounted);
  }

  Path folder() {
    return mounted;
  }

  @Override
  public void close() throws IOException {
    DirectoryPoolContract.run("umount", mounted.toString());
  }
}
