package cairn.storage.directory;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.storage.CachedImage;
import cairn.storage.imports.FileServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kill -9 at any instant of an import: an image is whole or not there. */
class KilledImportIT {

  private static final int KILLS = 20;
  private static final int SIZE = 24 << 20;

  @TempDir private Path folder;

  @Test
  void noKillShowsHalfAnImage() throws IOException, InterruptedException {
    byte[] content = new byte[SIZE];
    Random random = new Random(7);
    random.nextBytes(content);
    Path images = folder.resolve("images");
    List<Integer> resting = new ArrayList<>();
    int whole = 0;

    try (FileServer server = new FileServer()) {
      URI url = server.serve("/image", content);
      int turn = turnMillis(images, url);
      for (int kill = 0; kill < KILLS; kill++) {
        runAndKill(images, url, random.nextInt(turn));

        resting.add(entries(images.resolve("tmp")));
        DirectoryImageCache next = ImportLoop.cache(images);

        for (CachedImage image : next.images()) {
          assertArrayEquals(content, Files.readAllBytes(image.file()));
          whole++;
        }
        assertEquals(0, entries(images.resolve("tmp")));
      }
    }

    // Otherwise the kills hit nothing and the test shows nothing.
    assertTrue(resting.stream().anyMatch(count -> count > 0), "no kill hit an import");
    System.out.println("kills with rests: " + resting + ", whole images seen: " + whole);
  }

  /** How long it takes here from the end of one import to the end of the next. */
  private static int turnMillis(Path images, URI url) throws IOException, InterruptedException {
    Process process = started(images, url);
    try (BufferedReader words = process.inputReader()) {
      assertNotNull(words.readLine(), "the process ended by itself");
      long begin = System.nanoTime();
      assertNotNull(words.readLine(), "the process ended by itself");
      return (int) TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin) + 1;
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Lets it work for a while after its first import, which takes longest to get to. */
  private static void runAndKill(Path images, URI url, int millis)
      throws IOException, InterruptedException {
    Process process = started(images, url);
    try {
      int first = process.getInputStream().read();
      assertTrue(first >= 0, "the process ended by itself");
      assertFalse(process.waitFor(millis, TimeUnit.MILLISECONDS), "the process ended by itself");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static Process started(Path images, URI url) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            ImportLoop.class.getName(),
            images.toString(),
            url.toString())
        .redirectErrorStream(true)
        .start();
  }

  private static int entries(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      return (int) entries.count();
    }
  }
}
