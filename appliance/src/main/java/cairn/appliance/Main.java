package cairn.appliance;

import cairn.appliance.access.PkiFault;
import cairn.appliance.server.PortInUse;
import cairn.appliance.settings.Settings;
import cairn.appliance.settings.SettingsFault;
import cairn.appliance.settings.SettingsFile;
import cairn.appliance.store.StoreUnusable;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Starts the service: {@code run [--config FILE]}. Ends with 0 after SIGTERM, with 1 if it cannot
 * start, with 2 if it was called wrongly; the last line on stderr says why.
 */
public final class Main {

  private static final int CANNOT_START = 1;
  private static final int WRONG_USAGE = 2;

  private Main() {}

  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    boolean named = words.size() == 3 && words.get(1).equals("--config");
    if (words.isEmpty() || !words.getFirst().equals("run") || !(named || words.size() == 1)) {
      System.err.println("usage: run [--config FILE]   (default: " + SettingsFile.USUAL + ")");
      System.exit(WRONG_USAGE);
    }
    try {
      run(SettingsFile.read(named ? Path.of(words.get(2)) : SettingsFile.USUAL));
    } catch (SettingsFault | PkiFault | PortInUse | StoreUnusable e) {
      System.err.println("cairn: " + e.getMessage());
      System.exit(CANNOT_START);
    }
  }

  private static void run(Settings settings) {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    try (Appliance appliance = Appliance.start(settings, Build.read())) {
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("stop")
                  .unstarted(() -> {
                    asked.countDown();
                    awaitUninterrupted(stopped);
                  }));
      appliance.announce();
      awaitUninterrupted(asked);
    } finally {
      stopped.countDown();
    }
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      // Nobody interrupts these two threads; to go on early would cut the stop short.
      Thread.currentThread().interrupt();
    }
  }
}
