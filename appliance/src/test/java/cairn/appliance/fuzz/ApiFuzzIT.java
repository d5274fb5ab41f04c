package cairn.appliance.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import cairn.appliance.api.YamlTree;
import cairn.appliance.client.RunningApi;
import cairn.appliance.fuzz.RawConnection.Answer;
import cairn.appliance.resource.Bench;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Requests that no honest client sends get a {@code Status} of the caller's fault, never an error
 * of ours, a stack trace or silence, and leave no watch behind. One minute, or as long as the
 * property {@code cairn.fuzz.seconds} says; {@code cairn.fuzz.seed} sends the same requests again,
 * though not in the same order.
 */
final class ApiFuzzIT {

  private static final Duration LASTS = Duration.ofSeconds(Long.getLong("cairn.fuzz.seconds", 60));
  private static final long SEED = Long.getLong("cairn.fuzz.seed", System.nanoTime());

  /** Watches wait for their time; others go on meanwhile. */
  private static final int CONNECTIONS = 6;

  private final Map<Integer, Integer> answers = new ConcurrentSkipListMap<>();
  private final Queue<String> wrong = new ConcurrentLinkedQueue<>();

  @Test
  void everySpoiltRequestIsAnsweredByAStatus(@TempDir Path directory) throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    try (RunningApi api = new RunningApi(directory)) {
      long end = System.nanoTime() + LASTS.toNanos();
      try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
        for (int worker = 0; worker < CONNECTIONS; worker++) {
          SplittableRandom own = random.split();
          workers.execute(() -> send(api, own, end));
        }
      }
      System.out.printf("fuzz: seed %d, answers %s%n", SEED, answers);
      assertEquals(List.of(), List.copyOf(wrong), "seed " + SEED);
      assertEquals(200, api.get("/readyz").code());
      Bench.await("no watch is left", () -> api.watches() == 0);
    }
    int sent = answers.values().stream().mapToInt(Integer::intValue).sum();
    assertTrue(sent > 100, "only " + sent + " requests were answered");
  }

  private void send(RunningApi api, SplittableRandom random, long end) {
    Mutations mutations = new Mutations(random);
    List<RawRequest> seeds = Seeds.all();
    Optional<RawConnection> open = Optional.empty();
    String before = "nothing";
    while (System.nanoTime() < end && wrong.size() < 5) {
      RawRequest request = mutations.spoil(seeds.get(random.nextInt(seeds.size())));
      try {
        RawConnection connection =
            open.isPresent() ? open.get() : new RawConnection(api.tls(), api.port());
        open = Optional.of(connection);
        Answer answer = connection.send(request.bytes());
        answers.merge(answer.code(), 1, Integer::sum);
        wrong.addAll(faults(request, answer));
        before = answer.code() + " to " + request;
        if (!answer.stays()) {
          connection.close();
          open = Optional.empty();
        }
      } catch (IOException e) {
        wrong.add(e + " instead of an answer to " + request + "\nafter " + before);
        open.ifPresent(RawConnection::close);
        open = Optional.empty();
      }
    }
    open.ifPresent(RawConnection::close);
  }

  /** What is wrong with the answer. */
  private static List<String> faults(RawRequest request, Answer answer) {
    List<String> faults = new ArrayList<>();
    String body = answer.body();
    if (body.contains("\tat ") || body.contains("Exception")) {
      faults.add("a stack trace or the name of an exception");
    }
    if (answer.code() >= 500 && answer.code() != 505 && !tooLargeVersion(answer)) {
      faults.add("an error of ours");
    }
    if (answer.code() >= 400 && !request.method().equals("HEAD") && !isStatus(answer)) {
      faults.add("no Status");
    }
    return faults.stream().map(fault -> fault + ": " + answer + " to " + request).toList();
  }

  /** Kubernetes answers a version from the future so, and clients know it. */
  private static boolean tooLargeVersion(Answer answer) {
    return answer.code() == 504 && answer.body().contains("ResourceVersionTooLarge");
  }

  private static boolean isStatus(Answer answer) {
    try {
      boolean yaml = answer.headers().getOrDefault("content-type", "").endsWith("yaml");
      JsonNode status =
          yaml ? YamlTree.read(answer.body()) : JsonMapper.shared().readTree(answer.body());
      return status.path("kind").asString("").equals("Status")
          && status.path("code").asInt() == answer.code()
          && !status.path("message").asString("").isBlank();
    } catch (RuntimeException e) {
      return false;
    }
  }
}
