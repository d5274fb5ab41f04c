package cairn.appliance.machine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * First-boot data as those read it who did not write it: xorriso, and blkid as cloud-init asks it.
 */
class SeedImageTest {

  private static final String META = "instance-id: 0123\nlocal-hostname: hello\n";

  @TempDir Path folder;

  /** Lengths about the border of a sector, and far more than one. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2047, 2048, 2049, 100_000})
  void bothFilesAreReadBackAsTheyWere(int length) throws Exception {
    String userData = "#cloud-config ü".repeat(length / 15 + 1).substring(0, length);
    Path image = write(SeedImage.cloudInit("0123", "hello", Content.of(userData)));

    run("xorriso", "-osirrox", "on", "-indev", image + "", "-extract", "/", folder + "/out");

    assertEquals(META, Files.readString(folder.resolve("out/meta-data")));
    assertArrayEquals(
        userData.getBytes(UTF_8), Files.readAllBytes(folder.resolve("out/user-data")));
    try (var files = Files.list(folder.resolve("out"))) {
      assertEquals(2, files.count());
    }
  }

  @Test
  void theVolumeHasTheLabelThatCloudInitLooksFor() throws Exception {
    Path image = write(SeedImage.cloudInit("0123", "hello", Content.of("#cloud-config\n")));

    String found = run("/sbin/blkid", "-p", "-o", "export", image + "");

    assertTrue(found.contains("TYPE=iso9660\n"), found);
    assertTrue(found.contains("LABEL=CIDATA\n"), found);
    assertTrue(found.contains("Joliet") || found.contains("VERSION="), found);
  }

  @ParameterizedTest
  @ValueSource(strings = {"123", "1e3", "2026-11-30", "0x1f", "no", "on", "y", "null", "true"})
  void aHostNameIsTextWhateverYamlWouldTakeItFor(String name) throws Exception {
    Path image = write(SeedImage.cloudInit("0123", name, Content.of("#cloud-config\n")));

    run("xorriso", "-osirrox", "on", "-indev", image + "", "-extract", "/", folder + "/out");

    assertEquals(
        "instance-id: 0123\nlocal-hostname: \"" + name + "\"\n",
        Files.readString(folder.resolve("out/meta-data")));
  }

  /** NUL, quotes of every language around, and bytes that are no text. */
  @Test
  void everyByteOfTheUserDataStays() throws Exception {
    byte[] all = new byte[3 * 256];
    for (int at = 0; at < all.length; at++) {
      all[at] = (byte) (at * 7);
    }
    Content userData = Content.ofBase64(Base64.getEncoder().encodeToString(all));
    Path image = write(SeedImage.cloudInit("0123", "hello", userData));

    run("xorriso", "-osirrox", "on", "-indev", image + "", "-extract", "/", folder + "/out");

    assertArrayEquals(all, Files.readAllBytes(folder.resolve("out/user-data")));
  }

  @Test
  void theSameDataIsTheSameBytes() {
    SeedImage seed = SeedImage.cloudInit("0123", "hello", Content.of("#cloud-config\n"));

    assertArrayEquals(
        seed.bytes(), SeedImage.cloudInit("0123", "hello", Content.of("#cloud-config\n")).bytes());
    assertEquals(0, seed.bytes().length % 2048);
  }

  private Path write(SeedImage seed) throws IOException {
    return Files.write(folder.resolve("seed.iso"), seed.bytes());
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String output = process.inputReader(UTF_8).lines().collect(Collectors.joining("\n", "", "\n"));
    assertEquals(0, process.waitFor(), output);
    return output;
  }
}
