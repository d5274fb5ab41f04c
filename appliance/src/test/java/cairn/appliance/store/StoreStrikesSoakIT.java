package cairn.appliance.store;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The promise in full: at least ten thousand acknowledged writes under a hundred kills, and again
 * under power cuts on each file system, at random moments and in the middle of rotations, on one
 * store that is never begun anew. Only with {@code -Dcairn.soak=true}; {@link StoreKillIT} and
 * {@link StorePowerCutIT} are the short ones.
 */
class StoreStrikesSoakIT {

  private static final int KILLS = 100;
  private static final int CUTS = 50;
  private static final long WRITES = 10_000;
  private static final long ROTATIONS = 3;
  private static final long ROTATE_AT = 1 << 20;
  private static final Duration RUN = Duration.ofMillis(200);

  @TempDir Path temporary = Path.of("");

  @Test
  void tenThousandWritesSurviveAHundredKills() throws Exception {
    onlyInSoak();
    WritingProcess process = WritingProcess.unbridled(temporary.resolve("store"), ROTATE_AT);

    int kills = strike(process, KILLS, () -> {}, () -> {});

    check(process, kills + " kills");
  }

  @ParameterizedTest
  @ValueSource(strings = {"xfs", "ext4"})
  void tenThousandWritesSurvivePowerCuts(String type) throws Exception {
    onlyInSoak();
    try (LoopFileSystem disk = LoopFileSystem.mount(temporary, type, 600L << 20)) {
      WritingProcess process = WritingProcess.unbridled(disk.root().resolve("store"), ROTATE_AT);

      int cuts = strike(process, CUTS, disk::cutPower, disk::mountAgain);

      check(process, cuts + " power cuts on " + type);
    }
  }

  private static void onlyInSoak() {
    assumeTrue(Boolean.getBoolean("cairn.soak"), "a long run: only with -Dcairn.soak=true");
  }

  /** Every third strike waits for a rotation; the others come when they come. */
  private static int strike(
      WritingProcess process, int least, WritingProcess.End end, WritingProcess.End repair)
      throws Exception {
    int strikes = 0;
    while (strikes < least || process.acknowledged() < WRITES) {
      process.run(RUN, strikes % 3 == 0, end);
      repair.strike();
      process.verify();
      strikes++;
    }
    return strikes;
  }

  private static void check(WritingProcess process, String what) throws IOException {
    process.report(what);
    assertTrue(process.rotations() >= ROTATIONS, "fresh files: " + process.rotations());
    assertTrue(process.hitsInRotation() > 0, "no strike hit the making of a fresh file");
  }
}
