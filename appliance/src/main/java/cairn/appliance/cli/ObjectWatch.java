package cairn.appliance.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/**
 * Waits for what becomes of one object.
 *
 * @param path of all objects of its kind, in its namespace
 * @param what the object as messages name it, as in {@code operation front-x7k2p}
 */
record ObjectWatch(ApiClient client, String path, String name, String what) {

  /**
   * The object as soon as it is as wanted; empty if that takes longer than the limit.
   *
   * @param enough whether it is; may throw a {@link Failure} where it never will be
   * @throws Failure if the object is deleted meanwhile
   */
  Optional<JsonNode> await(Duration limit, Predicate<JsonNode> enough) {
    long end = System.nanoTime() + limit.toNanos();
    while (true) {
      long left = TimeUnit.NANOSECONDS.toSeconds(end - System.nanoTime());
      if (left < 1) {
        return Optional.empty();
      }
      Optional<JsonNode> found = watch(left, enough);
      if (found.isPresent()) {
        return found;
      }
    }
  }

  private Optional<JsonNode> watch(long seconds, Predicate<JsonNode> enough) {
    String watch =
        path
            + "?watch=true&timeoutSeconds=%d&fieldSelector=metadata.name%%3D%s"
                .formatted(seconds, name);
    try (BufferedReader events =
        new BufferedReader(new InputStreamReader(client.stream(watch, ApiClient.JSON), UTF_8))) {
      for (String line = events.readLine(); line != null; line = events.readLine()) {
        if (!line.isBlank()) {
          JsonNode event = Documents.JSON.readTree(line);
          if (event.path("type").asString("").equals("DELETED")) {
            throw new Failure(Failure.REFUSED, what + " was deleted meanwhile");
          }
          if (enough.test(event.path("object"))) {
            return Optional.of(event.path("object"));
          }
        }
      }
      return Optional.empty();
    } catch (IOException e) {
      throw client.unreachable(e);
    }
  }

  /** What a condition says: its message, or else its reason. */
  static String told(JsonNode object, String condition) {
    for (JsonNode each : object.path("status").path("conditions")) {
      if (each.path("type").asString("").equals(condition)) {
        String message = each.path("message").asString("");
        return message.isEmpty() ? each.path("reason").asString("no reason given") : message;
      }
    }
    return "no reason given";
  }
}
