package cairn.appliance.store;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 while a process writes: every acknowledged object is there and the file opens. */
class StoreKillIT {

  private static final int KILLS = 20;

  @TempDir Path temporary = Path.of("");

  @Test
  void nothingAcknowledgedIsLostByKills() throws Exception {
    WritingProcess process = WritingProcess.unbridled(temporary.resolve("store"), 1 << 20);
    for (int kill = 0; kill < KILLS; kill++) {
      process.run(Duration.ofMillis(200), kill % 2 == 0, () -> {});
      process.verify();
    }

    process.report(KILLS + " kills");
    assertTrue(process.acknowledged() > 0, "nothing was written");
    assertTrue(process.hitsInRotation() > 0, "no kill hit a rotation");
  }
}
