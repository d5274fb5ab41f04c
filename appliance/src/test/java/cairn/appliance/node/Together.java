package cairn.appliance.node;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Stories that are told side by side, because each of them mostly waits for its guest. */
final class Together {

  private Together() {}

  /** Runs all to their ends; the first that failed fails the test. */
  static void all(List<Runnable> stories) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<? extends Future<?>> running = stories.stream().map(threads::submit).toList();
      for (Future<?> story : running) {
        try {
          story.get();
        } catch (ExecutionException failed) {
          if (failed.getCause() instanceof AssertionError failure) {
            throw failure;
          }
          throw failed;
        }
      }
    }
  }
}
