package cairn.appliance.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A file system of our own in a file, so that it can lose its power or fill up. Needs root. */
public final class LoopFileSystem implements AutoCloseable {

  private final Path image;
  private final Path mounted;

  private LoopFileSystem(Path image, Path mounted) {
    this.image = image;
    this.mounted = mounted;
  }

  /**
   * Makes and mounts one below a directory; skips the test, loudly, where the kernel has no loop
   * devices.
   *
   * @param type {@code xfs} or {@code ext4}
   */
  public static LoopFileSystem mount(Path directory, String type, long bytes) throws IOException {
    if (!Files.exists(Path.of("/dev/loop-control"))) {
      String skipped = "SKIPPED: /dev/loop-control is missing, no " + type + " to try the store on";
      System.out.println(skipped);
      Assumptions.abort(skipped);
    }
    Path image = directory.resolve(type + ".img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(bytes);
    }
    List<String> quiet = type.equals("xfs") ? List.of("-q") : List.of("-q", "-F", "-m", "0");
    program(Stream.concat(Stream.of("mkfs." + type), quiet.stream()), image);
    LoopFileSystem made =
        new LoopFileSystem(image, Files.createDirectory(directory.resolve("mounted-" + type)));
    made.mount();
    return made;
  }

  public Path root() {
    return mounted;
  }

  /** What is not on the disk now never gets there: the file system's log is not flushed either. */
  public void cutPower() throws IOException {
    program(Stream.of("xfs_io", "-x", "-c", "shutdown"), mounted);
  }

  public void mountAgain() throws IOException {
    program(Stream.of("umount"), mounted);
    mount();
  }

  private void mount() throws IOException {
    program(Stream.of("mount", "-o", "loop", image.toString()), mounted);
  }

  @Override
  public void close() throws IOException {
    program(Stream.of("umount"), mounted);
  }

  private static void program(Stream<String> words, Path last) throws IOException {
    List<String> command = Stream.concat(words, Stream.of(last.toString())).toList();
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    int result = process.onExit().join().exitValue();
    if (result != 0) {
      throw new IOException(
          "%s ended with %d: %s".formatted(String.join(" ", command), result, output));
    }
  }
}
