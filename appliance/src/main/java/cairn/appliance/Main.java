package cairn.appliance;

import cairn.appliance.access.PkiFault;
import cairn.appliance.server.PortInUse;
import cairn.appliance.settings.Settings;
import cairn.appliance.settings.SettingsFault;
import cairn.appliance.settings.SettingsFile;
import cairn.appliance.store.StoreUnusable;
import cairn.hypervisor.HypervisorFault;
import cairn.network.NetworkFault;
import cairn.storage.StorageFault;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * The service: {@code run [--config FILE]} serves until SIGTERM; {@code release [--config FILE]}
 * ends the machines of an installation that does not run and takes its network off the host. Ends
 * with 0 when done, with 1 if it cannot, with 2 if it was called wrongly; the last lines on stderr
 * say why.
 */
public final class Main {

  private static final Set<String> VERBS = Set.of("run", "release");
  private static final int CANNOT = 1;
  private static final int WRONG_USAGE = 2;

  private Main() {}

  public static void main(String[] arguments) {
    List<String> words = List.of(arguments);
    boolean named = words.size() == 3 && words.get(1).equals("--config");
    if (words.isEmpty() || !VERBS.contains(words.getFirst()) || !(named || words.size() == 1)) {
      System.err.println(
          "usage: run|release [--config FILE]   (default: " + SettingsFile.USUAL + ")");
      System.exit(WRONG_USAGE);
    }
    try {
      Settings settings = SettingsFile.read(named ? Path.of(words.get(2)) : SettingsFile.USUAL);
      if (words.getFirst().equals("run")) {
        run(settings);
      } else {
        List<String> left = Appliance.release(settings);
        left.forEach(each -> System.err.println("cairn: left on the host: " + each));
        if (!left.isEmpty()) {
          System.exit(CANNOT);
        }
      }
    } catch (SettingsFault | PkiFault | PortInUse | StoreUnusable e) {
      System.err.println("cairn: " + e.getMessage());
      System.exit(CANNOT);
    } catch (HypervisorFault | NetworkFault | StorageFault e) {
      System.err.println("cairn: the host is not ready: " + e.getMessage());
      System.exit(CANNOT);
    }
    System.exit(0);
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
