package cairn.appliance.events;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How many events may be told of one object: a number at once, then one now and then, as the
 * clients of Kubernetes limit themselves. A loop that runs hot cannot fill the store. Not safe for
 * threads.
 */
final class Allowance {

  static final int AT_ONCE = 25;
  static final Duration ONE_MORE = Duration.ofMinutes(5);

  private static final int REMEMBERED = 4096;

  private final Map<String, Left> objects =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Left> eldest) {
          return size() > REMEMBERED;
        }
      };

  /**
   * What is left.
   *
   * @param since from when on further ones are gained
   */
  private record Left(int events, Instant since) {

    Left at(Instant now) {
      long gained = Math.max(0, Duration.between(since, now).dividedBy(ONE_MORE));
      return events + gained >= AT_ONCE
          ? new Left(AT_ONCE, now)
          : new Left((int) (events + gained), since.plus(ONE_MORE.multipliedBy(gained)));
    }
  }

  /** Whether one more may be told of the object; if so it is counted. */
  boolean take(String uid, Instant now) {
    Left left = objects.getOrDefault(uid, new Left(AT_ONCE, now)).at(now);
    boolean taken = left.events() > 0;
    objects.put(uid, taken ? new Left(left.events() - 1, left.since()) : left);
    return taken;
  }
}
