package cairn.storage.reflink;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Clones files by sharing their blocks (ioctl FICLONE, Linux 4.5; XFS with reflink=1, btrfs). The
 * time does not depend on the size, and either file may be written or removed afterwards.
 */
public final class Reflink {

  /** {@code _IOW(0x94, 9, int)} of linux/fs.h; the same on every architecture we build for. */
  private static final long FICLONE = 0x40049409L;

  private static final int O_RDONLY = 0;
  private static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;

  private Reflink() {}

  /**
   * Makes {@code target}, an existing file, have the content of {@code source}. On failure the
   * target is unchanged.
   *
   * @throws IOException with the kernel's words, for example when the file system cannot do it
   */
  public static void share(Path source, Path target) throws IOException {
    int from = open(source, O_RDONLY);
    try {
      int to = open(target, O_RDWR);
      try {
        call("ficlone " + source + " to " + target, () -> libc().ioctl(to, ficlone(), from));
      } finally {
        call("close " + target, () -> libc().close(to));
      }
    } finally {
      call("close " + source, () -> libc().close(from));
    }
  }

  /**
   * Whether files of one folder can share their blocks with files of the other: tried, with two
   * small files.
   */
  public static boolean worksBetween(Path from, Path to) throws IOException {
    Path source = Files.createTempFile(from, "probe-", ".source");
    Path target = Files.createTempFile(to, "probe-", ".target");
    try {
      Files.write(source, new byte[1 << 16]);
      share(source, target);
      return Files.size(target) == 1 << 16;
    } catch (RefusedByKernel refused) {
      return false;
    } finally {
      Files.deleteIfExists(source);
      Files.deleteIfExists(target);
    }
  }

  private static NativeLong ficlone() {
    return new NativeLong(FICLONE);
  }

  private static int open(Path file, int flags) throws IOException {
    // The bytes live in JNA's own memory for the length of the call; libc does not keep them.
    byte[] name = (file.toAbsolutePath() + "\0").getBytes(StandardCharsets.UTF_8);
    return call("open " + file, () -> libc().open(name, flags | O_CLOEXEC));
  }

  private static int call(String what, NativeCall call) throws IOException {
    try {
      return call.invoke();
    } catch (LastErrorException error) {
      throw new RefusedByKernel(what, error);
    }
  }

  private static Libc libc() {
    return Loaded.LIBC;
  }

  @FunctionalInterface
  private interface NativeCall {
    int invoke();
  }

  /** Loaded at the first call, so that a process that never clones loads nothing native. */
  private static final class Loaded {
    static final Libc LIBC = Native.load("c", Libc.class, Map.of());
  }

  /** Of the C library; JNA turns a result of -1 into {@link LastErrorException}. */
  interface Libc extends Library {
    int open(byte[] path, int flags) throws LastErrorException;

    int ioctl(int descriptor, NativeLong request, int argument) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  private static final class RefusedByKernel extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedByKernel(String what, LastErrorException error) {
      super("cannot " + what + ": error " + error.getErrorCode(), error);
    }
  }
}
