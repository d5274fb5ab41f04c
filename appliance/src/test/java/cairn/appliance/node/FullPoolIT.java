package cairn.appliance.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A guest fills the pool that its disks are in: it stands still, and goes on when there is room.
 */
class FullPoolIT {

  private static final Path LIBVIRT = Path.of(Hello.environment("CAIRN_TEST_LIBVIRT_DIR"));
  private static final long POOL = 420L << 20;

  /** Less than the guest is going to write. */
  private static final long LEFT = 40L << 20;

  /** In sectors, to be told from all other disks. */
  private static final int DATA_SECTORS = 160 << 11;

  /** What it writes is on its file system afterwards, whatever happened meanwhile. */
  private static final String WORK =
      "D=/dev/$(basename $(dirname $(grep -lx SECTORS /sys/class/block/*/size))); mkdosfs $D && "
          + "mount -t vfat $D /mnt && dd if=/dev/urandom of=/mnt/f bs=1M count=100 && "
          + "md5sum /mnt/f > /run/sum && umount /mnt && mount -t vfat $D /mnt && "
          + "md5sum -c /run/sum && echo WHO LE | tr -d ' '\n";

  @Test
  void aGuestStandsStillAndGoesOnAndItsFileSystemIsWhole(@TempDir Path home) throws Exception {
    Assumptions.assumeTrue(
        Files.exists(Path.of("/dev/loop-control")),
        "SKIPPED: /dev/loop-control is missing, no pool of its own to fill");
    Path pools = mounted(home);
    try (Node node = new Node(home, LIBVIRT)) {
      try (Guests guests = new Guests(node, home.resolve("images"))) {
        guests.machine(
            "writer",
            "tiny",
            "runPolicy: AlwaysOn",
            "[{kind: VirtualDisk, name: NAME}, {kind: VirtualDisk, name: NAME-data}]");
        guests.awaitReady("writer", 1);
        guests.grow("writer-data", "160Mi");
        Path filling = pools.resolve("filling");
        fill(filling);

        guests.type("writer", WORK.replace("SECTORS", Integer.toString(DATA_SECTORS)));
        guests.awaitPhase("writer", "Pause");
        assertEquals("False GuestNotRunning", guests.condition("writer", "Running"));

        Files.delete(filling);
        guests.awaitPhase("writer", "Running");
        guests.awaitSaid("writer", "\nWHOLE", 1);
        guests.deleteAll();
      }
    } finally {
      run("umount", pools.toString());
    }
  }

  /** The folder of pools as a file system of its own, before the node is there. */
  private static Path mounted(Path home) throws IOException, InterruptedException {
    Path image = home.resolve("pool.img");
    try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
      file.setLength(POOL);
    }
    Path pools = Files.createDirectories(home.resolve("state/pools"));
    run("mkfs.ext4", "-q", "-F", "-m", "0", image.toString());
    run("mount", "-o", "loop", image.toString(), pools.toString());
    Files.setPosixFilePermissions(pools, PosixFilePermissions.fromString("rwxr-xr-x"));
    return pools;
  }

  private static void fill(Path file) throws IOException {
    byte[] block = new byte[1 << 20];
    try (OutputStream out = Files.newOutputStream(file)) {
      while (Files.getFileStore(file).getUsableSpace() > LEFT) {
        out.write(block);
        out.flush();
      }
    }
  }

  private static void run(String... words) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", words) + ": " + said);
  }
}
