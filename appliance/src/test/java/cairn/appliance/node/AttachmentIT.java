package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real guest gets and loses disks and a disc while it runs, by attachments and by its machine's
 * own document, with the service killed in the middle; what it discards leaves the host.
 */
class AttachmentIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));
  private static final int KILLS = 4;

  /** In sectors, to be told from all other disks of the guest. */
  private static final int SECTORS = 24 << 11;

  private static final String FIND =
      "D=/dev/$(basename $(dirname $(grep -lx " + SECTORS + " /sys/class/block/*/size)))";

  private static final String ROOT = "{\"kind\":\"VirtualDisk\",\"name\":\"host\"}";
  private static final String MORE = "{\"kind\":\"VirtualDisk\",\"name\":\"more\"}";

  private int asked;

  @Test
  void aGuestGetsAndLosesDevicesWhileItRuns(@TempDir Path home) throws Exception {
    try (Node node = new Node(home, LIBVIRT)) {
      HostTraces before = HostTraces.of(node.state(), LIBVIRT);
      try (Guests guests = new Guests(node, home.resolve("images"))) {
        guests.machine("host", "tiny", "runPolicy: AlwaysOn", "[{kind: VirtualDisk, name: NAME}]");
        guests.disk("more", "24Mi");
        guests.awaitReady("host", 1);

        byAttachment(node, guests);
        aDisc(guests);
        throughKills(node, guests);
        byTheMachinesDocument(guests);

        assertEquals(0, guests.restarts("host"));
        guests.deleteAll();
      }
      HostTraces[] now = {before};
      Node.await(
          "the host to be as it was: " + before,
          () -> {
            now[0] = traces(node);
            return now[0].equals(before);
          },
          () -> now[0].toString());
    }
  }

  private void byAttachment(Node node, Guests guests) throws Exception {
    guests.attach("one", "VirtualDisk", "more", "host");
    guests.awaitAttachment("one", "Attached");
    awaitDisks(guests, 1);

    Path file = file(node, guests.uid("VirtualDisk", "more"));
    tell(guests, FIND + "; dd if=/dev/urandom of=$D bs=1M count=20; sync");
    assertTrue(allocated(file) >= 20L << 20, () -> file + " has " + allocated(file) + " bytes");
    tell(guests, FIND + "; blkdiscard $D; sync");
    Node.await(
        "what was discarded to leave the host",
        () -> allocated(file) < 4L << 20,
        () -> file + " has " + allocated(file) + " bytes");

    guests.detach("one");
    guests.awaitAttachment("one", "gone");
    awaitDisks(guests, 0);
  }

  private void aDisc(Guests guests) throws Exception {
    guests.attach("disc", "VirtualImage", "disc", "host");
    guests.awaitAttachment("disc", "Attached");
    tell(
        guests,
        "until mount -r -t iso9660 /dev/sr0 /mnt; do sleep 1; done; grep hello /mnt/hello.txt"
            + " && umount /mnt");
    guests.detach("disc");
    guests.awaitAttachment("disc", "gone");
    tell(guests, "until ! grep -q . /sys/class/block/sr0/size; do sleep 1; done");
  }

  /** Wherever the service is killed, it goes on from there. */
  private void throughKills(Node node, Guests guests) throws Exception {
    Random random = new Random();
    for (int kill = 0; kill < KILLS; kill++) {
      guests.attach("kill", "VirtualDisk", "more", "host");
      struck(node, random);
      guests.awaitAttachment("kill", "Attached");
      awaitDisks(guests, 1);

      guests.detach("kill");
      struck(node, random);
      guests.awaitAttachment("kill", "gone");
      awaitDisks(guests, 0);
    }
  }

  private static void struck(Node node, Random random) throws Exception {
    TimeUnit.MILLISECONDS.sleep(random.nextInt(120));
    node.kill();
    node.restart();
  }

  private void byTheMachinesDocument(Guests guests) throws Exception {
    guests.patch("host", "{\"spec\":{\"blockDeviceRefs\":[" + ROOT + "," + MORE + "]}}");
    awaitDisks(guests, 1);
    guests.patch("host", "{\"spec\":{\"blockDeviceRefs\":[" + ROOT + "]}}");
    awaitDisks(guests, 0);
  }

  /** Until the guest sees so many disks of that size. */
  private void awaitDisks(Guests guests, int count) throws Exception {
    tell(
        guests,
        "until [ $(cat /sys/class/block/*/size | grep -cx %d) = %d ]; do sleep 1; done"
            .formatted(SECTORS, count));
  }

  /** Lets the guest do something, and returns when it has. */
  private void tell(Guests guests, String command) throws Exception {
    asked++;
    guests.type("host", command + "; echo DO NE-" + asked + "- | tr -d ' '\n");
    guests.awaitSaid("host", "\nDONE-" + asked + "-", 1);
  }

  private static Path file(Node node, String uid) throws IOException {
    try (Stream<Path> files = Files.walk(node.state().resolve("pools"))) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> file.toString().contains(uid))
          .findFirst()
          .orElseThrow();
    }
  }

  private static long allocated(Path file) {
    try {
      Process stat = new ProcessBuilder("stat", "-c", "%b", file.toString()).start();
      String blocks = new String(stat.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return Long.parseLong(blocks.strip()) * 512;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HostTraces traces(Node node) {
    try {
      return HostTraces.of(node.state(), LIBVIRT);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
