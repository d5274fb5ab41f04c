package cairn.appliance.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory of the store, held by one process at a time: {@code objects.mv.db} is the store,
 * {@code objects.new.mv.db} a fresh file in the making, {@code reserve} room that is kept for
 * removals, {@code lock} what keeps a second process out. Only the owner may look inside.
 */
final class StoreDirectory implements AutoCloseable {

  private static final String H2_SUFFIX = ".mv.db";

  private final Path path;
  private final FileChannel lock;

  private StoreDirectory(Path path, FileChannel lock) {
    this.path = path;
    this.lock = lock;
  }

  /**
   * @throws StoreUnusable if another process holds it, or it cannot be made or entered
   */
  static StoreDirectory hold(Path path) {
    Path directory = path.toAbsolutePath().normalize();
    if (directory.toString().indexOf(';') >= 0) {
      throw new StoreUnusable(
          "The store directory " + directory + " has a semicolon in its name; choose another");
    }
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
      StoreDirectory held = new StoreDirectory(directory, lock(directory.resolve("lock")));
      Files.deleteIfExists(held.fresh());
      return held;
    } catch (IOException e) {
      throw new StoreUnusable(
          "The store directory %s cannot be used: %s; see that it is a directory on a writable file system and owned by the service"
              .formatted(directory, e),
          e);
    }
  }

  private static FileChannel lock(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file,
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    if (!tryLock(channel)) {
      channel.close();
      throw new StoreUnusable(
          "The store in %s is in use by another process; stop that one first (fuser %s shows it) or use another directory"
              .formatted(file.getParent(), file));
    }
    return channel;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      @Nullable FileLock held = channel.tryLock();
      return held != null;
    } catch (OverlappingFileLockException heldByThisProcess) {
      return false;
    }
  }

  Path current() {
    return path.resolve("objects" + H2_SUFFIX);
  }

  /** A file for H2 to fill, that does not count until {@link #promote} made it the current one. */
  Path prepareFresh() throws IOException {
    Files.deleteIfExists(fresh());
    return Files.createFile(
        fresh(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
  }

  Path reserve() {
    return path.resolve("reserve");
  }

  private Path fresh() {
    return path.resolve("objects.new" + H2_SUFFIX);
  }

  /** Makes the fresh file the current one; once this returns, a power cut does not undo it. */
  void promote() throws IOException {
    sync(fresh(), StandardOpenOption.WRITE);
    Files.move(
        fresh(), current(), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    sync(path, StandardOpenOption.READ);
  }

  void dropFresh() throws IOException {
    Files.deleteIfExists(fresh());
  }

  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  /** Bytes that can still be written here. */
  long room() throws IOException {
    return Files.getFileStore(path).getUsableSpace();
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new StoreUnusable("The lock of the store in " + path + " cannot be given back", e);
    }
  }
}
