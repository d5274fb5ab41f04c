package cairn.appliance.events;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which of the things that are told are one event told again. Messages that differ in numbers only
 * (a process, a size, an address) are; and once too many different things are told of one object
 * for one reason, all further ones are one event, as Kubernetes does it. Not safe for threads.
 */
final class Repetitions {

  static final int MOST_DIFFERENT = 10;
  static final Duration SOON = Duration.ofMinutes(10);

  private static final int REMEMBERED = 4096;
  private static final String COMBINED = "(combined from similar events): ";

  /** Numbers, addresses in memory, UIDs. */
  private static final Pattern NUMBERS =
      Pattern.compile("\\p{XDigit}{8}(?:-\\p{XDigit}{4}){3}-\\p{XDigit}{12}|0x\\p{XDigit}+|\\d+");

  private final Map<Subject, Told> recent =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Subject, Told> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** What is told of: one object, for one reason. */
  record Subject(String uid, String type, String reason) {}

  /** One event: what is told again under the same outline is told again. */
  record Same(Subject subject, String outline) {}

  /**
   * A thing told.
   *
   * @param message as it is shown
   */
  record Telling(Same same, String message) {}

  private record Told(Instant since, Set<String> outlines) {}

  /** Whether something was told of it since the start. */
  boolean knows(Subject subject) {
    return recent.containsKey(subject);
  }

  /** What was told before the start, and not long ago. */
  void recall(Subject subject, Collection<String> messages, Instant now) {
    Set<String> outlines = new HashSet<>();
    for (String message : messages) {
      if (!message.startsWith(COMBINED) && outlines.size() < MOST_DIFFERENT) {
        outlines.add(outline(message));
      }
    }
    recent.put(subject, new Told(now, outlines));
  }

  /** Whether a message that was shown is of the event that is told now. */
  static boolean isOf(Same same, String shown) {
    return same.outline()
        .equals(
            shown.startsWith(COMBINED) && same.outline().equals(COMBINED)
                ? COMBINED
                : outline(shown));
  }

  private static String outline(String message) {
    return NUMBERS.matcher(message).replaceAll("#");
  }

  Telling of(Subject subject, String message, Instant now) {
    String outline = outline(message);
    Told told = recent.get(subject);
    if (told == null || now.isAfter(told.since().plus(SOON))) {
      told = new Told(now, new HashSet<>());
      // What is told of now is forgotten last.
      recent.remove(subject);
      recent.put(subject, told);
    }
    if (told.outlines().contains(outline) || told.outlines().size() < MOST_DIFFERENT) {
      told.outlines().add(outline);
      return new Telling(new Same(subject, outline), message);
    }
    return new Telling(new Same(subject, COMBINED), COMBINED + message);
  }
}
