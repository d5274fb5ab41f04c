package cairn.appliance;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;

/** A step of the start that goes on beside the others, on a thread of its own. */
final class Beside<T> {

  private final FutureTask<T> task;

  private Beside(FutureTask<T> task) {
    this.task = task;
  }

  /** Begins the step; {@code name} is its thread's. */
  static <T> Beside<T> begin(String name, Supplier<T> step) {
    requireNonNull(step, "step is null");
    FutureTask<T> task = new FutureTask<>(step::get);
    Thread.ofPlatform().daemon().name("start-" + name).start(task);
    return new Beside<>(task);
  }

  /** Waits for the step; throws what the step threw. */
  T result() {
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a step of the start failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the start was interrupted", e);
    }
  }
}
