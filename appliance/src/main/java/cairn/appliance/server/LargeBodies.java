package cairn.appliance.server;

import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Requests with large bodies take turns, in the order they came: a body of 3 MiB takes some twenty
 * times that while it is a tree, and two dozen at once would take the whole heap.
 */
final class LargeBodies {

  private static final int LARGE = 256 << 10;

  private final Semaphore turns = new Semaphore(2, true);

  /**
   * @param size of the body, in bytes
   */
  <T> T inTurn(int size, Supplier<T> work) {
    if (size < LARGE) {
      return work.get();
    }
    turns.acquireUninterruptibly();
    try {
      return work.get();
    } finally {
      turns.release();
    }
  }
}
