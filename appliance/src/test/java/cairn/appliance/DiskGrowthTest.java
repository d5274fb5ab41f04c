package cairn.appliance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.storage.DiskId;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Disks that become larger, with and without a guest that has them open. */
class DiskGrowthTest {

  @TempDir private Path folder;
  private World world;

  @BeforeEach
  void begin() {
    world = new World(folder);
    Manifests.all(world, "");
    world.awaitMachine("Running");
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void aDiskGrowsUnderItsGuest() {
    grow("8Mi");

    assertEquals("Running", world.machine());
    assertTrue(world.told.contains("root VirtualDiskResizingStarted: The disk grows."));
    assertTrue(world.told.contains("root VirtualDiskResizingCompleted: The disk has grown."));
  }

  @Test
  void aDiskGrowsWhileItsMachineIsStopped() {
    world.patchMachine("{'spec':{'runPolicy':'AlwaysOff'}}");
    world.awaitMachine("Stopped");

    grow("8Mi");
  }

  @Test
  void whatCannotGrowWhileTheDaemonIsAwayGrowsLater() {
    long before = bytes();
    world.hypervisor.hostLosesDaemon();
    world.patch("VirtualDisk", "root", "{'spec':{'persistentVolumeClaim':{'size':'8Mi'}}}");
    assertEquals(before, bytes());

    world.hypervisor.hostFindsDaemon();

    awaitGrown("8Mi");
  }

  private void grow(String size) {
    world.patch(
        "VirtualDisk", "root", "{'spec':{'persistentVolumeClaim':{'size':'" + size + "'}}}");
    awaitGrown(size);
  }

  private void awaitGrown(String size) {
    world.await(
        "grown",
        () ->
            world
                .get("virtualdisks" + World.GROUP, "default", "root")
                .map(disk -> disk.document().path("status").path("capacity").asString(""))
                .orElse("")
                .equals(size));
    assertEquals(8 << 20, bytes());
  }

  private long bytes() {
    var disk = world.get("virtualdisks" + World.GROUP, "default", "root").orElseThrow();
    return world.pool.find(new DiskId(disk.uid())).orElseThrow().size().bytes();
  }
}
