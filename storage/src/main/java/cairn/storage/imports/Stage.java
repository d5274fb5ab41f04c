package cairn.storage.imports;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** One step of an import on a platform thread of its own, fed by a pipe. */
final class Stage<T> {

  private final FutureTask<T> task;

  private Stage(FutureTask<T> task) {
    this.task = task;
  }

  /** Starts; when the work fails, its pipe breaks and so stops whoever feeds it. */
  static <T> Stage<T> start(String name, Pipe fedBy, Callable<T> work) {
    FutureTask<T> task =
        new FutureTask<>(() -> {
          try {
            return work.call();
          } catch (Throwable failure) {
            fedBy.fail(Pipe.origin(failure));
            throw failure;
          }
        });
    Thread.ofPlatform().daemon().name(name).start(task);
    return new Stage<>(task);
  }

  /** Waits for the end of the work. Whoever waits has ended or broken the pipe before. */
  T result() throws IOException {
    try {
      return task.get();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    } catch (ExecutionException failure) {
      Throwable origin = Pipe.origin(failure.getCause() == null ? failure : failure.getCause());
      if (origin instanceof RuntimeException unchecked) {
        throw unchecked;
      }
      throw new IOException(origin.getMessage(), origin);
    }
  }

  /** Waits for the end, however it ends and whoever interrupts: files are in use until then. */
  void settle() {
    boolean interrupted = false;
    while (!task.isDone()) {
      try {
        task.get();
      } catch (InterruptedException again) {
        interrupted = true;
      } catch (ExecutionException told) {
        // The failure was told to the pipe, and by it to whoever asks for the result.
        break;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
