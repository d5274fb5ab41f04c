package cairn.appliance.server;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * Counts answers by what was asked and how it went, and how long the first byte took. A fixed
 * number of counters, whatever clients send. Any thread; counting never waits.
 */
public final class RequestFigures {

  /** Upper bounds of the buckets; slower ones are only in the total. */
  public static final List<Duration> BOUNDS =
      List.of(
          Duration.ofMillis(5),
          Duration.ofMillis(25),
          Duration.ofMillis(100),
          Duration.ofMillis(500),
          Duration.ofMillis(2500),
          Duration.ofSeconds(10));

  private static final int CLASSES = 6;

  /** What was asked, as far as it is told apart. */
  public enum Verb {
    GET,
    HEAD,
    POST,
    PUT,
    PATCH,
    DELETE,
    /** A list that goes on as a stream of changes; its time is that to the first byte. */
    WATCH,
    OTHER;

    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static Verb of(String method, boolean streamed) {
      if (streamed) {
        return WATCH;
      }
      return switch (method) {
        case "GET" -> GET;
        case "HEAD" -> HEAD;
        case "POST" -> POST;
        case "PUT" -> PUT;
        case "PATCH" -> PATCH;
        case "DELETE" -> DELETE;
        default -> OTHER;
      };
    }
  }

  /**
   * Answers of one class of codes to one verb.
   *
   * @param codeClass {@code 2xx}
   */
  public record Count(Verb verb, String codeClass, long answers) {}

  /**
   * How long answers to one verb took.
   *
   * @param buckets answers within each bound that are in no smaller one; last, the slower ones
   */
  public record Latency(Verb verb, List<Long> buckets, Duration sum) {
    public Latency {
      buckets = List.copyOf(buckets);
    }
  }

  /** What is counted of one verb. */
  private static final class Tally {

    final List<LongAdder> answers = adders(CLASSES);
    final List<LongAdder> buckets = adders(BOUNDS.size() + 1);
    final LongAdder nanos = new LongAdder();

    private static List<LongAdder> adders(int count) {
      return Stream.generate(LongAdder::new).limit(count).toList();
    }
  }

  /** Complete from the start and never changed, hence safe to read by many. */
  private final Map<Verb, Tally> tallies = new EnumMap<>(Verb.class);

  public RequestFigures() {
    for (Verb verb : Verb.values()) {
      tallies.put(verb, new Tally());
    }
  }

  /**
   * Counts one answer.
   *
   * @param streamed whether the answer goes on as a stream of changes
   * @param took nanoseconds to its first byte
   */
  public void count(String method, boolean streamed, int code, long took) {
    Tally tally = requireNonNull(tallies.get(Verb.of(method, streamed)), "every verb has one");
    tally.answers.get(Math.clamp(code / 100, 0, CLASSES - 1)).increment();
    int bucket = 0;
    while (bucket < BOUNDS.size() && took > BOUNDS.get(bucket).toNanos()) {
      bucket++;
    }
    tally.buckets.get(bucket).increment();
    tally.nanos.add(took);
  }

  /** Only what was asked at least once. */
  public List<Count> counts() {
    List<Count> counts = new ArrayList<>();
    tallies.forEach((verb, tally) -> {
      for (int at = 0; at < CLASSES; at++) {
        long count = tally.answers.get(at).sum();
        if (count > 0) {
          counts.add(new Count(verb, at + "xx", count));
        }
      }
    });
    return counts;
  }

  /** Only of what was asked at least once. */
  public List<Latency> latencies() {
    List<Latency> latencies = new ArrayList<>();
    tallies.forEach((verb, tally) -> {
      List<Long> counted = tally.buckets.stream().map(LongAdder::sum).toList();
      if (counted.stream().anyMatch(count -> count > 0)) {
        latencies.add(new Latency(verb, counted, Duration.ofNanos(tally.nanos.sum())));
      }
    });
    return latencies;
  }
}
