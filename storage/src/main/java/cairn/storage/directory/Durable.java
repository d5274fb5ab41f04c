package cairn.storage.directory;

import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Steps on files that still hold after a power cut. */
final class Durable {

  private static final long NEARLY_NOTHING = 4L << 20;

  private Durable() {}

  /** Writes the content of a file or the entries of a folder to the medium. */
  static void sync(Path fileOrFolder) throws IOException {
    try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Moves within one file system; whoever looks sees the old state or the new one. */
  static void move(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    sync(parent(to));
    if (!parent(from).equals(parent(to))) {
      sync(parent(from));
    }
  }

  /** Folders that are still there after a power cut. */
  static void makeFolders(Path folder) throws IOException {
    if (Files.isDirectory(folder)) {
      return;
    }
    makeFolders(parent(folder));
    Files.createDirectories(folder);
    sync(parent(folder));
  }

  static void removeTree(Path root) throws IOException {
    if (!Files.exists(root, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
              throws IOException {
            Files.deleteIfExists(folder);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  static void empty(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      for (Path entry : entries.toList()) {
        removeTree(entry);
      }
    } catch (UncheckedIOException failure) {
      throw failure.getCause();
    }
  }

  static Path parent(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException(path + " has no parent");
    }
    return parent;
  }

  /**
   * What a failed step means. Java tells no error numbers, so a full file system is known by its
   * free space.
   */
  static StorageFault fault(String what, Path where, IOException failure) {
    if (isFull(where)) {
      return new StorageFault(
          Kind.EXHAUSTED,
          "NoSpace",
          what + ": no space is left on the file system of " + where + "; free some or add more.",
          failure);
    }
    if (failure instanceof NoSuchFileException missing) {
      return new StorageFault(
          Kind.MISSING, "FileMissing", what + ": " + missing.getMessage() + " is gone.", failure);
    }
    return new StorageFault(
        Kind.BROKEN, "FileSystemFailed", what + ": " + failure.getMessage(), failure);
  }

  private static boolean isFull(Path where) {
    try {
      return Files.getFileStore(where).getUsableSpace() < NEARLY_NOTHING;
    } catch (IOException unknown) {
      return false;
    }
  }
}
