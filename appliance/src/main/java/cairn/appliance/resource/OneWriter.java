package cairn.appliance.resource;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * One writer at a time per object. The store would refuse the second of two anyway, but shows a
 * write only once it is durable: without this the second would read the old state and fail again
 * until then.
 */
final class OneWriter {

  private static final int STRIPES = 128;

  private final List<ReentrantLock> stripes =
      IntStream.range(0, STRIPES).mapToObj(stripe -> new ReentrantLock()).toList();

  /**
   * @param key of the object, or whatever else is to be written by one at a time
   */
  <T> T on(Object key, Supplier<T> write) {
    ReentrantLock lock = stripes.get(Math.floorMod(key.hashCode(), STRIPES));
    lock.lock();
    try {
      return write.get();
    } finally {
      lock.unlock();
    }
  }
}
