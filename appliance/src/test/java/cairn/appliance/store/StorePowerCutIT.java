package cairn.appliance.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Power cuts: the file system under a writing process is shut down without flushing its log, then
 * mounted anew. Every acknowledged object is there and the file opens.
 */
class StorePowerCutIT {

  private static final int CUTS = 10;

  @TempDir Path temporary = Path.of("");

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "ext4"})
  void nothingAcknowledgedIsLostByPowerCuts(String type) throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.mount(temporary, type, 600L << 20)) {
      WritingProcess process = WritingProcess.unbridled(disk.root().resolve("store"), 1 << 20);
      for (int cut = 0; cut < CUTS; cut++) {
        process.run(Duration.ofMillis(200), cut % 2 == 0, disk::cutPower);
        disk.mountAgain();
        process.verify();
      }

      process.report(CUTS + " power cuts on " + type);
      assertTrue(process.acknowledged() > 0, "nothing was written");
      assertTrue(process.hitsInRotation() > 0, "no cut hit a rotation");
    }
  }
}
