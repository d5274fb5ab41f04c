package cairn.storage.qemuimg;

import cairn.storage.ByteSize;
import cairn.storage.CachedImage;
import cairn.storage.StorageFault;
import cairn.storage.StorageFault.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * The program {@code qemu-img} (QEMU 7.2 and newer). Formats are always said, never probed. Safe
 * for use by several threads; every call blocks until the program has ended.
 */
public final class QemuImg {

  private static final String PROGRAM = "qemu-img";
  private static final Duration SHORT = Duration.ofSeconds(60);

  /** Of a stranger's file: large enough for a header of any size that we accept. */
  private static final ByteSize NO_OUTPUT_FILE = ByteSize.ofMebibytes(1);

  private final Sandbox sandbox;

  private QemuImg(Sandbox sandbox) {
    this.sandbox = sandbox;
  }

  /** Finds out how well strangers' files can be confined on this host. */
  public static QemuImg onThisHost() {
    return new QemuImg(Sandbox.strongest());
  }

  /** Whether a stranger's file is handled without any way to a network. */
  public boolean confinesNetwork() {
    return sandbox.withoutNetwork();
  }

  /** Whether a stranger's file is handled by an identity that owns nothing else. */
  public boolean confinesIdentity() {
    return sandbox.identity().isPresent();
  }

  /**
   * Makes an empty layer over a raw file that must then never change, move or go away.
   *
   * @param layer file to make
   * @param rawBase absolute path, stored in the layer
   */
  public void createLayer(Path layer, Path rawBase, ByteSize size) {
    require(
        List.of(
            PROGRAM,
            "create",
            "-q",
            "-f",
            "qcow2",
            "-F",
            "raw",
            "-b",
            rawBase.toAbsolutePath().toString(),
            layer.toAbsolutePath().toString(),
            Long.toString(size.bytes())),
        "LayerNotMade",
        SHORT);
  }

  /** Makes a layer longer. Refused while a machine has it open. */
  public void growLayer(Path layer, ByteSize size) {
    require(
        List.of(
            PROGRAM,
            "resize",
            "-q",
            "-f",
            "qcow2",
            layer.toAbsolutePath().toString(),
            Long.toString(size.bytes())),
        "LayerNotGrown",
        SHORT);
  }

  /**
   * Whether a stranger's file holds together as far as QEMU checks its format; in a qcow2 file
   * every table and cluster is inside the file and counted. Run in the sandbox.
   */
  public boolean holdsTogether(Path container, CachedImage.Format format, Duration limit) {
    List<String> program = List.of(PROGRAM, "check", "-q", "-f", word(format), "/dev/fd/0");
    List<String> confined = sandbox.confined(program, limit, NO_OUTPUT_FILE);
    Program.Ended ended =
        lending(
            List.of(container),
            () ->
                new Program(
                        confined,
                        limit,
                        new Program.Input.Opened(container),
                        new Program.Output.Captured())
                    .run());
    return switch (ended.status()) {
      // 3: clusters that nothing refers to, which waste space and harm nobody.
      case 0, 3 -> true;
      default -> false;
    };
  }

  /**
   * Unpacks a stranger's file, whose header the caller has checked, in the sandbox.
   *
   * @param raw existing file of exactly {@code size}, all zeros
   */
  public void unpack(
      Path container, CachedImage.Format format, Path raw, ByteSize size, Duration limit) {
    List<String> program = conversion(word(format), "/dev/fd/0", "/dev/fd/1");
    List<String> confined = sandbox.confined(program, limit, size);
    Program.Ended ended =
        lending(
            List.of(container, raw),
            () ->
                new Program(
                        confined,
                        limit,
                        new Program.Input.Opened(container),
                        new Program.Output.Opened(raw))
                    .run());
    if (ended.status() != 0) {
      throw new StorageFault(
          Kind.REJECTED,
          "CorruptImage",
          "qemu-img could not read the image: " + firstLine(ended.complaint()),
          null);
    }
  }

  /** Into a file of the right size that holds zeros only. */
  private static List<String> conversion(String format, String container, String raw) {
    return List.of(
        PROGRAM,
        "convert",
        "-q",
        "-n",
        "--target-is-zero",
        "-W",
        "-f",
        format,
        "-O",
        "raw",
        container,
        raw);
  }

  /**
   * Copies what a guest sees of one of our layers.
   *
   * @param raw existing file of the layer's size, all zeros
   */
  public void flatten(Path layer, Path raw, Duration limit) {
    require(
        conversion("qcow2", layer.toAbsolutePath().toString(), raw.toAbsolutePath().toString()),
        "LayerNotCopied",
        limit);
  }

  private static String word(CachedImage.Format format) {
    return format.name().toLowerCase(Locale.ROOT);
  }

  private Program.Ended lending(List<Path> files, java.util.function.Supplier<Program.Ended> run) {
    try {
      for (Path file : files) {
        sandbox.lend(file);
      }
      try {
        return run.get();
      } finally {
        for (Path file : files) {
          sandbox.takeBack(file);
        }
      }
    } catch (IOException failure) {
      throw new StorageFault(
          Kind.BROKEN, "FileNotLent", "Cannot change the owner of a file of " + files, failure);
    }
  }

  private static void require(List<String> arguments, String reason, Duration limit) {
    Program.Ended ended = Program.capturing(arguments, limit).run();
    if (ended.status() != 0) {
      throw new StorageFault(
          Kind.TRANSIENT,
          reason,
          String.join(" ", arguments)
              + " ended with status "
              + ended.status()
              + ": "
              + firstLine(ended.complaint()),
          null);
    }
  }

  private static String firstLine(String text) {
    return text.lines().findFirst().orElse("it gave no reason");
  }
}
