package cairn.appliance.store;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Kills and power cuts of runs that outlive the 45 s after which H2 would begin to reuse space in a
 * file. Several stores at once, because most of it is waiting: one that grows on through all runs,
 * one that begins a fresh file about once in a run, one that does so all the time, and one on each
 * file system that loses its power. Only with {@code -Dcairn.soak=true}.
 */
class StoreSoakIT {

  private static final Duration RUN = Duration.ofSeconds(68);
  private static final int STRIKES = 2;
  private static final int WRITES_PER_SECOND = 30;
  private static final long MEBIBYTE = 1L << 20;

  @TempDir Path temporary = Path.of("");

  @Test
  void nothingAcknowledgedIsLostByStrikesAfterLongRuns() throws Exception {
    assumeTrue(Boolean.getBoolean("cairn.soak"), "long runs: only with -Dcairn.soak=true");
    List<Future<WritingProcess>> stores = new ArrayList<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(5)) {
      stores.add(executor.submit(() -> kill("growing", 128 * MEBIBYTE)));
      stores.add(executor.submit(() -> kill("begun afresh in a run", 40 * MEBIBYTE)));
      stores.add(executor.submit(() -> kill("begun afresh all the time", 4 * MEBIBYTE)));
      stores.add(executor.submit(() -> cut("xfs", 128 * MEBIBYTE)));
      stores.add(executor.submit(() -> cut("ext4", 40 * MEBIBYTE)));
    }
    for (Future<WritingProcess> store : stores) {
      assertTrue(store.get().acknowledged() > 0, "nothing was written");
    }
  }

  private WritingProcess kill(String name, long rotateAt) throws Exception {
    WritingProcess process = at(Files.createDirectory(temporary.resolve(name)), rotateAt);
    for (int kill = 0; kill < STRIKES; kill++) {
      process.run(RUN, rotateAt < 40 * MEBIBYTE, () -> {});
      process.verify();
    }
    process.report("%d kills of runs of %s, %s".formatted(STRIKES, RUN, name));
    return process;
  }

  private WritingProcess cut(String type, long rotateAt) throws Exception {
    try (LoopFileSystem disk = LoopFileSystem.mount(temporary, type, 600 * MEBIBYTE)) {
      WritingProcess process = at(disk.root(), rotateAt);
      for (int cut = 0; cut < STRIKES; cut++) {
        process.run(RUN, false, disk::cutPower);
        disk.mountAgain();
        process.verify();
      }
      process.report("%d power cuts of runs of %s on %s".formatted(STRIKES, RUN, type));
      return process;
    }
  }

  private static WritingProcess at(Path directory, long rotateAt) throws IOException {
    return WritingProcess.paced(directory.resolve("store"), rotateAt, WRITES_PER_SECOND);
  }
}
