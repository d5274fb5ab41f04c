package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest that prints without end, and with nobody at its console, takes no more of the disk than
 * its share: what it printed first is forgotten, and with the machine all of it is.
 */
class SerialLogIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));

  /** Printing eight megabytes is slow in emulation. */
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final long LARGEST = 2L << 20;
  private static final int MOST = 4;

  @Test
  void aGuestCannotFillTheDiskWithWhatItPrints(@TempDir Path home) throws Exception {
    try (Node node = new Node(home, LIBVIRT);
        GuestSector guest = new GuestSector();
        KubernetesClient client = node.client()) {
      Fleet fleet = new Fleet(client);
      fleet.prepare(guest);
      fleet.createDisk(0);
      fleet.createMachine(0, "AlwaysOnUnlessStoppedManually", "");
      SectorMachine machine = new SectorMachine(fleet, node, LIBVIRT, 0);
      machine.awaitBoots(1);

      machine.type('W');

      Node.await(
          PATIENCE,
          "its first words to be forgotten",
          () ->
              logs(node).size() >= MOST
                  && logs(node).stream().noneMatch(SerialLogIT::hasFirstWords),
          () -> logs(node) + "\n" + machine.machine());
      List<Path> logs = logs(node);
      assertEquals(MOST, logs.size(), logs::toString);
      for (Path log : logs) {
        assertTrue(Files.size(log) <= LARGEST, () -> log + " is larger than its share");
      }
      assertEquals("Running", machine.phase());

      fleet.delete();
      Node.await("the fleet to go", fleet::gone, node::latestLog);
      assertEquals(List.of(), logs(node));
    }
  }

  private static boolean hasFirstWords(Path log) {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1).contains("SECTOR BOOT");
    } catch (IOException renamed) {
      // Under another name now, where the next look finds it.
      return true;
    }
  }

  private static List<Path> logs(Node node) {
    try (Stream<Path> files = Files.list(node.state().resolve("serial"))) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
